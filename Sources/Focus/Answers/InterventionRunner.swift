import Attention
import Metrics
import Networks
import Tensors

/// What interventions do to one slice of instances.
struct InterventionOutcome: Sendable {
    /// What is measured of each intervention, in the order of the columns of ``table``.
    static let columns = ["loss", "loss_increase", "output_change"]

    /// The outputs under each intervention, N×O; of several draws the mean; NaN where it does not apply.
    var outputs: [Tensor]
    /// Instances × (interventions × ``columns``).
    var table: Measurement

    static func joined(_ parts: [InterventionOutcome]) -> InterventionOutcome {
        InterventionOutcome(
            outputs: (parts.first?.outputs ?? []).indices.map { place in .joined(parts.map { $0.outputs[place] }) },
            table: .joined(parts.map(\.table)))
    }
}

/// Runs a network with other attention.
struct InterventionRunner: Sendable {
    let plan: InterventionPlan
    let loss: Loss?

    /// The interventions that a network allows: all but those on a query path where it has none.
    static func possible(_ plan: InterventionPlan, in graph: LayerGraph) -> [AttentionIntervention] {
        let layers = graph.attentionLayers
        guard !layers.isEmpty else { return [] }
        return plan.interventions.filter { $0 != .queryZeroed || layers.contains(where: graph.hasQueryPath) }
    }

    /// The outcome for a slice of the instances.
    ///
    /// - Parameters:
    ///   - evaluation: The slice, run with the model's own attention.
    ///   - targets: The slice's targets.
    func run(
        _ interventions: [AttentionIntervention], evaluation: Evaluation, graph: LayerGraph, instances: Range<Int>,
        targets: Tensor?
    ) throws -> InterventionOutcome {
        let own = evaluation.outputs[0].reshaped([instances.count, -1])
        let ownLoss = losses(own, targets)
        var outputs: [Tensor] = []
        var columns: [[Metric]] = []
        for intervention in interventions {
            let result = try run(intervention, evaluation, graph, instances, targets, own)
            outputs.append(result.outputs)
            let reason: UndefinedReason = if case .mask = intervention { .emptyMask } else { .notApplicable }
            func column(_ value: (Int) -> Double?) -> [Metric] {
                (0..<instances.count).map { index in
                    value(index).flatMap { $0.isFinite ? .value($0) : nil } ?? .undefined(reason)
                }
            }
            columns += [
                column { result.loss?[$0] },
                column { index in result.loss.flatMap { loss in ownLoss.map { loss[index] - $0[index] } } },
                column { result.change[$0] },
            ]
        }
        var table = Measurement(columns: columns.count)
        table.reserve(instances: instances.count)
        for index in 0..<instances.count { for column in columns { table.append(column[index]) } }
        return InterventionOutcome(outputs: outputs, table: table.inSinglePrecision)
    }

    private struct Result {
        var outputs: Tensor
        var loss: [Double]?
        var change: [Double]
    }

    private func run(
        _ intervention: AttentionIntervention, _ evaluation: Evaluation, _ graph: LayerGraph, _ instances: Range<Int>,
        _ targets: Tensor?, _ own: Tensor
    ) throws -> Result {
        var sum = Result(
            outputs: Tensor(shape: own.shape, repeating: 0), loss: nil,
            change: [Double](repeating: 0, count: instances.count))
        let draws = intervention.draws
        for draw in 0..<draws {
            guard let (substitutes, missing) = substitutes(intervention, draw, evaluation, graph, instances) else {
                // No layer's keys are the sequence's steps.
                sum.outputs = Tensor(shape: own.shape, repeating: .nan)
                sum.change = sum.change.map { _ in .nan }
                return sum
            }
            var outputs = try evaluation.substituting(substitutes).outputs[0].reshaped(own.shape)
            let width = own.shape[1]
            for index in missing {
                for place in (index * width)..<((index + 1) * width) { outputs.values[place] = .nan }
            }
            if let losses = losses(outputs, targets) {
                sum.loss = zip(sum.loss ?? losses.map { _ in 0 }, losses).map { $0 + $1 / Double(draws) }
            }
            for place in 0..<outputs.count {
                sum.outputs.values[place] += outputs.values[place] / Float(draws)
                sum.change[place / width] +=
                    Double(abs(outputs.values[place] - own.values[place])) / Double(width * draws)
            }
        }
        return sum
    }

    private func losses(_ outputs: Tensor, _ targets: Tensor?) -> [Double]? {
        targets.flatMap { targets in loss.flatMap { $0.perInstance(predictions: outputs, targets: targets) } }
    }

    /// What each attention layer is given, and the instances (within the slice) that the intervention has nothing for; nil if it has
    /// nothing for any layer.
    private func substitutes(
        _ intervention: AttentionIntervention, _ draw: Int, _ evaluation: Evaluation, _ graph: LayerGraph,
        _ instances: Range<Int>
    ) -> (substitutes: [String: AttentionSubstitute], missing: Set<Int>)? {
        var result: [String: AttentionSubstitute] = [:]
        var missing: Set<Int> = []
        let lengths = Array(plan.lengths[instances])
        for map in AttentionMap.maps(of: evaluation) {
            let rows = WeightRows(map, lengths: lengths, inputPositions: plan.positions)
            if intervention == .queryZeroed {
                guard graph.hasQueryPath(map.layer) else { continue }
                result[map.layer] = AttentionSubstitute(weights: map.weights, keepsQuery: false)
            } else if case .shuffled = intervention {
                let weights = rows.permuted(map.weights) {
                    plan.order(draw: draw, instance: instances.lowerBound + $0, length: $1)
                }
                result[map.layer] = AttentionSubstitute(weights: weights)
            } else if let given = plan.rows(intervention, instances: instances, keys: rows.positions) {
                guard given.contains(where: { !$0.isEmpty }) || rows.positions == plan.positions else { continue }
                for (index, row) in given.enumerated() where row.isEmpty { missing.insert(index) }
                let filled = given.map { $0.isEmpty ? [Float](repeating: 0, count: rows.positions) : $0 }
                result[map.layer] = AttentionSubstitute(weights: rows.replaced(map.weights, by: filled))
            }
        }
        return result.isEmpty ? nil : (result, missing)
    }
}
