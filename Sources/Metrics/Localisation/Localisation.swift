/// How much of a map lies in a mask. Undefined for empty masks (`emptyMask`), for maps with NaN or infinite weights
/// (`nonFinite`), and for maps whose weights add up to nothing (`noMass`).
public enum Localisation {
    /// The share of the map's mass in the mask, sum a m / sum a; chance is k/n. Relevance Mass Accuracy (Arras et al. 2022;
    /// Quantus `RelevanceMassAccuracy`). In 0...1 unless signs are kept.
    public static func massInMask(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if mask.marked.isEmpty { return .undefined(.emptyMask) }
        return share(of: map) { map in mask.marked.reduce(0.0) { $0 + map.weights[$1] } }
    }

    /// The share of the weights' sizes in the mask, sum |a| m / sum |a|, 0...1 even where signs are kept; chance is k/n. What
    /// CLEVR-XAI's own code computes (Arras et al. 2022).
    public static func massInMaskAbsolute(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if mask.marked.isEmpty { return .undefined(.emptyMask) }
        guard map.isFinite else { return .undefined(.nonFinite) }
        let scale = map.largest
        guard scale > 0 else { return .undefined(.noMass) }
        let whole = map.weights.reduce(0) { $0 + abs($1) / scale }
        return .value(min(1, mask.marked.reduce(0) { $0 + abs(map.weights[$1]) / scale } / whole))
    }

    /// The mass that a uniform map has in the mask, k/n: the chance level of most metrics here. Needs no weights.
    public static func massBaseline(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if mask.marked.isEmpty { return .undefined(.emptyMask) }
        return .value(Double(mask.count) / Double(mask.positions))
    }

    /// The mass in the mask over its chance level k/n; 1 is chance.
    public static func massLift(_ map: MapRow, _ mask: MaskRow) -> Metric {
        massInMask(map, mask).map { $0 / (Double(mask.count) / Double(mask.positions)) }
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

    /// The mean standardised weight of the marked positions, (mean over the mask - mean) / standard deviation, 0 at chance
    /// (Normalised Scanpath Saliency; Bylinskii et al. 2018). The deviation has n in its denominator. Undefined for one
    /// position and, as Pearson's r, for maps that are constant up to rounding (`constantMap`).
    public static func normalisedScanpathSaliency(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if mask.marked.isEmpty { return .undefined(.emptyMask) }
        guard map.isFinite else { return .undefined(.nonFinite) }
        guard map.count > 1 else { return .undefined(.tooFewPositions) }
        guard let centred = Centred(map) else { return .undefined(.constantMap) }
        let inside = mask.marked.reduce(0) { $0 + centred.deviations[$1] } / Double(mask.count)
        return .value(inside * Double(map.count).squareRoot())
    }

    private static func share(of map: MapRow, _ part: (MapRow) -> Double) -> Metric {
        guard map.isFinite else { return .undefined(.nonFinite) }
        guard map.sum != 0 else { return .undefined(.noMass) }
        let share = part(map) / map.sum
        // Of signed weights that nearly cancel.
        return share.isFinite ? .value(share) : .undefined(.infinite)
    }
}
