/// The split of a series into two segments with means of their own that leaves the least squares.
public struct ChangePoint: Sendable, Equatable {
    /// The index of the second segment's first value.
    public let index: Int
    /// The mean before.
    public let before: Double
    /// The mean from the index on.
    public let after: Double
    /// The sum of squared deviations from the two means.
    public let squares: Double
    /// The sum of squared deviations from the mean of all.
    public let totalSquares: Double
    /// The share of random orders of the values whose best split explains as much, (b + 1) / (B + 1); nil unless asked for.
    public let pValue: Double?

    /// The best split; nil for fewer than four values and for constant series. With `resamples` > 0 its significance is found by
    /// shuffling the values, which assumes that their order would not matter without a change.
    public static func find(in values: [Double], resamples: Int = 0, seed: UInt64 = 0) -> ChangePoint? {
        guard values.count >= 4, let mean = Sample.mean(values) else { return nil }
        var centred = values.map { $0 - mean }
        let total = centred.reduce(0) { $0 + $1 * $1 }
        guard total > 0, values.contains(where: { $0 != values[0] }) else { return nil }
        let best = split(centred)
        var pValue: Double?
        if resamples > 0 {
            var generator = SplitMix64(seed: seed)
            var extreme = 0
            for _ in 0..<resamples {
                generator.shuffle(&centred)
                if split(centred).gain >= best.gain * (1 - 1e-13) { extreme += 1 }
            }
            pValue = PermutationTest.monteCarloPValue(extreme: extreme, of: resamples)
        }
        let (first, second) = (Array(values[..<best.index]), Array(values[best.index...]))
        let (before, after) = (Sample.mean(first) ?? mean, Sample.mean(second) ?? mean)
        let squares =
            first.reduce(0) { $0 + ($1 - before) * ($1 - before) }
            + second.reduce(0) { $0 + ($1 - after) * ($1 - after) }
        return ChangePoint(
            index: best.index, before: before, after: after, squares: squares, totalSquares: total, pValue: pValue)
    }

    /// The split of centred values that explains most: the squared sum before over its length, and the same after.
    private static func split(_ centred: [Double]) -> (index: Int, gain: Double) {
        var (best, gain, sum) = (1, -1.0, 0.0)
        for index in 1..<centred.count {
            sum += centred[index - 1]
            let explained = sum * sum * (1 / Double(index) + 1 / Double(centred.count - index))
            if explained > gain { (best, gain) = (index, explained) }
        }
        return (best, gain)
    }
}
