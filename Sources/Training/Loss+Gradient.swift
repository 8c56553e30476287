import Networks
import Tensors

extension Loss {
    /// Checks that predictions of a shape can be compared with the targets.
    ///
    /// - Throws: ``TrainingError/badTargets(reason:)``.
    func check(predictions shape: [Int], targets: Tensor) throws {
        let outputs = shape.dropFirst().reduce(1, *)
        if self == .sparseCategoricalCrossentropy {
            guard targets.count == targets.shape[0], shape.count == 2 else {
                throw TrainingError.badTargets(
                    reason:
                        "\(rawValue) needs one class number per instance and N×classes predictions, but the targets "
                        + "have shape \(targets.shape) and the predictions \(shape)")
            }
            if let bad = targets.values.first(where: { !(0..<Float(outputs) ~= $0) || $0 != $0.rounded() }) {
                throw TrainingError.badTargets(reason: "\(bad) is no class number from 0 to \(outputs - 1)")
            }
            return
        }
        guard targets.count == targets.shape[0] * outputs else {
            throw TrainingError.badTargets(
                reason: "the network has \(outputs) output\(outputs == 1 ? "" : "s") per instance, but the targets "
                    + "\(targets.count / max(1, targets.shape[0]))")
        }
        let isProbability = self == .binaryCrossentropy || self == .categoricalCrossentropy
        if isProbability, let bad = targets.values.first(where: { !(0...1 ~= $0) }) {
            throw TrainingError.badTargets(reason: "\(rawValue) needs targets from 0 to 1, but one is \(bad)")
        }
    }

    /// The gradient of (sum of the instances' losses) / `divisor` with respect to the predictions.
    ///
    /// Probabilities are clipped to [1e-7, 1 - 1e-7] as in the loss itself, but the gradient is not cut off there.
    func gradient(predictions: Tensor, targets: Tensor, divisor: Int) -> Tensor {
        let outputs = predictions.shape.dropFirst().reduce(1, *)
        let scale = 1 / (Float(divisor) * Float(isMeanOverOutputs ? outputs : 1))
        return Tensor(shape: predictions.shape) { result in
            for place in 0..<result.count {
                let p = predictions.values[place]
                let target: Float
                if self == .sparseCategoricalCrossentropy {
                    target = Int(targets.values[place / outputs]) == place % outputs ? 1 : 0
                } else {
                    target = targets.values[place]
                }
                result[place] = scale * slope(p, target)
            }
        }
    }

    private var isMeanOverOutputs: Bool {
        switch self {
        case .meanSquaredError, .meanAbsoluteError, .binaryCrossentropy: true
        case .categoricalCrossentropy, .sparseCategoricalCrossentropy: false
        }
    }

    private func slope(_ p: Float, _ target: Float) -> Float {
        switch self {
        case .meanSquaredError: return 2 * (p - target)
        case .meanAbsoluteError: return p > target ? 1 : p < target ? -1 : 0
        case .binaryCrossentropy:
            let q = min(max(p, 1e-7), 1 - 1e-7)
            return (q - target) / (q * (1 - q))
        case .categoricalCrossentropy, .sparseCategoricalCrossentropy:
            return -target / min(max(p, 1e-7), 1 - 1e-7)
        }
    }

    /// The loss of the best constant answer learnt from some targets, on others: the mean (for the mean absolute error the median) of
    /// each output, or the classes' frequencies. What a network must beat to have learnt anything.
    ///
    /// - Returns: nil for targets that do not fit the loss.
    public func constantBaseline(learntFrom training: Tensor, on other: Tensor) -> Double? {
        var classes = 0
        if self == .sparseCategoricalCrossentropy {
            classes = Int(max(training.values.max() ?? 0, other.values.max() ?? 0)) + 1
        }
        let outputs = classes > 0 ? classes : training.count / max(1, training.shape[0])
        let count = training.shape[0]
        let answer = (0..<outputs).map { output -> Float in
            if classes > 0 {
                return Float(Double(training.values.count { Int($0) == output }) / Double(count))
            }
            let column = (0..<count).map { training.values[$0 * outputs + output] }
            guard self == .meanAbsoluteError else {
                return Float(column.reduce(0.0) { $0 + Double($1) } / Double(count))
            }
            let sorted = column.sorted()
            return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
        }
        let rows = other.shape[0]
        let predictions = Tensor(shape: [rows, outputs], values: (0..<rows).flatMap { _ in answer })
        return self(predictions: predictions, targets: other)
    }
}
