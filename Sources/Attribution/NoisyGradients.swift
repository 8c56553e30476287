import Foundation
import Networks
import Tensors

/// Gradients at noisy copies of the input: what SmoothGrad, its squared form and VarGrad share.
public struct NoisyGradients: Sendable {
    /// How large the noise is.
    public enum Level: Sendable, Equatable {
        /// The standard deviation as a share of each feature's range over the probe set. Smilkov et al. advise 10 to 20 %.
        case ofRange(Double)
        /// The standard deviation itself.
        case absolute(Double)
    }

    /// The number of noisy copies.
    public var samples: Int
    /// The standard deviation of the Gaussian noise.
    public var level: Level
    /// The seed. An instance's noise depends on the seed and on its number in the probe set alone.
    public var seed: UInt64
    /// Noise to add instead of drawn noise: samples × N×T×F, or samples × T×F for all instances alike.
    public var noise: Tensor?
    /// How many sequences go through the network at once, which bounds the memory; nil: as `LayerGraph.rowsAtOnce` finds good.
    public var chunkSize: Int?

    /// 50 copies with 15 % of the range by default.
    public init(
        samples: Int = 50, level: Level = .ofRange(0.15), seed: UInt64 = 7, noise: Tensor? = nil,
        chunkSize: Int? = nil
    ) {
        self.samples = samples
        self.level = level
        self.seed = seed
        self.noise = noise
        self.chunkSize = chunkSize
    }

    /// The means over the copies of the gradient, and of its square, N×T×F, in double precision.
    func means(_ subject: AttributionSubject, squares: Bool) throws -> GradientSums {
        let shape = Array(subject.values.shape.dropFirst())
        let copies = noise?.shape.first ?? samples
        let chunk = chunkSize ?? subject.rowsAtOnce
        guard copies > 0, chunk > 0 else {
            throw AttributionError.badOption(
                method: "smoothgrad", option: copies > 0 ? "chunkSize" : "samples", value: "0", needs: "1 or more")
        }
        if let noise, Array(noise.shape.dropFirst()) != shape, Array(noise.shape.dropFirst()) != subject.values.shape {
            throw AttributionError.wrongNoise(found: noise.shape, needs: subject.values.shape)
        }
        let source = NoiseSource(self, subject)
        let (values, width) = (subject.values.values, shape.reduce(1, *))
        let weights = [Double](repeating: 1 / Double(copies), count: copies)
        return try GradientSums.over(
            AlteredRuns(subject), instances: Array(0..<subject.count), weights: weights, shape: shape, chunk: chunk,
            squares: squares
        ) { instance, copy, buffer in
            source.write(instance, copy, buffer)
            for index in 0..<width { buffer[index] += values[instance * width + index] }
        }
    }
}

/// The noise of each copy of each instance.
private struct NoiseSource: Sendable {
    private let given: Tensor?
    private let count: Int
    private let deviations: [Float]
    private let isMovable: [Bool]
    private let width: Int
    private let seed: UInt64
    private let firstInstance: Int

    init(_ options: NoisyGradients, _ subject: AttributionSubject) {
        given = options.noise
        count = subject.values.shape.dropFirst().reduce(1, *)
        width = subject.width
        isMovable = subject.isMovable
        seed = options.seed
        firstInstance = subject.firstInstance
        deviations = (0..<count).map { index in
            switch options.level {
            case .absolute(let deviation): Float(deviation)
            case .ofRange(let share):
                Float(share) * subject.statistics.range[index % subject.statistics.range.count]
            }
        }
    }

    func write(_ instance: Int, _ copy: Int, _ buffer: UnsafeMutableBufferPointer<Float>) {
        if let given {
            let perCopy = given.count / given.shape[0]
            let offset = copy * perCopy + (perCopy == count ? 0 : instance * count)
            for index in 0..<count { buffer[index] = given.values[offset + index] }
        } else {
            draw(instance, copy, buffer)
        }
        let positions = count / width
        for position in 0..<positions where !isMovable[instance * positions + position] {
            for index in (position * width)..<((position + 1) * width) { buffer[index] = 0 }
        }
    }

    /// Standard normal numbers by Box and Muller (1958), in a stream of their own for each copy of each instance, so that neither
    /// slices nor chunks change what is drawn.
    private func draw(_ instance: Int, _ copy: Int, _ buffer: UnsafeMutableBufferPointer<Float>) {
        var mixer = SplitMix64(seed: seed)
        var generator = SplitMix64(
            seed: mixer.next() ^ (UInt64(firstInstance + instance) << 32) ^ UInt64(truncatingIfNeeded: copy))
        _ = generator.next()
        var index = 0
        while index < count {
            // 1 - u lies in (0, 1], so the logarithm is finite.
            let radius = (-2 * log(Double(1 - generator.uniform()))).squareRoot()
            let angle = 2 * Double.pi * Double(generator.uniform())
            buffer[index] = Float(radius * cos(angle)) * deviations[index]
            if index + 1 < count { buffer[index + 1] = Float(radius * sin(angle)) * deviations[index + 1] }
            index += 2
        }
    }
}
