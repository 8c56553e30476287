import Fovea

/// Predictions, attention and the gradient of the output with respect to the input, of each checkpoint; or integrated gradients.
struct GradientWork: PeerWork {
    private let networks: [Network]
    private let inputs: Tensor
    private let method: IntegratedGradients?
    /// What the last run yielded, of each checkpoint and of each slice of the instances: predictions, attention and gradients, or
    /// attributions.
    private var results: [[[[Float]]]] = []

    /// - Parameters:
    ///   - run: Checkpoints.
    ///   - probes: A probe set.
    ///   - count: How many checkpoints take part; all if nil.
    ///   - steps: The steps of integrated gradients; nil for plain gradients.
    init(run: String, probes: String, count: Int?, steps: Int?) throws {
        let run = try Run(at: run)
        networks = try run.entries.indices.prefix(count ?? Int.max).map { try Network(try run.checkpoint(at: $0)) }
        guard let first = networks.first else { throw PeerError.usage("there are no checkpoints") }
        inputs = try first.graph.adapted(try ProbeSet(reading: probes).inputs)[0]
        method = steps.map { IntegratedGradients(steps: $0) }
    }

    mutating func run() throws {
        let (inputs, method, networks) = (inputs, method, networks)
        let slicesOfNetworks = networks.map { slices(of: inputs.shape[0], size: $0.graph.rowsAtOnce([inputs])) }
        // All checkpoints' slices in one row: with a checkpoint for each worker, one would be idle while another has the last of them.
        let work = slicesOfNetworks.indices.flatMap { network in slicesOfNetworks[network].map { (network, $0) } }
        let values = try mapSlices(of: work.count, size: 1) { places in
            try places.map { try Self.results(of: networks[work[$0].0], inputs[rows: work[$0].1], method) }
        }.joined()
        var remaining = Array(values)[...]
        results = slicesOfNetworks.map { slices in
            defer { remaining = remaining.dropFirst(slices.count) }
            return Array(remaining.prefix(slices.count))
        }
    }

    private static func results(
        of network: Network, _ batch: Tensor, _ method: IntegratedGradients?
    ) throws -> [[Float]] {
        let graph = network.graph
        if let method { return [try method.map(of: AttributionSubject(graph: graph, inputs: [batch])).values] }
        let evaluation = try graph.evaluate([batch], recording: true)
        let attention = AttentionMap.maps(of: evaluation).map(\.weights).filter { $0.rank == 2 }
        return [evaluation.outputs[0].values] + attention.map(\.values)
            + [try InputGradient(of: evaluation, in: graph).gradient.values]
    }

    func write(to path: String) throws {
        let values = results.flatMap { parts in
            (parts.first ?? []).indices.flatMap { kind in parts.flatMap { $0[kind] } }
        }
        try FoveaPeer.write(values, to: path)
    }
}
