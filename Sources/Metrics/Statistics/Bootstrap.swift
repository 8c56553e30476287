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
        var generator = Generator(seed: seed)
        var counts = [Double](repeating: 0, count: instances * resamples)
        counts.withUnsafeMutableBufferPointer { counts in
            for resample in 0..<resamples {
                for _ in 0..<instances { counts[resample * instances + generator.index(below: instances)] += 1 }
            }
        }
        self.init(instances: instances, resamples: resamples, counts: counts)
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

    /// The percentile interval of replicates: their (1 - level)/2 and (1 + level)/2 quantiles, linearly interpolated (type 7, as
    /// `numpy.quantile`). The replicates are reordered.
    ///
    /// - Precondition: There is at least one replicate.
    public static func percentileInterval(of replicates: inout [Double], level: Double = 0.95) -> ClosedRange<Double> {
        let low = Quantile.select((1 - level) / 2, of: &replicates)
        let high = Quantile.select((1 + level) / 2, of: &replicates)
        return low...max(low, high)
    }

    /// SplitMix64 (Steele, Lea & Flood 2014) with Lemire's bounded draw (2019).
    private struct Generator {
        private var state: UInt64

        init(seed: UInt64) { state = seed }

        private mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }

        mutating func index(below bound: Int) -> Int {
            let width = UInt64(bound)
            var product = next().multipliedFullWidth(by: width)
            while product.low < width, product.low < (0 &- width) % width {
                product = next().multipliedFullWidth(by: width)
            }
            return Int(product.high)
        }
    }
}
