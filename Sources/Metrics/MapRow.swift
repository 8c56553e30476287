/// What becomes of a map's signs before it is measured. Attention has none; attributions do.
public enum SignTreatment: Sendable {
    /// The size of each weight counts (CLEVR-XAI's convention).
    case absolute
    /// Negative weights count as 0.
    case positive
    /// Weights stay as they are; metrics that need a distribution are then undefined if any is negative.
    case signed
}

/// A map of n weights, prepared once so that many metrics against many masks share the work: widened to Double, summed, sorted,
/// ranked.
public struct MapRow: Sendable {
    /// The weights after the treatment of signs, in units of a power of two that is 1 but for maps so large or so small that
    /// sums would overflow or lose digits.
    public let weights: [Double]
    /// The sum of the weights, in the same units.
    public let sum: Double
    /// The unit of weights and sum; only metrics that are not relative need it.
    let unit: Double
    /// Whether all weights are finite.
    public let isFinite: Bool
    /// Whether any weight is negative.
    public let hasNegative: Bool
    /// The positions by descending weight; of equal weights the lower position first. Empty if a weight is not finite.
    let order: [Int]
    /// For each position its rank by ascending weight from 1, equal weights sharing their mean rank.
    let ranks: [Double]

    /// A map of weights.
    public init(_ weights: [Double], signs: SignTreatment = .absolute) { self.init(of: weights, signs) { $0 } }

    /// A map of single-precision weights.
    public init(floats: some Collection<Float>, signs: SignTreatment = .absolute) {
        self.init(of: floats, signs) { Double($0) }
    }

    @inline(__always)
    private init<Weights: Collection>(
        of source: Weights, _ signs: SignTreatment, widen: (Weights.Element) -> Double
    ) {
        var (total, isFinite, hasNegative) = (0.0, true, false)
        var weights = source.map { weight in
            let wide = widen(weight)
            let treated =
                switch signs {
                case .absolute: abs(wide)
                case .positive: max(wide, 0)
                case .signed: wide
                }
            total += treated
            isFinite = isFinite && treated.isFinite
            hasNegative = hasNegative || treated < 0
            return treated
        }
        self.isFinite = isFinite
        self.hasNegative = hasNegative
        order = isFinite ? Self.descendingOrder(weights) : []
        ranks = Self.averageRanks(weights, order)
        var unit = 1.0
        if isFinite, !(0x1p-900...0x1p960 ~= abs(total)) { (unit, total) = Self.rescale(&weights, total) }
        self.weights = weights
        self.unit = unit
        sum = total
    }

    /// Divides the weights by a power of two near the largest, and returns it with their new sum; leaves maps alone whose sum
    /// is only small because signs cancel.
    private static func rescale(_ weights: inout [Double], _ total: Double) -> (unit: Double, sum: Double) {
        let largest = weights.reduce(0) { max($0, abs($1)) }
        guard largest > 0, !(0x1p-900...0x1p960 ~= largest) else { return (1, total) }
        // 2^-1074 has no reciprocal in range, 2^-1022 has.
        let unit = max(largest.binade, Double.leastNormalMagnitude)
        for index in weights.indices { weights[index] /= unit }
        return (unit, weights.reduce(0, +))
    }

    /// n.
    public var count: Int { weights.count }

    /// The largest size of a weight; 0 for an empty map.
    var largest: Double {
        guard let first = order.first, let last = order.last else { return 0 }
        return max(abs(weights[first]), abs(weights[last]))
    }

    /// Whether all weights are equal.
    var isConstant: Bool { order.first.map { weights[$0] } == order.last.map { weights[$0] } }

    /// The reason why there is no distribution in the map, if there is none.
    var obstacleToDistribution: UndefinedReason? {
        if !isFinite { return .nonFinite }
        if hasNegative { return .negativeWeights }
        return sum > 0 ? nil : .noMass
    }

    private static func descendingOrder(_ values: [Double]) -> [Int] {
        // Maps are mostly short, and half sorted where attention is focused: insertion beats the library's sort there.
        guard values.count <= 48 else { return values.indices.sorted { (values[$1], $0) < (values[$0], $1) } }
        return [Int](unsafeUninitializedCapacity: values.count) { order, count in
            values.withUnsafeBufferPointer { values in
                for index in values.indices {
                    var hole = index
                    while hole > 0, values[order[hole - 1]] < values[index] {
                        order[hole] = order[hole - 1]
                        hole -= 1
                    }
                    order[hole] = index
                }
            }
            count = values.count
        }
    }

    private static func averageRanks(_ values: [Double], _ order: [Int]) -> [Double] {
        [Double](unsafeUninitializedCapacity: order.count) { ranks, count in
            var start = 0
            while start < order.count {
                var end = start + 1
                while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
                // Descending places start..<end hold the ascending ranks count - end + 1 ... count - start.
                let rank = Double(order.count) - Double(start + end - 1) / 2
                for place in start..<end { ranks[order[place]] = rank }
                start = end
            }
            count = order.count
        }
    }
}

/// A mask of n positions, prepared once.
public struct MaskRow: Sendable {
    /// Behind one reference, since a mask goes from hand to hand for every metric.
    private final class Contents: Sendable {
        let isMarked: [Bool]
        let marked: [Int]
        let row: MapRow

        init(_ isMarked: [Bool]) {
            self.isMarked = isMarked
            marked = isMarked.indices.filter { isMarked[$0] }
            row = MapRow(isMarked.map { $0 ? 1 : 0 })
        }
    }

    private let contents: Contents

    /// A mask.
    public init(_ isMarked: [Bool]) { contents = Contents(isMarked) }

    /// For each position whether it is marked.
    public var isMarked: [Bool] { contents.isMarked }
    /// The marked positions, ascending.
    public var marked: [Int] { contents.marked }
    /// The mask as a map of ones and zeros.
    var row: MapRow { contents.row }

    /// k, the number of marked positions.
    public var count: Int { marked.count }
    /// n, the number of positions.
    public var positions: Int { isMarked.count }

    /// Why a comparison of marked with unmarked positions has no answer, if it has none.
    var singleClass: UndefinedReason? {
        if marked.isEmpty { return .emptyMask }
        return marked.count == isMarked.count ? .fullMask : nil
    }
}
