/// A quantity over instances: centre, spread, uncertainty, and how many instances had no value.
public struct Estimate: Sendable, Equatable {
    /// The mean over the instances that have a value; nil if none has.
    public var mean: Double?
    /// The standard deviation over those instances, with n - 1 in the denominator; nil for fewer than two.
    public var standardDeviation: Double?
    /// The 95 % confidence interval of the mean; nil for fewer than two instances.
    public var interval: ClosedRange<Double>?
    /// The median over the instances that have a value.
    public var median: Double?
    /// The number of instances that have a value.
    public var count: Int
    /// The number of instances that have none.
    public var undefined: Int
    /// The most frequent reason among those that have none.
    public var undefinedReason: UndefinedReason?

    /// An estimate of the given parts.
    public init(
        mean: Double?, standardDeviation: Double? = nil, interval: ClosedRange<Double>? = nil, median: Double? = nil,
        count: Int, undefined: Int = 0, undefinedReason: UndefinedReason? = nil
    ) {
        self.mean = mean
        self.standardDeviation = standardDeviation
        self.interval = interval
        self.median = median
        self.count = count
        self.undefined = undefined
        self.undefinedReason = undefinedReason
    }
}
