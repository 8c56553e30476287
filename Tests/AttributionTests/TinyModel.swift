import Attribution
import Checkpoints
import Foundation
import HDF5
import Networks
import TestSupport
import Tensors
import Testing

/// The `tiny_model` of the golden file: LSTM(3) on 6×1 → attention of the package (Luong or Bahdanau) → Dense(1), with the reference
/// values of Captum, PyTorch and closed forms in double precision.
struct TinyModel {
    let golden: [String: Any]
    let variant: [String: Any]
    let graph: LayerGraph
    let input: Tensor

    static let variants = ["luong", "bahdanau"]

    /// - Parameter withoutBiases: Candidate and output biases 0, under which relevance is conserved.
    init(_ name: String, withoutBiases: Bool = false) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("golden_metrics.json")))
        let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        golden = try #require(document["tiny_model"] as? [String: Any])
        variant = try #require((golden["variants"] as? [String: Any])?[name] as? [String: Any])
        var weights = try #require(golden["weights"] as? [String: Any])
        if withoutBiases {
            var bias = try #require(weights["lstm_bias"] as? [Double])
            bias.replaceSubrange(6..<9, with: [0, 0, 0])
            (weights["lstm_bias"], weights["dense_bias"]) = (bias, [0.0])
        }
        graph = try Self.graph(weights, score: name)
        input = Tensor(shape: [1, 6, 1], values: try #require(golden["input"] as? [Double]).map(Float.init))
    }

    /// The one instance, several times over, so that batching is exercised.
    func subject(copies: Int = 3, output: OutputChoice = .sum) throws -> AttributionSubject {
        let batch = Tensor(shape: [copies, 6, 1], values: (0..<copies).flatMap { _ in input.values })
        return try AttributionSubject(graph: graph, inputs: [batch], output: output)
    }

    /// A list of numbers of the variant, such as "lrp_eps0.001" or "integrated_gradients/n_steps_5/riemann_left/attribution".
    func numbers(_ path: String) throws -> [Double] {
        var value: Any? = variant
        for part in path.split(separator: "/") { value = (value as? [String: Any])?[String(part)] }
        if let single = value as? Double { return [single] }
        return try #require(value as? [Double], "\(path)")
    }

    /// Whether each instance's map is the golden one, within a tolerance relative to its largest entry.
    func expect(
        _ map: Tensor, _ path: String, within tolerance: Double = 1e-6,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let golden = try numbers(path)
        let scale = golden.map(abs).max() ?? 1
        #expect(map.count % golden.count == 0, sourceLocation: sourceLocation)
        let worst = map.values.enumerated().map { abs(Double($1) - golden[$0 % golden.count]) / scale }.max()
        #expect((worst ?? .infinity) <= tolerance, "\(path): \(worst ?? .nan)", sourceLocation: sourceLocation)
    }

    private static func graph(_ weights: [String: Any], score: String) throws -> LayerGraph {
        let attention =
            score == "luong" ? ["luong_w", "w_c"] : ["bahdanau_v", "bahdanau_w1", "bahdanau_w2", "w_c"]
        let layers: [(name: String, weights: [(String, String)])] = [
            ("lstm", [("kernel", "lstm_kernel"), ("recurrent_kernel", "lstm_recurrent"), ("bias", "lstm_bias")]),
            ("attention_weight", attention.map { ("\($0)/kernel", $0) }),
            ("dense", [("kernel", "dense_kernel"), ("bias", "dense_bias")]),
        ]
        let tensors = try layers.map { layer in
            SmallModel.Layer(
                name: layer.name,
                weights: try layer.weights.map { name, key in
                    let value = try #require(weights[key])
                    let rows = value as? [[Double]]
                    let shape = rows.map { [$0.count, $0[0].count] } ?? [(value as? [Double])?.count ?? 0]
                    let values = rows?.flatMap { $0 } ?? (value as? [Double]) ?? []
                    return (name, Tensor(shape: shape, values: values.map(Float.init)))
                })
        }
        return try SmallModel.graph(tensors, configuration: configuration(score: score))
    }

    private static func configuration(score: String) -> String {
        """
        {"class_name": "Sequential", "config": {"name": "tiny", "layers": [
          {"class_name": "InputLayer", "config": {"batch_input_shape": [null, null, 1], "name": "input"}},
          {"class_name": "LSTM", "config": {"name": "lstm", "units": 3, "return_sequences": true}},
          {"class_name": "Attention", "config": {"name": "attention_weight", "units": 4, "score": "\(score)"}},
          {"class_name": "Dense", "config": {"name": "dense", "units": 1}}]}}
        """
    }
}
