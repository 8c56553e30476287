/// The generator behind every built-in data set and every drawn noise: SplitMix64 (Steele, Lea & Flood 2014), 64 bits of state.
///
/// Data sets are part of a result's provenance, so the generator is fixed and documented: the same seed gives the same numbers on
/// every machine and in every version.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A generator from a seed.
    public init(seed: UInt64) { state = seed }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number uniform in [0, 1), of 24 random bits: exact in `Float`.
    public mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// A whole number uniform in a range: the high half of a 128-bit product, without bias (Lemire 2019).
    ///
    /// Spelt out since the standard library does not promise to draw the same numbers in every version.
    public mutating func integer(in range: Range<Int>) -> Int {
        let width = UInt64(range.count)
        var product = next().multipliedFullWidth(by: width)
        while product.low < width, product.low < (0 &- width) % width {
            product = next().multipliedFullWidth(by: width)
        }
        return range.lowerBound + Int(product.high)
    }
}
