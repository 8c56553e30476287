import HDF5
import Metrics
import Tensors

/// Reads the answers of an analysis file back.
struct AnswerFileReader {
    let file: HDF5File
    let plan: AnswerPlan
    private let metrics: [Tensor]
    private let probe: [Tensor]
    private let aligned: [Tensor]
    private let instances: Int
    private let tests: [(key: TestKey, values: Tensor)]

    init(_ file: HDF5File, epochs: Int, instances: Int, positions: Int) throws {
        self.file = file
        self.instances = instances
        func text(_ attribute: String, _ path: String) throws -> String? {
            try file.stringsAttribute(attribute, at: path)?.first
        }
        func datasets(_ group: String) throws -> [HDF5Object] {
            try file.children(of: group).filter { $0.kind == .dataset }
                .map { (order: try file.doublesAttribute("order", at: $0.path)?.first ?? 0, object: $0) }
                .sorted { $0.order < $1.order }.map(\.object)
        }
        func tensor(_ path: String, _ shape: [Int]) throws -> Tensor {
            let (found, values) = try file.floats(at: path)
            guard found == shape else {
                throw AnalysisError.badAnalysis(path: file.name, reason: "\(path) has another shape than its inputs")
            }
            return Tensor(shape: shape, values: values)
        }
        let interventions = try datasets("/interventions")
        let probes = try datasets("/probe")
        plan = AnswerPlan(
            interventions: try interventions.map {
                AnswerPlan.Intervention(
                    name: try text("name", $0.path) ?? $0.name, label: try text("label", $0.path) ?? $0.name,
                    hypothesis: try text("hypothesis", $0.path))
            },
            probes: try probes.map {
                AnswerPlan.Probe(
                    target: try text("target", $0.path) ?? $0.name, label: try text("label", $0.path) ?? $0.name,
                    layer: try text("layer", $0.path) ?? "")
            })
        metrics = try interventions.flatMap { object in
            try InterventionOutcome.columns.map {
                try tensor("/intervention_metrics/\(object.name)/\($0)", [epochs, instances])
            }
        }
        probe = try probes.map { try tensor($0.path, [epochs, positions]) }
        tests = try datasets("/tests").map { object in
            let kind = try text("source", object.path).flatMap(Source.Kind.init(rawValue:))
            let layer = try text("layer", object.path)
            return (
                key: TestKey(
                    name: try text("name", object.path) ?? object.name, source: kind.map { Source($0, layer: layer) },
                    label: try text("label", object.path) ?? ""),
                values: try tensor(object.path, [epochs, instances])
            )
        }
        aligned =
            file.object(at: "/probe_aligned") == nil
            ? [] : try probes.map { try tensor("/probe_aligned/\($0.name)", [epochs, 2 * positions - 1]) }
    }

    /// The answers of one epoch, but for the interventions' outputs, which no figure needs.
    func answers(row: Int) -> CheckpointAnswers {
        var answers = CheckpointAnswers()
        if !metrics.isEmpty {
            var table = Measurement(columns: metrics.count)
            table.reserve(instances: instances)
            for instance in 0..<instances {
                for (column, values) in metrics.enumerated() {
                    let value = Double(values.values[row * instances + instance])
                    let isMask = plan.interventions[column / InterventionOutcome.columns.count].hypothesis != nil
                    table.append(value.isNaN ? .undefined(isMask ? .emptyMask : .notApplicable) : .value(value))
                }
            }
            answers.interventions = InterventionOutcome(outputs: [], table: table)
        }
        for (key, values) in tests {
            let row = values[row: row].values
            // A test that was not made at this epoch has no value for any instance.
            guard row.contains(where: { !$0.isNaN }) else { continue }
            answers.tests.append(
                TestColumn(key: key, values: row.map { $0.isNaN ? .undefined(.notApplicable) : .value(Double($0)) }))
        }
        let r2 = probe.map { $0[row: row].values }
        if r2.contains(where: { $0.contains { !$0.isNaN } }) {
            answers.probe = StateProber.Result(
                r2: r2, aligned: aligned.isEmpty ? nil : aligned.map { $0[row: row].values })
        }
        return answers
    }
}
