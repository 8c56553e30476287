/// Is more of a map's mass in the mask than positions by chance would hold? The null hypothesis is that the weights could as well be
/// in any other order. Nil where the mass in the mask is undefined.
public enum PermutationTest {
    /// The mean and variance of the mass in the mask over all orders of the weights: k/n and k (n - k) / (n - 1) times the shares'
    /// variance (with n in its denominator). Nil too for one position.
    public static func massNull(_ map: MapRow, _ mask: MaskRow) -> (mean: Double, variance: Double)? {
        guard Localisation.massInMask(map, mask).value != nil, map.count > 1 else { return nil }
        let (n, k) = (Double(map.count), Double(mask.count))
        let squares = map.weights.reduce(0) { $0 + ($1 / map.sum - 1 / n) * ($1 / map.sum - 1 / n) }
        return (k / n, k * (n - k) / (n - 1) * (squares / n))
    }

    /// The test over all choices of k positions if there are at most `exactLimit`, otherwise over `resamples` drawn orders,
    /// p = (b + 1) / (B + 1). All n! orders give the same exact p-value. `scipy.stats.permutation_test`.
    public static func massInMask(
        _ map: MapRow, _ mask: MaskRow, _ alternative: Alternative = .greater, exactLimit: Int = 200_000,
        resamples: Int = 9999, seed: UInt64 = 0
    ) -> TestResult? {
        guard let mass = Localisation.massInMask(map, mask).value else { return nil }
        let shares = map.weights.map { $0 / map.sum }
        var counts = NullCounts(observed: mass, size: shares.reduce(0) { $0 + abs($1) })
        let isExact = choices(of: mask.count, from: map.count, atMost: exactLimit) != nil
        if isExact {
            forEachSum(of: mask.count, from: shares[...], 0) { counts.count($0) }
        } else {
            var generator = SplitMix64(seed: seed)
            var order = shares
            for _ in 0..<resamples {
                // Only the first k places of a shuffle are looked at.
                for place in 0..<mask.count { order.swapAt(place, place + generator.index(below: order.count - place)) }
                counts.count(order[..<mask.count].reduce(0, +))
            }
        }
        return TestResult(
            statistic: mass, pValue: counts.pValue(alternative, isExact: isExact), arrangements: counts.total,
            isExact: isExact)
    }

    /// The mass in the mask after moving the weights right by 0, 1, ... n - 1 positions, the end coming back at the front: the null
    /// for contiguous masks on maps whose neighbours are alike.
    public static func shiftedMasses(_ map: MapRow, _ mask: MaskRow) -> [Double]? {
        guard Localisation.massInMask(map, mask).value != nil else { return nil }
        return (0..<map.count).map { shift in
            mask.marked.reduce(0) { $0 + map.weights[($1 - shift + map.count) % map.count] } / map.sum
        }
    }

    /// The test over all circular shifts, whose p-value is at least 1/n.
    public static func circularShifts(
        _ map: MapRow, _ mask: MaskRow, _ alternative: Alternative = .greater
    ) -> TestResult? {
        guard let null = shiftedMasses(map, mask), let mass = null.first else { return nil }
        var counts = NullCounts(observed: mass, size: map.weights.reduce(0) { $0 + abs($1 / map.sum) })
        for value in null { counts.count(value) }
        return TestResult(
            statistic: mass, pValue: counts.pValue(alternative, isExact: true), arrangements: null.count, isExact: true)
    }

    /// (b + 1) / (B + 1), the p-value if b of B drawn arrangements are at least as extreme: never 0 (Phipson & Smyth 2010).
    public static func monteCarloPValue(extreme: Int, of drawn: Int) -> Double {
        Double(extreme + 1) / Double(drawn + 1)
    }

    /// C(n, k), nil if it is above the limit.
    private static func choices(of k: Int, from n: Int, atMost limit: Int) -> Int? {
        var count = 1
        for step in 0..<min(k, n - k) {
            let (product, overflow) = count.multipliedReportingOverflow(by: n - step)
            count = product / (step + 1)
            if overflow || count > limit { return nil }
        }
        return count
    }

    /// The sum of every choice of k of the values.
    private static func forEachSum(
        of k: Int, from values: ArraySlice<Double>, _ sum: Double, _ body: (Double) -> Void
    ) {
        if k == 0 { return body(sum) }
        for index in values.startIndex...(values.endIndex - k) {
            forEachSum(of: k - 1, from: values[(index + 1)...], sum + values[index], body)
        }
    }
}
