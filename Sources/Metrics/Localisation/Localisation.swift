/// How much of a map lies in a mask. Undefined for empty masks (`emptyMask`), for maps with NaN or infinite weights
/// (`nonFinite`), and for maps whose weights add up to nothing (`noMass`).
public enum Localisation {
    /// The share of the map's mass in the mask, sum a m / sum a; chance is k/n. Relevance Mass Accuracy (Arras et al. 2022;
    /// Quantus `RelevanceMassAccuracy`). In 0...1 unless signs are kept.
    public static func massInMask(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if mask.marked.isEmpty { return .undefined(.emptyMask) }
        return share(of: map) { map in mask.marked.reduce(0.0) { $0 + map.weights[$1] } }
    }

    /// The mass in the mask over its chance level k/n; 1 is chance.
    public static func massLift(_ map: MapRow, _ mask: MaskRow) -> Metric {
        guard case .value(let mass) = massInMask(map, mask) else { return massInMask(map, mask) }
        return .value(mass / (Double(mask.count) / Double(mask.positions)))
    }

    /// The mass in the mask corrected for chance, (mass - k/n) / (1 - k/n): 0 is chance, 1 is all; undefined for full masks.
    public static func massChanceCorrected(_ map: MapRow, _ mask: MaskRow) -> Metric {
        guard case .value(let mass) = massInMask(map, mask) else { return massInMask(map, mask) }
        guard mask.count < mask.positions else { return .undefined(.fullMask) }
        let chance = Double(mask.count) / Double(mask.positions)
        return .value((mass - chance) / (1 - chance))
    }

    /// The shares of the mass before, at and after a delimiter, which add up to 1; a part without positions has the share 0.
    public static func partition(
        _ map: MapRow, delimiter: Int
    ) -> (before: Metric, at: Metric, after: Metric) {
        (
            share(of: map) { $0.weights[..<delimiter].reduce(0, +) }, share(of: map) { $0.weights[delimiter] },
            share(of: map) { $0.weights[(delimiter + 1)...].reduce(0, +) }
        )
    }

    private static func share(of map: MapRow, _ part: (MapRow) -> Double) -> Metric {
        guard map.isFinite else { return .undefined(.nonFinite) }
        guard map.sum != 0 else { return .undefined(.noMass) }
        return .value(part(map) / map.sum)
    }
}
