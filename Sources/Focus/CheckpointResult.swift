import Attention
import Networks
import Tasks
import Tensors

/// What one checkpoint computes on the probe set, or on a slice of its instances.
struct CheckpointResult: Sendable {
    /// The outputs, N×O, of the network's first output.
    var predictions: Tensor
    /// The attention weights of each layer as the layer computed them.
    var attention: [AttentionMap]
    /// The maps over positions of each source, N×T, not normalised.
    var maps: [Source: Tensor]
    /// The per-instance values of each source.
    var measurements: [Source: Measurement]
    /// What replacing the attention did; nil where nothing was replaced.
    var interventions: InterventionOutcome?
    /// The states to be probed, N×T×d; nil where they are not.
    var states: Tensor?
    /// The per-instance values of tests, in order.
    var tests: [TestColumn] = []
    /// What a reader must know about the methods.
    var notes: [MethodNote] = []

    /// Joins the results of consecutive slices of the instances.
    static func joined(_ parts: [CheckpointResult]) -> CheckpointResult {
        var whole = parts[0]
        guard parts.count > 1 else { return whole }
        whole.predictions = .joined(parts.map(\.predictions))
        whole.attention = whole.attention.indices.map { layer in
            AttentionMap(
                layer: whole.attention[layer].layer, weights: .joined(parts.map { $0.attention[layer].weights }),
                isPerFeature: whole.attention[layer].layout == .perFeature)
        }
        for source in whole.maps.keys { whole.maps[source] = .joined(parts.compactMap { $0.maps[source] }) }
        for source in whole.measurements.keys {
            whole.measurements[source] = .joined(parts.compactMap { $0.measurements[source] })
        }
        if whole.interventions != nil { whole.interventions = .joined(parts.compactMap(\.interventions)) }
        if whole.states != nil { whole.states = .joined(parts.compactMap(\.states)) }
        whole.tests = whole.tests.indices.map { column in
            TestColumn(key: whole.tests[column].key, values: parts.flatMap { $0.tests[column].values })
        }
        whole.notes = MethodNote.merged(parts.flatMap(\.notes), instances: whole.predictions.shape[0])
        return whole
    }
}
