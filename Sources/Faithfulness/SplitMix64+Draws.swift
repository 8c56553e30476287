import Foundation
import Tensors

extension SplitMix64 {
    /// A number uniform in [0, 1), of 53 random bits.
    mutating func uniformDouble() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number of the standard normal distribution (Box & Muller 1958; the second of each pair is not used).
    mutating func normal() -> Double {
        // 1 - u is above 0, so the logarithm is finite.
        (-2 * log(1 - uniformDouble())).squareRoot() * cos(2 * .pi * uniformDouble())
    }

    /// A number from 0 to below a positive bound, each equally likely.
    mutating func index(below bound: Int) -> Int { integer(in: 0..<bound) }
}
