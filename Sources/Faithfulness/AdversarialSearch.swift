import Foundation
import Networks
import Tensors

/// The search for the adversarial attention of some instances.
struct AdversarialSearch {
    /// The best so far.
    struct Found: Sendable {
        var weights: Tensor
        var divergence: [Double]
        var change: [Double]
        var feasible: [Int]

        /// The own attention: always within the tolerance. Outputs that are not finite have nothing.
        init(_ test: AttentionUnderTest) {
            weights = test.weights
            let count = test.instances.count
            divergence = (0..<count).map { test.outputs[$0].allSatisfy(\.isFinite) ? 0 : .nan }
            change = divergence
            feasible = Array(repeating: 0, count: count)
        }
    }

    /// How far inside the tolerance Newton's step aims, so that it need not be repeated for the rest of a curve.
    private static let aim = 0.9
    /// The longest step back, in logits.
    private static let longestReturn: Float = 2

    let test: AttentionUnderTest
    let tolerance: Double
    private(set) var found: Found
    private let size: Int

    init(_ test: AttentionUnderTest, tolerance: Double) {
        self.test = test
        self.tolerance = tolerance
        found = Found(test)
        size = test.weights.count / max(test.instances.count, 1)
    }

    private var count: Int { test.instances.count }

    /// Climbs from one random start.
    mutating func climb(_ options: AdversarialAttention, restart: Int) throws {
        var logits = start(seed: options.seed, restart: restart)
        for step in 0..<options.steps {
            let share = Double(step) / Double(max(options.steps - 1, 1))
            let length = options.stepLength * (0.505 + 0.495 * cos(.pi * share))
            try climb(&logits, length: Float(length))
        }
        try finish(softmax(logits))
    }

    /// J&W's start: logits of standard deviation 3.
    private func start(seed: UInt64, restart: Int) -> [Float] {
        var logits = [Float](repeating: 0, count: test.weights.count)
        for (place, instance) in test.instances.enumerated() {
            var generator = instanceGenerator(seed: seed &+ UInt64(restart) &* 0x9E37_79B9, instance: instance)
            for index in (place * size)..<((place + 1) * size) { logits[index] = Float(3 * generator.normal()) }
        }
        return logits
    }

    /// The softmax of every row over its valid positions.
    private func softmax(_ logits: [Float]) -> Tensor {
        var weights = Tensor(shape: test.weights.shape, repeating: 0)
        weights.values.withUnsafeMutableBufferPointer { result in
            forEachRow { start, length, stride in
                var largest = -Float.infinity
                for place in 0..<length { largest = max(largest, logits[start + place * stride]) }
                var sum: Float = 0
                for place in 0..<length {
                    let value = exp(logits[start + place * stride] - largest)
                    result[start + place * stride] = value
                    sum += value
                }
                for place in 0..<length { result[start + place * stride] /= sum }
            }
        }
        return weights
    }

    private func forEachRow(_ body: (_ start: Int, _ length: Int, _ stride: Int) -> Void) {
        for instance in 0..<count {
            for row in 0..<test.rows.rows {
                body(test.rows.start(instance, row), test.rows.length(instance, row), test.rows.stride)
            }
        }
    }

    /// The divergence of an instance's weights from its own.
    private func divergence(_ weights: Tensor, _ instance: Int) -> Double {
        let rows = test.rows
        var sum = 0.0
        for row in 0..<rows.rows {
            let start = rows.start(instance, row)
            for place in 0..<rows.length(instance, row) {
                let index = start + place * rows.stride
                sum += JensenShannon.term(Double(weights.values[index]), Double(test.weights.values[index]))
            }
        }
        return min(1, max(0, sum / Double(rows.rows)))
    }

    /// Keeps what is better and within the tolerance.
    private mutating func keep(_ weights: Tensor, _ outputs: Outputs) {
        for instance in 0..<count {
            let change = outputs.space.change(test.outputs[instance], outputs[instance])
            guard change <= tolerance else { continue }
            let reached = divergence(weights, instance)
            guard reached > found.divergence[instance] else { continue }
            (found.divergence[instance], found.change[instance]) = (reached, change)
            let range = (instance * size)..<((instance + 1) * size)
            found.weights.values.replaceSubrange(range, with: weights.values[range])
        }
    }

    /// One step of every instance.
    private mutating func climb(_ logits: inout [Float], length: Float) throws {
        let weights = softmax(logits)
        let moved = try test.evaluation.substituting(
            [test.layer: AttentionSubstitute(weights: weights)], recording: true)
        let outputs = Outputs(moved.outputs[0], kind: test.outputs.space.kind)
        keep(weights, outputs)
        let changes = (0..<count).map { outputs.space.change(test.outputs[$0], outputs[$0]) }
        let up = throughSoftmax(divergenceGradient(weights), weights)
        // Only instances at the border need to know where it is.
        let isNearBorder = changes.contains { $0 > Self.aim * tolerance }
        let out = isNearBorder ? throughSoftmax(try changeGradient(moved, outputs), weights) : up
        for instance in 0..<count {
            let range = (instance * size)..<((instance + 1) * size)
            var direction = Array(up[range])
            let change = Float(changes[instance])
            if changes[instance] > Self.aim * tolerance {
                let border = out[range]
                let steepness = border.reduce(0) { $0 + $1 * $1 }
                let outward = zip(direction, border).reduce(0) { $0 + $1.0 * $1.1 }
                guard steepness > 0 else { continue }
                if outward > 0 { add(-outward / steepness, border, to: &direction) }
                let back = (change - Float(Self.aim * tolerance)) / steepness
                let limit = Self.longestReturn / steepness.squareRoot()
                for (index, slope) in zip(range, border) { logits[index] -= min(back, limit) * slope }
            }
            let norm = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard norm > 1e-12 else { continue }
            for (index, slope) in zip(range, direction) { logits[index] += length / norm * slope }
        }
    }

    private func add(_ factor: Float, _ vector: ArraySlice<Float>, to sum: inout [Float]) {
        for (index, value) in vector.enumerated() { sum[index] += factor * value }
    }

    /// The gradient of the divergence with respect to the weights.
    private func divergenceGradient(_ weights: Tensor) -> Tensor {
        let rows = Double(test.rows.rows)
        return zip3(weights, test.weights, weights) { p, q, _ in
            Float(JensenShannon.slope(Double(p), Double(q)) / rows)
        }
    }

    /// The gradient of each instance's change of output with respect to its weights.
    private func changeGradient(_ moved: Evaluation, _ outputs: Outputs) throws -> Tensor {
        var cotangent = Tensor(shape: outputs.tensor.shape, repeating: 0)
        let width = cotangent.count / max(count, 1)
        cotangent.values.withUnsafeMutableBufferPointer { result in
            guard let base = result.baseAddress else { return }
            for instance in 0..<count {
                outputs.space.changeGradient(test.outputs[instance], outputs[instance], into: base + instance * width)
            }
        }
        return try test.weightGradient(of: moved, cotangent: cotangent)
    }

    /// From the gradient with respect to the weights to that with respect to the logits.
    private func throughSoftmax(_ gradient: Tensor, _ weights: Tensor) -> [Float] {
        var result = [Float](repeating: 0, count: weights.count)
        forEachRow { start, length, stride in
            var mean: Float = 0
            for place in 0..<length {
                mean += weights.values[start + place * stride] * gradient.values[start + place * stride]
            }
            for place in 0..<length {
                let index = start + place * stride
                result[index] = weights.values[index] * (gradient.values[index] - mean)
            }
        }
        return result
    }

    /// Pulls what ended outside back towards the own attention, by halving; the divergence falls all the way.
    private mutating func finish(_ weights: Tensor) throws {
        let last = try test.outputs(with: weights)
        keep(weights, last)
        var (low, high) = ([Float](repeating: 0, count: count), [Float](repeating: 1, count: count))
        for instance in 0..<count
        where last.space.change(test.outputs[instance], last[instance]) <= tolerance {
            found.feasible[instance] += 1
            low[instance] = 1
        }
        for _ in 0..<12 where zip(low, high).contains(where: { $0 < $1 }) {
            var mixed = test.weights
            for instance in 0..<count {
                let share = (low[instance] + high[instance]) / 2
                for index in (instance * size)..<((instance + 1) * size) {
                    mixed.values[index] += share * (weights.values[index] - mixed.values[index])
                }
            }
            let outputs = try test.outputs(with: mixed)
            keep(mixed, outputs)
            for instance in 0..<count {
                let share = (low[instance] + high[instance]) / 2
                let isInside = outputs.space.change(test.outputs[instance], outputs[instance]) <= tolerance
                if isInside { low[instance] = share } else { high[instance] = share }
            }
        }
    }
}
