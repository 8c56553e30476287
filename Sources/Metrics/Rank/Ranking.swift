/// How well a map's order separates marked from unmarked positions. Ties never depend on the order of positions.
public enum Ranking {
    /// The area under the ROC curve: the chance that a marked position outranks an unmarked one, ties counting half; 0.5 is
    /// chance. `sklearn.metrics.roc_auc_score`. Undefined for empty and full masks.
    public static func auroc(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if let reason = obstacle(map, mask) ?? mask.singleClass { return .undefined(reason) }
        return .value(concordance(map, mask))
    }

    /// Average precision, sum (R_i - R_(i-1)) P_i over distinct thresholds, in 0...1; chance is about k/n.
    /// `sklearn.metrics.average_precision_score`.
    public static func averagePrecision(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if let reason = obstacle(map, mask) { return .undefined(reason) }
        var total = 0.0
        var hits = 0
        var place = 0
        while place < map.order.count {
            let value = map.weights[map.order[place]]
            let before = hits
            while place < map.order.count, map.weights[map.order[place]] == value {
                if mask.isMarked[map.order[place]] { hits += 1 }
                place += 1
            }
            if hits > before { total += Double(hits - before) / Double(mask.count) * (Double(hits) / Double(place)) }
        }
        return .value(total)
    }

    /// The share of the k heaviest positions that are marked, expected over random breaking of ties; chance is k/n. Relevance
    /// Rank Accuracy (Arras et al. 2022), R-precision.
    public static func relevanceRankAccuracy(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if let reason = obstacle(map, mask) { return .undefined(reason) }
        return .value(expectedHits(inTop: mask.count, map, mask) / Double(mask.count))
    }

    /// Whether the heaviest position is marked, expected over random breaking of ties: 0, 1, or between where several are
    /// heaviest. The pointing game (Zhang et al. 2018; Poerner et al. 2018 for text).
    public static func pointingGame(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if let reason = obstacle(map, mask) { return .undefined(reason) }
        return .value(expectedHits(inTop: 1, map, mask))
    }

    /// Why a ranking against a mask has no answer, if it has none.
    static func obstacle(_ map: MapRow, _ mask: MaskRow) -> UndefinedReason? {
        if mask.marked.isEmpty { return .emptyMask }
        return map.isFinite ? nil : .nonFinite
    }

    /// The expected number of marked positions among the `top` heaviest: those above the tie that the border falls into, and
    /// the tie's share.
    static func expectedHits(inTop top: Int, _ map: MapRow, _ mask: MaskRow) -> Double {
        let border = map.weights[map.order[min(top, map.count) - 1]]
        var (above, aboveHits, tied, tiedHits) = (0, 0, 0, 0)
        for index in map.order {
            let weight = map.weights[index]
            if weight < border { break }
            if weight > border {
                above += 1
                if mask.isMarked[index] { aboveHits += 1 }
            } else {
                tied += 1
                if mask.isMarked[index] { tiedHits += 1 }
            }
        }
        return Double(aboveHits) + Double(top - above) * (Double(tiedHits) / Double(tied))
    }

    /// The Mann-Whitney statistic over the number of pairs, from the sum of the marked positions' ranks.
    static func concordance(_ map: MapRow, _ mask: MaskRow) -> Double {
        let (k, n) = (Double(mask.count), Double(mask.positions))
        let rankSum = mask.marked.reduce(0.0) { $0 + map.ranks[$1] }
        return (rankSum - k * (k + 1) / 2) / (k * (n - k))
    }
}
