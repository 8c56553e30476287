/// SplitMix64 (Steele, Lea & Flood 2014) with Lemire's bounded draw (2019): the same numbers on every machine.
package struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number from 0 to below a positive bound, each equally likely.
    package mutating func index(below bound: Int) -> Int {
        let width = UInt64(bound)
        var product = next().multipliedFullWidth(by: width)
        while product.low < width, product.low < (0 &- width) % width {
            product = next().multipliedFullWidth(by: width)
        }
        return Int(product.high)
    }

    /// Puts values in an order drawn from all orders, by Fisher and Yates.
    package mutating func shuffle(_ values: inout [Double]) {
        for place in values.indices.dropLast() { values.swapAt(place, place + index(below: values.count - place)) }
    }
}
