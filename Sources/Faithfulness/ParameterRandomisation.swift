import Checkpoints
import Metrics
import Networks
import Tensors

/// The model-parameter randomisation test (Adebayo et al. 2018): how much a map resembles itself after layers have lost what they
/// learned, their weights drawn anew from Keras' initialisers. A map that survives says something about the input or the architecture,
/// not about what was learned.
///
/// The resemblance is Spearman's correlation of the sizes of the map's numbers, per instance. The untouched network is not among the steps,
/// since it would add a perfect 1 to every mean.
public struct ParameterRandomisation: FaithfulnessTest {
    public static let id = "parameter_randomisation"
    public static let label = "Does the map depend on what the network has learned?"

    /// Which layers lose their weights at a step.
    public enum Order: String, Sendable, CaseIterable {
        /// Each step one layer more, from the output downwards.
        case cascading
        /// Each step one layer alone.
        case independent
    }

    /// Which layers lose their weights at a step.
    public var order: Order
    /// The seed of the fresh weights.
    public var seed: UInt64

    /// The test with its options.
    public init(order: Order = .cascading, seed: UInt64 = 0) {
        self.order = order
        self.seed = seed
    }

    /// One step.
    public struct Step: Sendable {
        /// The layer that lost its weights at this step.
        public let layer: String
        /// All layers without their weights.
        public let randomised: [String]
        /// For each instance Spearman's correlation of the map's sizes before and after, -1...1; undefined where a map is constant or not
        /// finite.
        public let similarity: InstanceScores
    }

    /// The layers of a graph that have weights to lose, from the output downwards.
    public static func layers(of graph: LayerGraph) -> [String] {
        var seen: Set<String> = []
        return graph.nodes.reversed().filter { node in
            !(node.layer?.parameters.isEmpty ?? true) && seen.insert(node.name).inserted
        }.map(\.name)
    }

    /// Runs the test.
    ///
    /// - Parameters:
    ///   - checkpoint: The trained network.
    ///   - architecture: An architecture that takes precedence over the checkpoint's.
    ///   - lengths: The number of valid positions of each instance; all by default.
    ///   - map: From a network to its map of the probe set, N×T; called once for the trained network and once per step.
    /// - Throws: `NetworkError`, `CheckpointError`, ``FaithfulnessError/mapDoesNotFit(needs:found:)``, and what `map` throws.
    public func callAsFunction(
        _ checkpoint: Checkpoint, architecture: Architecture? = nil, lengths: [Int]? = nil,
        map: (Network) throws -> Tensor
    ) throws -> [Step] {
        let trained = try Network(checkpoint, architecture: architecture)
        let original = try map(trained)
        guard original.rank == 2, lengths.map({ $0.count == original.shape[0] }) ?? true else {
            throw FaithfulnessError.mapDoesNotFit(needs: [lengths?.count ?? 0], found: original.shape)
        }
        let layers = Self.layers(of: trained.graph)
        return try layers.indices.map { index in
            let randomised = order == .cascading ? Array(layers[...index]) : [layers[index]]
            let redraw = WeightRedraw(layers: Set(randomised), seed: seed)
            let network = try Network(checkpoint, architecture: architecture, redraw: redraw)
            let changed = try map(network)
            guard changed.shape == original.shape else {
                throw FaithfulnessError.mapDoesNotFit(needs: original.shape, found: changed.shape)
            }
            return Step(
                layer: layers[index], randomised: randomised,
                similarity: InstanceScores(
                    id: "\(Self.id)_\(order.rawValue)", label: "Spearman's correlation of the map before and after",
                    values: try similarity(original, changed, lengths)))
        }
    }

    private func similarity(_ before: Tensor, _ after: Tensor, _ lengths: [Int]?) throws -> [Metric] {
        let (count, positions) = (before.shape[0], before.shape[1])
        return try Workers.map(count: count) { instance in
            let range = (instance * positions)..<(instance * positions + (lengths?[instance] ?? positions))
            return Agreement.spearman(MapRow(floats: after.values[range]), MapRow(floats: before.values[range]))
        }
    }
}
