import Networks
import Tasks
import Tensors

/// Sequences to learn from, or to validate on.
public struct TrainingData: Sendable {
    /// One tensor per input of the network, instances first.
    public let inputs: [Tensor]
    /// The right answers, N×O.
    public let targets: Tensor

    /// Data from a probe set.
    ///
    /// - Throws: ``TrainingError/badTargets(reason:)`` if it has no targets.
    public init(_ probes: ProbeSet) throws {
        guard let targets = probes.targets else {
            throw TrainingError.badTargets(reason: "\(probes.origin) has no targets")
        }
        self.init(inputs: probes.inputs, targets: targets)
    }

    /// Data from tensors of one number of instances.
    public init(inputs: [Tensor], targets: Tensor) {
        self.inputs = inputs
        self.targets = targets
    }

    /// N.
    public var count: Int { targets.shape[0] }

    /// The data in the shapes that a network wants.
    ///
    /// - Throws: `NetworkError/dataMismatch(input:needs:found:)`.
    func adapted(to graph: LayerGraph) throws -> TrainingData {
        TrainingData(inputs: try graph.adapted(inputs), targets: targets)
    }

    /// Some instances, in the given order.
    func gathered(_ indices: ArraySlice<Int>) -> TrainingData {
        TrainingData(inputs: inputs.map { $0.gathered(indices) }, targets: targets.gathered(indices))
    }
}

extension Tensor {
    /// Rows of the first axis, in the given order.
    fileprivate func gathered(_ indices: ArraySlice<Int>) -> Tensor {
        let width = shape.dropFirst().reduce(1, *)
        return Tensor(shape: [indices.count] + shape.dropFirst()) { result in
            guard width > 0, let target = result.baseAddress else { return }
            values.withUnsafeBufferPointer { source in
                guard let source = source.baseAddress else { return }
                for (row, index) in indices.enumerated() {
                    (target + row * width).update(from: source + index * width, count: width)
                }
            }
        }
    }
}
