import Checkpoints
import Tensors

/// What a checkpoint holds, as `fovea inspect` shows it.
public struct Inspection: Sendable {
    /// One layer of the graph, or, where no graph could be built, one stored layer.
    public struct Row: Sendable {
        /// The layer's name.
        public let name: String
        /// Its class; nil where only the weights are known.
        public let className: String?
        /// Its first output's shape; nil where unknown.
        public let outputShape: SampleShape?
        /// The number of its weights' elements.
        public let parameterCount: Int
        /// The weights with their shapes.
        public let weights: [(name: String, shape: [Int])]
        /// The names of the layers it is called on.
        public let inputs: [String]
    }

    /// An attention layer.
    public struct Attention: Sendable {
        /// The layer's name.
        public let layer: String
        /// Its kind in words.
        public let kind: String
        /// The layers whose outputs it weighs (and, for queries, asks with).
        public let over: [String]
    }

    /// The file's path.
    public let path: String
    /// The format in words.
    public let format: String
    /// The version of Keras that wrote it.
    public let kerasVersion: String?
    /// The epoch, if the name says it.
    public let epoch: Int?
    /// The layers.
    public let rows: [Row]
    /// The layers that compute attention.
    public let attention: [Attention]
    /// What was assumed about the architecture.
    public let assumptions: [Assumption]
    /// What is unusual: weights that are not finite, an architecture that cannot be built.
    public let warnings: [String]
    /// Whether the file cannot be used as it is; a file that only lacks its architecture can, with one from elsewhere.
    public let isUnusable: Bool
    /// The number of weights' elements.
    public var parameterCount: Int { rows.reduce(0) { $0.addingSaturating($1.parameterCount) } }

    /// Inspects a checkpoint; what is wrong with its architecture or its weights becomes a warning.
    public init(_ checkpoint: Checkpoint, architecture: Architecture? = nil) {
        path = checkpoint.path
        format = checkpoint.format.rawValue
        kerasVersion = checkpoint.kerasVersion
        epoch = checkpoint.epoch
        var checkpoint = checkpoint
        checkpoint.allowsNonFinite = true
        do {
            let network = try Network(checkpoint, architecture: architecture)
            rows = Self.rows(of: network.graph)
            attention = Self.attention(in: network.graph)
            assumptions = network.assumptions
            let nonFinite = Self.nonFinite(in: network.graph)
            warnings =
                nonFinite
                + network.unused.map { "layer `\($0)` reaches no output, so it is left out" }
            isUnusable = !nonFinite.isEmpty
        } catch {
            rows = checkpoint.layers.map { layer in
                Row(
                    name: layer.name, className: nil, outputShape: nil,
                    parameterCount: layer.weights.reduce(0) { $0.addingSaturating($1.elementCount) },
                    weights: layer.weights.map { ($0.shortName, $0.shape) }, inputs: [])
            }
            attention = []
            assumptions = []
            warnings = ["\(error)"]
            if case NetworkError.cannotInfer = error { isUnusable = false } else { isUnusable = true }
        }
    }

    private static func rows(of graph: LayerGraph) -> [Row] {
        graph.nodes.map { node in
            let parameters = node.layer?.parameters ?? []
            return Row(
                name: node.name, className: node.className, outputShape: node.outputShapes.first,
                parameterCount: parameters.reduce(0) { $0 + $1.value.count },
                weights: parameters.map { ($0.name, $0.value.shape) },
                inputs: node.inputs.map { graph.nodes[$0.node].name })
        }
    }

    private static func attention(in graph: LayerGraph) -> [Attention] {
        let layers = graph.nodes.compactMap { node -> Attention? in
            guard let layer = node.layer as? any AttentionLayer, graph.isChosen(node.name) else { return nil }
            var seen: Set<String> = []
            let over = node.inputs.map { graph.nodes[$0.node].name }.filter { seen.insert($0).inserted }
            return Attention(layer: node.name, kind: layer.attentionKind, over: over)
        }
        let handMade = graph.handMadeAttention.map { found in
            Attention(
                layer: found.layer,
                kind: found.weighted == nil
                    ? "named by the user" : "made by hand: a softmax over time that weights a sequence",
                over: [found.weighted].compactMap { $0 })
        }
        return layers + handMade
    }

    private static func nonFinite(in graph: LayerGraph) -> [String] {
        graph.nodes.flatMap { node in
            (node.layer?.parameters ?? []).compactMap { parameter in
                let count = parameter.value.values.count { !$0.isFinite }
                return count == 0
                    ? nil
                    : "weight `\(parameter.name)` of layer `\(node.name)` holds \(count) NaN or infinite numbers out of "
                        + "\(parameter.value.count)"
            }
        }
    }
}

extension Int {
    /// The sum, or the largest number where it does not fit: declared sizes may be anything.
    fileprivate func addingSaturating(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
