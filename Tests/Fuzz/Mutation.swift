/// Ways to damage a file, drawn by a seeded generator so that a finding can be made again.
enum Mutation: CaseIterable {
    /// A few bytes anywhere become others.
    case bytes
    /// A single bit.
    case bit
    /// A run of bytes becomes the extreme numbers that sizes and counts break at.
    case extremes
    /// The file ends early.
    case truncation
    /// A stretch is copied over another place.
    case splice
    /// A stretch goes missing, so that everything after it has moved.
    case deletion
    /// A digit, quote or bracket of a text becomes another: configurations are JSON.
    case text

    /// The damaged file.
    func apply(to original: [UInt8], with generator: inout SplitMix64) -> [UInt8] {
        guard original.count > 16 else { return original }
        var bytes = original
        func place(_ margin: Int = 1) -> Int { Int.random(in: 0..<max(1, bytes.count - margin), using: &generator) }
        switch self {
        case .bytes:
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                bytes[place()] = .random(in: 0...255, using: &generator)
            }
        case .bit: bytes[place()] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case .extremes:
            let value: UInt8 = [0x00, 0xff, 0x7f, 0x80].randomElement(using: &generator) ?? 0
            let count = [2, 4, 8].randomElement(using: &generator) ?? 4
            let start = place(8)
            for index in start..<min(bytes.count, start + count) { bytes[index] = value }
        case .truncation: bytes.removeLast(Int.random(in: 1..<bytes.count, using: &generator))
        case .splice:
            let length = Int.random(in: 1...64, using: &generator)
            let (from, to) = (place(length), place(length))
            for index in 0..<length where from + index < original.count && to + index < bytes.count {
                bytes[to + index] = original[from + index]
            }
        case .deletion:
            let start = place(16)
            bytes.removeSubrange(start..<min(bytes.count, start + Int.random(in: 1...16, using: &generator)))
        case .text:
            let special = Set("0123456789{}[]\":,-.eE".utf8)
            let replacements = Array("0123456789{}[]\":,-.eE\\".utf8)
            // Most places are no text; a few tries find one in any file that has a configuration.
            for _ in 0..<200 {
                let index = place()
                guard special.contains(bytes[index]) else { continue }
                bytes[index] = replacements.randomElement(using: &generator) ?? 0x30
                break
            }
        }
        return bytes
    }
}

/// The generator SplitMix64 (Steele, Lea & Flood 2014).
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
