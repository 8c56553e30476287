import Networks
import Tensors

/// Attention × gradient, a dy/da (Serrano & Smith 2019, their "gradient × attention"): how much the output would change, to first order,
/// if a position lost its weight and nothing else changed (the other weights are not renormalised).
///
/// The weights are taken as given: nothing flows through them to what they were computed from, and layers further down respond.
public struct AttentionTimesGradient: AttributionMethod {
    public static let id = "attention_x_gradient"

    /// The attention layer; nil for the last one of the network.
    public var layer: String?
    public var reduction: FeatureReduction

    /// The method on one attention layer; heads and queries are summed by default.
    public init(layer: String? = nil, reduction: FeatureReduction = .sum) {
        self.layer = layer
        self.reduction = reduction
    }

    /// The product, N×T×(weights of a position: one per head and query), over the positions that the layer attends to.
    public func callAsFunction(_ subject: AttributionSubject) throws -> Attribution {
        let (weights, gradient) = try Self.gradient(of: layer, subject, method: "attention × gradient")
        return Attribution(values: byPosition(weights * gradient, of: subject))
    }

    /// A layer's weights and the gradient of the scalar with respect to them, both of the shape that the layer gives them.
    static func gradient(
        of layer: String?, _ subject: AttributionSubject, method: String
    ) throws -> (weights: Tensor, gradient: Tensor) {
        let maps = subject.evaluation.attention
        guard let map = layer == nil ? maps.last : maps.last(where: { $0.layer == layer }) else {
            throw AttributionError.noAttention(method: method, layer: layer, known: maps.map(\.layer))
        }
        let given = try subject.evaluation.substituting(
            [map.layer: AttentionSubstitute(weights: map.weights)], recording: true)
        let back = try given.backpropagate(cotangents: subject.selection.weights, to: [subject.target])
        let gradient = back.attention[map.layer]?.reshaped(map.weights.shape)
        return (map.weights, gradient ?? Tensor(shape: map.weights.shape, repeating: 0))
    }

    /// What is known of each weight of the layer, by the position that it weighs.
    func byPosition(_ values: Tensor, of subject: AttributionSubject) -> Tensor {
        let name = layer ?? subject.evaluation.attention.last?.layer ?? ""
        return Self.byPosition(values, isPerFeature: subject.evaluation.isPerFeature(name))
    }

    /// N×T → N×T×1, N×Tq×Tk → N×Tk×Tq, N×H×Tq×Tk → N×Tk×(H Tq); weights per feature stay as they are.
    static func byPosition(_ tensor: Tensor, isPerFeature: Bool) -> Tensor {
        let count = tensor.shape[0]
        switch tensor.rank {
        case 2: return tensor.reshaped(tensor.shape + [1])
        case 3 where !isPerFeature && tensor.shape[2] != 1: return tensor.transposed([0, 2, 1])
        case 4: return tensor.transposed([0, 3, 1, 2]).reshaped([count, tensor.shape[3], -1])
        default: return tensor
        }
    }
}
