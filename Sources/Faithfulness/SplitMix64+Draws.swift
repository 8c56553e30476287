import Foundation
import Metrics

extension SplitMix64 {
    /// A number uniform in [0, 1), of 53 random bits.
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number of the standard normal distribution (Box & Muller 1958; the second of each pair is not used).
    mutating func normal() -> Double {
        // 1 - u is above 0, so the logarithm is finite.
        (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform())
    }
}
