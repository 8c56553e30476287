import Foundation
import Tensors

/// The random numbers of one training step as a value: each is a function of the seed, the layer's place in the graph and the element's
/// number in the whole batch (SplitMix64 by position). So nothing has to be carried from one call to the next, and the numbers do not
/// depend on how many workers divide the batch.
public struct TrainingNoise: Sendable {
    /// Which element of a slice of the batch.
    struct Element {
        /// Its number in the slice.
        let index: Int
        /// The number of elements of a sample.
        let width: Int
    }

    private let seed: UInt64
    /// The number, in the whole batch, of the slice's first sample.
    private let firstSample: Int

    /// The noise of a training step.
    ///
    /// - Parameters:
    ///   - seed: Another one for every step.
    ///   - firstSample: Where the batch at hand begins within the whole one.
    public init(seed: UInt64, firstSample: Int = 0) {
        self.seed = seed
        self.firstSample = firstSample
    }

    /// Other numbers, for the layer at a place.
    func branch(_ place: Int) -> TrainingNoise {
        TrainingNoise(seed: Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15 &* UInt64(place + 1)), firstSample: firstSample)
    }

    /// For a layer that sees each sample as `count` samples of its own.
    func times(_ count: Int) -> TrainingNoise { TrainingNoise(seed: seed, firstSample: firstSample * count) }

    /// A number uniform in [0, 1), of 24 random bits.
    @inline(__always)
    func uniform(_ element: Element) -> Float {
        Float(bits(2 * UInt64(firstSample * element.width + element.index)) >> 40) * 0x1p-24
    }

    /// A number of the standard normal distribution, by Box and Muller.
    func normal(_ element: Element) -> Float {
        let place = 2 * UInt64(firstSample * element.width + element.index)
        let first = Double(bits(place) >> 11) * 0x1p-53
        let second = Double(bits(place + 1) >> 11) * 0x1p-53
        return Float((-2 * log(1 - first)).squareRoot() * cos(2 * .pi * second))
    }

    @inline(__always)
    private func bits(_ place: UInt64) -> UInt64 { Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15 &* (place &+ 1)) }

    /// SplitMix64's output function.
    @inline(__always)
    private static func mix(_ state: UInt64) -> UInt64 {
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
