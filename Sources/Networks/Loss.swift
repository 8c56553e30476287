import Foundation
import Tensors

/// A training's loss, as Keras averages it: over outputs, then over instances.
public enum Loss: String, Sendable, CaseIterable {
    case meanSquaredError = "mse"
    case meanAbsoluteError = "mae"
    case binaryCrossentropy = "bce"
    case categoricalCrossentropy = "cce"
    case sparseCategoricalCrossentropy = "scce"

    /// The loss of a Keras name or identifier, such as `mse` or `mean_squared_error`; nil for others.
    public init?(kerasName name: String) {
        switch name.lowercased() {
        case "mse", "mean_squared_error", "meansquarederror": self = .meanSquaredError
        case "mae", "mean_absolute_error", "meanabsoluteerror": self = .meanAbsoluteError
        case "bce", "binary_crossentropy", "binarycrossentropy": self = .binaryCrossentropy
        case "cce", "categorical_crossentropy", "categoricalcrossentropy": self = .categoricalCrossentropy
        case "scce", "sparse_categorical_crossentropy", "sparsecategoricalcrossentropy":
            self = .sparseCategoricalCrossentropy
        default: return nil
        }
    }

    /// The mean loss of predictions N×O against targets, in Float64; nil if their shapes do not fit the loss.
    ///
    /// Probabilities are clipped to [1e-7, 1 - 1e-7] as Keras does.
    public func callAsFunction(predictions: Tensor, targets: Tensor) -> Double? {
        perInstance(predictions: predictions, targets: targets).map { $0.reduce(0, +) / Double($0.count) }
    }

    /// The loss of each instance, averaged over its outputs; nil if the shapes do not fit the loss.
    public func perInstance(predictions: Tensor, targets: Tensor) -> [Double]? {
        let outputs = predictions.shape.dropFirst().reduce(1, *)
        let count = predictions.shape[0]
        guard targets.shape[0] == count, count > 0, outputs > 0 else { return nil }
        if self == .sparseCategoricalCrossentropy {
            guard targets.count == count else { return nil }
            return (0..<count).map { instance in
                let label = Int(targets.values[instance])
                guard 0..<outputs ~= label else { return .nan }
                return -log(Self.clip(predictions.values[instance * outputs + label]))
            }
        }
        guard targets.count == predictions.count else { return nil }
        return (0..<count).map { instance in
            var sum = 0.0
            for place in (instance * outputs)..<((instance + 1) * outputs) {
                sum += term(predictions.values[place], targets.values[place])
            }
            return self == .categoricalCrossentropy ? sum : sum / Double(outputs)
        }
    }

    private func term(_ prediction: Float, _ target: Float) -> Double {
        let (p, t) = (Double(prediction), Double(target))
        switch self {
        case .meanSquaredError: return (p - t) * (p - t)
        case .meanAbsoluteError: return abs(p - t)
        case .binaryCrossentropy:
            return -t * log(Self.clip(prediction)) - (1 - t) * log(Self.clip(1 - prediction))
        case .categoricalCrossentropy: return -t * log(Self.clip(prediction))
        case .sparseCategoricalCrossentropy: return 0
        }
    }

    private static func clip(_ probability: Float) -> Double { min(max(Double(probability), 1e-7), 1 - 1e-7) }
}
