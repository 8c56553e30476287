/// P-values adjusted for how many there are, in the given order, at most 1. NaN is not allowed.
public enum MultipleTesting {
    /// Holm's step-down adjustment: bounds the chance of any false positive.
    public static func holm(_ pValues: [Double]) -> [Double] {
        let n = pValues.count
        var highest = 0.0
        return adjust(pValues, ascending(pValues)) { place, p in
            highest = max(highest, min(1, Double(n - place) * p))
            return highest
        }
    }

    /// Benjamini and Hochberg's step-up adjustment: bounds the expected share of false positives, for independent or positively
    /// dependent tests. `scipy.stats.false_discovery_control`.
    public static func benjaminiHochberg(_ pValues: [Double]) -> [Double] { stepUp(pValues, factor: 1) }

    /// Benjamini and Yekutieli's, for tests of any dependence: n (1 + 1/2 + ... + 1/n) in place of n.
    public static func benjaminiYekutieli(_ pValues: [Double]) -> [Double] {
        stepUp(pValues, factor: pValues.indices.reduce(0) { $0 + 1 / Double($1 + 1) })
    }

    private static func stepUp(_ pValues: [Double], factor: Double) -> [Double] {
        let n = pValues.count
        var lowest = 1.0
        return adjust(pValues, ascending(pValues).reversed()) { place, p in
            lowest = min(lowest, p * (Double(n) / Double(n - place)) * factor)
            return lowest
        }
    }

    private static func ascending(_ pValues: [Double]) -> [Int] {
        pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    }

    private static func adjust(
        _ pValues: [Double], _ order: [Int], _ adjusted: (Int, Double) -> Double
    ) -> [Double] {
        var result = pValues
        for (place, index) in order.enumerated() { result[index] = adjusted(place, pValues[index]) }
        return result
    }
}
