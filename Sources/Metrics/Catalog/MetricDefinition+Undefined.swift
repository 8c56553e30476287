extension MetricDefinition {
    /// Every reason for which the metric may have no value, in the order of `UndefinedReason.allCases`.
    ///
    /// Found by asking the metric about one map of each awkward kind, so that it cannot disagree with what it does.
    public var undefinedReasons: [UndefinedReason] {
        let found = Set(Self.awkwardMaps.flatMap { reasons(of: MapRow($0, signs: .signed)) })
        return UndefinedReason.allCases.filter(found.contains)
    }

    /// No mass, NaN, signs, signs that nearly cancel, one weight everywhere, one position, all on one position, a sum beyond Double.
    private static let awkwardMaps: [[Double]] = [
        [0.5, 0.25, 0.125, 0.125], [0, 0, 0, 0], [0.5, .nan, 0.25, 0.25], [0.5, -0.25, 0.5, 0.25],
        [1e300, -1e300, 1e-300, 0], [0.25, 0.25, 0.25, 0.25], [1], [0, 0, 0, 1],
        [1e308, 1e308, 1e308, 1e308],
    ]

    private func reasons(of map: MapRow) -> [UndefinedReason] {
        let positions = map.count
        switch needs {
        case .map: return [evaluate(map).undefinedReason].compactMap { $0 }
        case .mask:
            let masks = [[], [0, 1], Array(0..<positions)].map { marked in
                MaskRow((0..<positions).map { marked.contains($0) })
            }
            return [UndefinedReason.noMask] + masks.compactMap { evaluate(map, against: $0).undefinedReason }
        case .reference:
            let references: [[Double]] = [[0.125, 0.5, 0.125, 0.25], [0.25, 0.25, 0.25, 0.25], [0, 0, 0, 0]].map {
                Array($0.prefix(positions))
            }
            return [UndefinedReason.noReference]
                + references.compactMap { evaluate(map, comparedWith: MapRow($0)).undefinedReason }
        }
    }
}

extension UndefinedReason {
    /// The reason in a few words, as an answer to "when is there no value?".
    public var explanation: String {
        switch self {
        case .emptyMask: "the mask marks no position"
        case .fullMask: "the mask marks every position, so there is nothing to tell it from"
        case .noMass: "the weights add up to nothing"
        case .nonFinite: "a weight is NaN or infinite"
        case .constantMap: "the map has the same weight everywhere"
        case .negativeWeights: "a weight is negative, and a distribution is needed"
        case .tooFewPositions: "there are too few positions"
        case .constantReference: "the second map is constant"
        case .noReference: "there is no second map"
        case .noMask: "there is no mask"
        case .infinite: "the value is infinite"
        case .notApplicable: "the test does not apply to the instance"
        case .neverReached: "what was looked for never happened"
        case .emptyInput: "nothing is left to run the network on"
        case .constantOutput: "the output is the same for all instances"
        }
    }
}
