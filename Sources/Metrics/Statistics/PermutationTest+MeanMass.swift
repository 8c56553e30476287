/// The test of the mean mass in the mask over several maps, whose positions are exchanged within each map.
extension PermutationTest {
    /// The smallest p-value that the normal approximation is given: its tail beyond means nothing.
    public static let smallestNormalPValue = 1e-16

    /// The one-sided p-value of a mean that lies z standard deviations above its null's, by the normal distribution; at least
    /// ``smallestNormalPValue``.
    public static func normalPValue(z: Double) -> Double { max(smallestNormalPValue, Normal.cdf(-z)) }

    /// For each set of masks, whether the mean mass in them is more than by chance: p = (b + 1) / (B + 1) over `resamples` orders drawn
    /// for each map, which serve all sets. Maps whose mass is undefined, and in each set those whose mask is empty, are left out; nil
    /// where none is left.
    ///
    /// - Parameters:
    ///   - maps: One map per instance.
    ///   - masks: Sets of one mask per instance.
    public static func meanMass(
        _ maps: [MapRow], _ masks: [[MaskRow]], resamples: Int = 999, seed: UInt64 = 0
    ) -> [TestResult?] {
        let usable = maps.indices.filter { maps[$0].isFinite && maps[$0].sum != 0 }
        var shares = maps.map { map in map.weights.map { $0 / map.sum } }
        func masses() -> [Double] {
            masks.map { rows in
                usable.reduce(0.0) { sum, index in
                    rows[index].marked.reduce(sum) { $0 + shares[index][$1] }
                }
            }
        }
        let observed = masses()
        let sizes = usable.reduce(0.0) { sum, index in shares[index].reduce(sum) { $0 + abs($1) } }
        var counts = observed.map { NullCounts(observed: $0, size: sizes) }
        var generator = SplitMix64(seed: seed)
        for _ in 0..<resamples {
            for index in usable { generator.shuffle(&shares[index]) }
            for (place, mass) in masses().enumerated() { counts[place].count(mass) }
        }
        return masks.indices.map { place in
            let marking = usable.count { masks[place][$0].count > 0 }
            guard marking > 0 else { return nil }
            return TestResult(
                statistic: observed[place] / Double(marking),
                pValue: counts[place].pValue(.greater, isExact: false), arrangements: resamples, isExact: false)
        }
    }
}
