import Networks
import Tensors

/// Which scalar of each instance's output is explained.
public enum OutputChoice: Sendable, Equatable {
    /// The predicted class where an output is a softmax over several classes (whose sum is 1 whatever the input), else the sum.
    case automatic
    /// The sum of all outputs: the rule of `tf.GradientTape` on a tensor.
    case sum
    /// The class with the largest output, the first among equals; of an output per step, at each step. It is fixed at the instance
    /// itself and kept along the path of a method that moves the input.
    case predicted
    /// The unit of this index of the first output's last axis; of an output per step, summed over the steps.
    case index(Int)
    /// For each instance a unit of its own, such as the class it is labelled with.
    case classes([Int])
}

/// A choice made for a batch: for each output of the network the weight of each of its elements in the scalar.
struct OutputSelection: Sendable {
    /// One per output, of its shape; nil where an output has no part in the scalar. It is also the scalar's cotangent.
    let weights: [Tensor?]

    init(_ choice: OutputChoice, outputs: [Tensor], graph: LayerGraph) throws {
        weights = try outputs.enumerated().map { index, output in
            switch choice {
            case .sum: return Tensor(shape: output.shape, repeating: 1)
            case .predicted: return Self.oneHot(output) { Self.largest(output, row: $0) }
            case .automatic:
                guard graph.isSoftmax(output: index) else { return Tensor(shape: output.shape, repeating: 1) }
                return Self.oneHot(output) { Self.largest(output, row: $0) }
            case .index(let unit):
                guard index == 0 else { return nil }
                try Self.check([unit], output)
                return Self.oneHot(output) { _ in unit }
            case .classes(let classes):
                guard index == 0 else { return nil }
                try Self.check(classes, output)
                let instances = output.shape[0]
                guard classes.count == instances else {
                    throw AttributionError.wrongClassCount(found: classes.count, instances: instances)
                }
                let rows = Self.rowCount(output) / max(1, instances)
                return Self.oneHot(output) { classes[$0 / max(1, rows)] }
            }
        }
    }

    /// The scalar of each row of outputs, where row r is of the instance `instances[r]`.
    func values(of outputs: [Tensor], instances: [Int]) -> [Double] {
        var sums = [Double](repeating: 0, count: instances.count)
        for (output, weight) in zip(outputs, weights) {
            guard let weight else { continue }
            let width = output.count / max(1, instances.count)
            for (row, instance) in instances.enumerated() {
                for place in 0..<width {
                    let factor = weight.values[instance * width + place]
                    if factor != 0 { sums[row] += Double(factor) * Double(output.values[row * width + place]) }
                }
            }
        }
        return sums
    }

    /// The cotangents for rows of the given instances.
    func cotangents(instances: [Int]) -> [Tensor?] { weights.map { $0?.gathered(instances) } }

    private static func check(_ units: [Int], _ output: Tensor) throws {
        let width = output.shape.last ?? 1
        if let bad = units.first(where: { !(0..<width ~= $0) }) {
            throw AttributionError.noSuchOutput(index: bad, count: width)
        }
    }

    private static func rowCount(_ output: Tensor) -> Int { output.count / max(1, output.shape.last ?? 1) }

    private static func largest(_ output: Tensor, row: Int) -> Int {
        let width = output.shape.last ?? 1
        return (0..<width).reduce(0) {
            output.values[row * width + $1] > output.values[row * width + $0] ? $1 : $0
        }
    }

    /// 1 at the chosen unit of each row of the last axis.
    private static func oneHot(_ output: Tensor, _ unit: (Int) -> Int) -> Tensor {
        let width = output.shape.last ?? 1
        var result = Tensor(shape: output.shape, repeating: 0)
        for row in 0..<rowCount(output) { result.values[row * width + unit(row)] = 1 }
        return result
    }
}

extension Tensor {
    /// The given slices along the first axis, in their order.
    func gathered(_ rows: [Int]) -> Tensor {
        let width = shape.dropFirst().reduce(1, *)
        return Tensor(shape: [rows.count] + shape.dropFirst()) { result in
            values.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, let to = result.baseAddress else { return }
                for (place, row) in rows.enumerated() {
                    (to + place * width).update(from: from + row * width, count: width)
                }
            }
        }
    }
}
