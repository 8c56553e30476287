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
        let outputs = predictions.shape.dropFirst().reduce(1, *)
        let count = predictions.shape[0]
        guard targets.shape[0] == count, count > 0, outputs > 0 else { return nil }
        if self == .sparseCategoricalCrossentropy {
            guard targets.count == count else { return nil }
            return (0..<count).reduce(0.0) { sum, instance in
                let row = predictions.values[(instance * outputs)..<((instance + 1) * outputs)]
                let label = Int(targets.values[instance])
                guard 0..<outputs ~= label else { return .nan }
                return sum - log(Self.clip(row[row.startIndex + label]))
            } / Double(count)
        }
        guard targets.count == predictions.count else { return nil }
        var sum = 0.0
        for (p, t) in zip(predictions.values, targets.values) {
            let (p, t) = (Double(p), Double(t))
            switch self {
            case .meanSquaredError: sum += (p - t) * (p - t)
            case .meanAbsoluteError: sum += abs(p - t)
            case .binaryCrossentropy: sum -= t * log(Self.clip(Float(p))) + (1 - t) * log(Self.clip(Float(1 - p)))
            case .categoricalCrossentropy: sum -= t * log(Self.clip(Float(p)))
            case .sparseCategoricalCrossentropy: break
            }
        }
        return sum / Double(self == .categoricalCrossentropy ? count : predictions.count)
    }

    private static func clip(_ probability: Float) -> Double { min(max(Double(probability), 1e-7), 1 - 1e-7) }
}
