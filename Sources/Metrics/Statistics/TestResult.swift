/// What a test of significance found.
public struct TestResult: Sendable, Equatable {
    /// The test's statistic.
    public let statistic: Double
    /// The p-value, above 0 and at most 1, up to underflow.
    public let pValue: Double
    /// How many arrangements the statistic was compared with; 0 where the p-value comes from a formula.
    public let arrangements: Int
    /// Whether the p-value counts every possible arrangement, instead of some drawn at random or a limit theorem.
    public let isExact: Bool

    init(statistic: Double, pValue: Double, arrangements: Int = 0, isExact: Bool) {
        self.statistic = statistic
        self.pValue = min(1, pValue)
        self.arrangements = arrangements
        self.isExact = isExact
    }
}

/// Which deviations count against the null hypothesis.
public enum Alternative: Sendable {
    /// In either direction: twice the smaller one-sided p-value.
    case twoSided
    /// Upwards.
    case greater
    /// Downwards.
    case less
}

/// A count of how many arrangements under the null hypothesis are at least as extreme as what was observed. Values within
/// rounding of the observed one count as equal to it.
struct NullCounts {
    private let observed: Double
    private let tolerance: Double
    private(set) var total = 0
    private(set) var atLeast = 0
    private(set) var atMost = 0

    /// - Parameter size: The size of the numbers that the values are sums of.
    init(observed: Double, size: Double) {
        self.observed = observed
        tolerance = 100 * Double.ulpOfOne * size
    }

    mutating func count(_ value: Double) {
        total += 1
        if value >= observed - tolerance { atLeast += 1 }
        if value <= observed + tolerance { atMost += 1 }
    }

    /// The p-value if all arrangements were counted, or, where they were drawn, (b + 1) / (B + 1).
    func pValue(_ alternative: Alternative, isExact: Bool) -> Double {
        func share(_ extreme: Int) -> Double {
            isExact
                ? Double(extreme) / Double(total) : PermutationTest.monteCarloPValue(extreme: extreme, of: total)
        }
        return switch alternative {
        case .greater: share(atLeast)
        case .less: share(atMost)
        case .twoSided: min(1, 2 * min(share(atLeast), share(atMost)))
        }
    }
}
