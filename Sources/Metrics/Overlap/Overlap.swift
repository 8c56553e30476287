/// Which positions of a map count as attended, so that they can be held against a mask as a set.
public enum Selection: Sendable, CaseIterable {
    /// Those with more than a uniform map's share, p > 1/n; none of a constant map.
    case aboveUniform
    /// Those with at least half the largest weight.
    case halfMaximum
    /// The k heaviest for a mask of k, of equal weights the lower position first.
    case top

    /// For each position of a finite map whether it is selected.
    func select(_ map: MapRow, _ mask: MaskRow) -> [Bool] {
        switch self {
        case .aboveUniform:
            guard !map.isConstant else { return map.weights.map { _ in false } }
            let uniform = 1 / Double(map.count)
            return Distribution(weights: map.weights).shares.map { $0 > uniform }
        case .halfMaximum:
            let threshold = map.weights[map.order[0]] / 2
            return map.weights.map { $0 >= threshold }
        case .top:
            var selected = [Bool](repeating: false, count: map.count)
            for index in map.order.prefix(mask.count) { selected[index] = true }
            return selected
        }
    }
}

/// The overlap of the selected positions of a map with a mask, all 0...1; a selection of nothing has precision, F1 and IoU 0.
/// `sklearn.metrics` with `zero_division=0`; token F1 and IoU of ERASER (DeYoung et al. 2020).
///
/// Undefined for empty masks (`emptyMask`), maps with NaN or infinite weights (`nonFinite`), and maps whose weights add up to
/// nothing (`noMass`).
public enum Overlap {
    /// Intersection over union.
    public static func iou(_ selection: Selection, _ map: MapRow, _ mask: MaskRow) -> Metric {
        compare(selection, map, mask) { $0.hits / $0.union }
    }

    /// The harmonic mean of precision and recall.
    public static func f1(_ selection: Selection, _ map: MapRow, _ mask: MaskRow) -> Metric {
        compare(selection, map, mask) { 2 * $0.hits / ($0.selected + $0.marked) }
    }

    /// The share of the selected positions that are marked.
    public static func precision(_ selection: Selection, _ map: MapRow, _ mask: MaskRow) -> Metric {
        compare(selection, map, mask) { $0.selected > 0 ? $0.hits / $0.selected : 0 }
    }

    /// The share of the marked positions that are selected.
    public static func recall(_ selection: Selection, _ map: MapRow, _ mask: MaskRow) -> Metric {
        compare(selection, map, mask) { $0.hits / $0.marked }
    }

    private struct Counts {
        let hits: Double
        let selected: Double
        let marked: Double
        var union: Double { selected + marked - hits }
    }

    private static func compare(
        _ selection: Selection, _ map: MapRow, _ mask: MaskRow, _ score: (Counts) -> Double
    ) -> Metric {
        if let reason = Ranking.obstacle(map, mask) { return .undefined(reason) }
        guard map.sum != 0 else { return .undefined(.noMass) }
        let selected = selection.select(map, mask)
        let counts = Counts(
            hits: Double(mask.marked.count { selected[$0] }), selected: Double(selected.count { $0 }),
            marked: Double(mask.count))
        return .value(score(counts))
    }
}
