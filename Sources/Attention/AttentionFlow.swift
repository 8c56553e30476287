import Tensors

/// Attention flow (Abnar & Zuidema 2020): the largest flow from a position of the last layer down to each input, where each weight of
/// the stack (``AttentionStack``) is the capacity of an edge.
///
/// Much slower than rollout: one maximum flow per pair of positions. Flow overstates inputs that are reached on many ways, since each pair's
/// flow has all capacities for itself.
public struct AttentionFlow: Sendable {
    /// Whether each row is divided by its sum, so that rows can be measured as maps; else each entry is a flow, 0...1.
    public var isNormalised: Bool

    /// Flow, normalised by default.
    public init(isNormalised: Bool = true) { self.isNormalised = isNormalised }

    /// The flows of the chosen queries over the inputs, N×T, or (N T)×T for all queries (see ``QueryChoice``).
    ///
    /// Only what is chosen is computed: `.all` and `.mean` take T times as long as one query.
    public func callAsFunction(_ stack: AttentionStack, queries: QueryChoice = .last) throws -> Tensor {
        let positions = stack.positions
        let rows = try queries.rows(of: positions, layer: stack.layers.joined(separator: "+"))
        let parts = try Workers.map(count: stack.instances) { instance in
            let network = Self.network(stack.matrices(of: instance), positions: positions)
            let flows = rows.map { row in
                let flow = Self.flows(from: row, network, layers: stack.layers.count, positions: positions)
                return isNormalised ? Self.shares(flow) : flow
            }
            guard queries == .mean else { return flows.flatMap { $0 } }
            return (0..<positions).map { input in flows.reduce(0) { $0 + $1[input] } / Double(flows.count) }
        }
        let values = parts.flatMap { $0.map(Float.init) }
        return Tensor(shape: [values.count], values: values).reshaped([-1, positions])
    }

    /// The network of one instance: node l T + i is position i after l layers.
    static func network(_ matrices: [[Double]], positions: Int) -> MaximumFlow {
        var network = MaximumFlow(nodes: (matrices.count + 1) * positions)
        for (layer, matrix) in matrices.enumerated() {
            for to in 0..<positions {
                for from in 0..<positions {
                    network.connect(
                        (layer + 1) * positions + to, to: layer * positions + from,
                        capacity: matrix[to * positions + from])
                }
            }
        }
        return network
    }

    /// The flow from one position of the last layer to each input.
    static func flows(from position: Int, _ network: MaximumFlow, layers: Int, positions: Int) -> [Double] {
        (0..<positions).map { network.value(from: layers * positions + position, to: $0) }
    }

    private static func shares(_ flow: [Double]) -> [Double] {
        let sum = flow.reduce(0, +)
        return sum > 0 ? flow.map { $0 / sum } : flow
    }
}
