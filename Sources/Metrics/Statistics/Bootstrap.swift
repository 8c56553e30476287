/// Resamples of n instances with replacement (Efron & Tibshirani 1993), drawn once and shared by all series over the same
/// instances.
public struct Bootstrap: Sendable {
    /// n.
    public let instances: Int
    /// B, the number of resamples.
    public let resamples: Int
    /// How often each resample holds each instance, B×n, row-major: the means of many series over all resamples are one matrix
    /// product with it.
    public let counts: [Double]

    /// B resamples of n instances; the same seed draws the same ones on every machine.
    public init(instances: Int, resamples: Int = 2000, seed: UInt64) {
        self.init(
            instances: instances, resamples: resamples,
            counts: Self.draw(instances: instances, resamples: resamples, seed: seed))
    }

    /// The ``counts`` that ``init(instances:resamples:seed:)`` draws, a byte each: B×n doubles of 100,000 instances are 1.6 GB.
    ///
    /// - Returns: B×n values, row-major. A count above 255, which has a chance below 1e-500, is cut to 255.
    public static func byteCounts(instances: Int, resamples: Int = 2000, seed: UInt64) -> [UInt8] {
        draw(instances: instances, resamples: resamples, seed: seed)
    }

    /// Draws n instances for each resample and counts them.
    private static func draw<Count: CountingNumber>(instances: Int, resamples: Int, seed: UInt64) -> [Count] {
        var generator = SplitMix64(seed: seed)
        var counts = [Count](repeating: 0, count: instances * resamples)
        counts.withUnsafeMutableBufferPointer { counts in
            for resample in 0..<resamples {
                for _ in 0..<instances { counts[resample * instances + generator.index(below: instances)].increment() }
            }
        }
        return counts
    }

    /// Resamples given by their indices, B rows of n.
    public init(indices: [[Int]]) {
        let instances = indices.first?.count ?? 0
        var counts = [Double](repeating: 0, count: instances * indices.count)
        for (resample, row) in indices.enumerated() {
            for index in row { counts[resample * instances + index] += 1 }
        }
        self.init(instances: instances, resamples: indices.count, counts: counts)
    }

    private init(instances: Int, resamples: Int, counts: [Double]) {
        self.instances = instances
        self.resamples = resamples
        self.counts = counts
    }

    /// The mean of the values over each resample.
    public func means(of values: [Double]) -> [Double] {
        (0..<resamples).map { resample in
            var sum = 0.0
            for index in 0..<instances { sum += counts[resample * instances + index] * values[index] }
            return sum / Double(instances)
        }
    }

    /// A statistic of the values over each resample.
    public func replicates(of values: [Double], _ statistic: ([Double]) -> Double) -> [Double] {
        (0..<resamples).map { resample in
            statistic(
                values.indices.flatMap { index in
                    repeatElement(values[index], count: Int(counts[resample * instances + index]))
                })
        }
    }

    /// The percentile interval of replicates: their (1 - level)/2 and (1 + level)/2 quantiles, linearly interpolated (type 7, as
    /// `numpy.quantile`). The replicates are reordered.
    ///
    /// - Precondition: There is at least one replicate.
    public static func percentileInterval(of replicates: inout [Double], level: Double = 0.95) -> ClosedRange<Double> {
        let low = Quantile.select((1 - level) / 2, of: &replicates)
        let high = Quantile.select((1 + level) / 2, of: &replicates)
        return low...max(low, high)
    }
}

/// What draws are counted in.
private protocol CountingNumber: Numeric {
    mutating func increment()
}

extension Double: CountingNumber {
    fileprivate mutating func increment() { self += 1 }
}

extension UInt8: CountingNumber {
    fileprivate mutating func increment() { if self < .max { self += 1 } }
}
