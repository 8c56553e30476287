import Networks
import Tensors

/// A layer that relevance can be sent back through.
protocol RelevanceRule {
    /// Whether this very layer has a rule; some only have one under some options.
    var hasRelevance: Bool { get }
    /// From the relevance of the outputs (nil = zero) to that of the inputs.
    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?]
}

extension RelevanceRule {
    var hasRelevance: Bool { true }
}

/// What a layer was called with and what came out.
struct LayerCall {
    let inputs: [Tensor]
    let masks: [Tensor?]
    let outputs: [Tensor]
    let attention: Tensor?
    let pullback: Pullback?
    let epsilon: Double
}

/// What rules have in common.
enum RelevanceRules {
    /// The layers with a rule, for messages.
    static let known = [
        "LSTM", "GRU", "Bidirectional", "Dense", "TimeDistributed", "the package `attention`'s Attention",
        "AttentionWeightedAverage", "SeqWeightedAttention", "attention made by hand (a softmax times a sequence)",
        "Add", "Subtract", "Average", "Maximum", "Minimum", "Concatenate", "Flatten",
        "Reshape",
        "Permute", "RepeatVector", "Dropout", "Masking", "pooling", "activations other than an inner softmax",
        "nested models",
    ]

    /// z + e sign(z), with sign(0) = +1.
    static func stabilised(_ z: Double, _ epsilon: Double) -> Double { z + (z >= 0 ? epsilon : -epsilon) }

    /// R / (z + e sign(z)); 0 where the denominator is 0, since then nothing has contributed.
    static func share(_ relevance: Double, _ z: Double, _ epsilon: Double) -> Double {
        let denominator = stabilised(z, epsilon)
        return denominator == 0 ? 0 : relevance / denominator
    }

    /// For layers that only move values about: the relevance goes where the values came from.
    static func moved(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] {
        try call.pullback?(relevance) ?? call.inputs.map { _ in nil }
    }

    /// For linear layers without bias: R_i = x_i times the pullback of R_j / (z_j + e sign(z_j)).
    static func linear(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] {
        let shares = zip(relevance, call.outputs).map { relevance, output in
            relevance.map {
                zip3($0, output, output) { r, z, _ in Float(share(Double(r), Double(z), call.epsilon)) }
            }
        }
        return zip(call.inputs, try moved(shares, call)).map { input, pulled in pulled.map { $0 * input } }
    }
}

/// The rule of a linear map over the last axis, in double precision.
struct LinearRelevance {
    private let kernel: [Double]
    private let transposed: [Double]
    private let bias: [Double]?
    private let (inputWidth, outputWidth): (Int, Int)
    private let epsilon: Double

    init(_ kernel: Tensor, bias: Tensor?, epsilon: Double) {
        self.kernel = kernel.values.map(Double.init)
        transposed = kernel.transposed([1, 0]).values.map(Double.init)
        self.bias = bias?.values.map(Double.init)
        (inputWidth, outputWidth) = (kernel.shape[0], kernel.shape[1])
        self.epsilon = epsilon
    }

    /// z = x W + b, rows of the output's width.
    func sums(_ x: Tensor) -> [Double] { sums(x.values.map(Double.init)) }

    func sums(_ x: [Double]) -> [Double] {
        var z = matmul(x, kernel, m: x.count / max(1, inputWidth), n: outputWidth, k: inputWidth)
        if let bias {
            for index in z.indices { z[index] += bias[index % outputWidth] }
        }
        return z
    }

    /// The relevance of x, from that of z.
    func relevance(_ relevance: [Double], x: [Double], z: [Double]) -> [Double] {
        let shares = zip(relevance, z).map { RelevanceRules.share($0, $1, epsilon) }
        let pulled = matmul(shares, transposed, m: shares.count / max(1, outputWidth), n: inputWidth, k: outputWidth)
        return zip(pulled, x).map(*)
    }
}

extension Dense: RelevanceRule {
    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] {
        guard let given = relevance[0] else { return [nil] }
        let rule = LinearRelevance(kernel, bias: bias, epsilon: call.epsilon)
        let x = call.inputs[0].values.map(Double.init)
        let result = rule.relevance(given.values.map(Double.init), x: x, z: rule.sums(x))
        return [Tensor(shape: call.inputs[0].shape, values: result.map(Float.init))]
    }
}
