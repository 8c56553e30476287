/// The heaviest positions. Of equal weights either the lower position comes first, for parity with implementations that sort, or
/// the expected value over random breaking of ties is taken, which does not depend on where positions are.
extension Ranking {
    /// The share of the k heaviest positions that are marked, of equal weights the lower position first; 0...1. Quantus
    /// `RelevanceRankAccuracy`. Uniform maps score 1 on masks that are a prefix: prefer ``relevanceRankAccuracy(_:_:)``.
    public static func relevanceRankAccuracyByIndex(_ map: MapRow, _ mask: MaskRow) -> Metric {
        topIntersection(mask.count, map, mask)
    }

    /// 1 if any of the heaviest positions is marked, 0 otherwise. Quantus `PointingGame`; uniform maps score 1.
    public static func pointingGameAny(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if let reason = obstacle(map, mask) { return .undefined(reason) }
        let top = map.weights[map.order[0]]
        return .value(mask.marked.contains { map.weights[$0] == top } ? 1 : 0)
    }

    /// 1 if the first of the heaviest positions is marked, 0 otherwise (Poerner et al. 2018).
    public static func pointingGameFirst(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if let reason = obstacle(map, mask) { return .undefined(reason) }
        return .value(mask.isMarked[map.order[0]] ? 1 : 0)
    }

    /// The share of the `top` heaviest positions (all, if there are fewer) that are marked, of equal weights the lower position
    /// first; 0...1. Quantus `TopKIntersection` (Theiner et al. 2021).
    public static func topIntersection(_ top: Int, _ map: MapRow, _ mask: MaskRow) -> Metric {
        if let reason = obstacle(map, mask) { return .undefined(reason) }
        let heaviest = map.order.prefix(top)
        return .value(Double(heaviest.count { mask.isMarked[$0] }) / Double(heaviest.count))
    }

    /// The share of the `top` heaviest positions (all, if there are fewer) that are marked, expected over random breaking of
    /// ties; 0...1, chance k/n.
    public static func topExpected(_ top: Int, _ map: MapRow, _ mask: MaskRow) -> Metric {
        if let reason = obstacle(map, mask) { return .undefined(reason) }
        let count = min(top, map.count)
        return .value(expectedHits(inTop: count, map, mask) / Double(count))
    }

    /// The area under the precision-recall curve by trapezoids from (recall 0, precision 1) over distinct thresholds, 0...1. What
    /// ERASER calls AUPRC (DeYoung et al. 2020); too kind to ties: a constant map has (1 + k/n) / 2. Prefer
    /// ``averagePrecision(_:_:)``.
    public static func precisionRecallTrapezoid(_ map: MapRow, _ mask: MaskRow) -> Metric {
        if let reason = obstacle(map, mask) { return .undefined(reason) }
        var (area, recall, precision) = (0.0, 0.0, 1.0)
        var (hits, place) = (0, 0)
        while place < map.order.count {
            let value = map.weights[map.order[place]]
            while place < map.order.count, map.weights[map.order[place]] == value {
                if mask.isMarked[map.order[place]] { hits += 1 }
                place += 1
            }
            let (nextRecall, nextPrecision) = (Double(hits) / Double(mask.count), Double(hits) / Double(place))
            area += (nextRecall - recall) * (nextPrecision + precision) / 2
            (recall, precision) = (nextRecall, nextPrecision)
        }
        return .value(area)
    }
}
