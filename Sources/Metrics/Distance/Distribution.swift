/// A map as shares that add up to 1.
struct Distribution {
    let shares: [Double]

    /// The shares of non-negative finite weights with a positive sum.
    init(weights: [Double]) {
        let sum = Summation.pairwise(weights)
        shares = weights.map { $0 / sum }
    }

    /// The shares of a map that holds a distribution.
    init(_ map: MapRow) { self.init(weights: map.weights) }

    /// The same share for each marked position.
    init(_ mask: MaskRow) {
        let share = 1 / Double(mask.count)
        shares = mask.isMarked.map { $0 ? share : 0 }
    }

    /// The same share everywhere.
    init(uniform count: Int) { self.init(weights: Array(repeating: 1 / Double(count), count: count)) }
}

/// Sums of many numbers.
enum Summation {
    /// The sum by pairs of parts: eight running sums up to 128 numbers, halves beyond. Its error grows with log n instead of n, and it is
    /// numpy's order, so that roots of differences near 0 agree with references made there.
    static func pairwise(_ values: [Double]) -> Double {
        values.withUnsafeBufferPointer { pairwise($0[...]) }
    }

    private static func pairwise(_ values: Slice<UnsafeBufferPointer<Double>>) -> Double {
        let count = values.count
        if count < 8 { return values.reduce(0, +) }
        if count > 128 {
            let half = values.startIndex + count / 2 / 8 * 8
            return pairwise(values[..<half]) + pairwise(values[half...])
        }
        let start = values.startIndex
        var sums = SIMD8<Double>()
        let whole = count / 8 * 8
        for block in stride(from: start, to: start + whole, by: 8) {
            for lane in 0..<8 { sums[lane] += values[block + lane] }
        }
        let head = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
        return values[(start + whole)...].reduce(head, +)
    }
}
