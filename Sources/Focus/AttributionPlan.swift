import Attribution
import Metrics
import Networks
import Tasks
import Tensors

/// A method that an analysis is asked for.
public struct MethodRequest: Sendable {
    /// The method.
    public var method: any AttributionMethod
    /// Whether a network that the method refuses is no error: the method is then left out, with a note.
    public var isOptional: Bool

    /// A request; by default the method must work.
    public init(_ method: any AttributionMethod, isOptional: Bool = false) {
        self.method = method
        self.isOptional = isOptional
    }
}

/// A note with the method it is about.
struct MethodNote: Sendable, Equatable, CustomStringConvertible {
    var method: String
    var note: AttributionNote

    var description: String { "\(method): \(note)" }

    /// The notes of several slices, equal ones merged, in the order in which they first came.
    ///
    /// - Parameter instances: How many instances the slices hold.
    static func merged(_ notes: [MethodNote], instances: Int) -> [MethodNote] {
        let merged = notes.reduce(into: [MethodNote]()) { merged, next in
            for index in merged.indices where merged[index].method == next.method {
                guard let both = merged[index].note.merged(with: next.note) else { continue }
                merged[index].note = both
                return
            }
            merged.append(next)
        }
        return merged.map { MethodNote(method: $0.method, note: $0.note.over(instances: instances)) }
    }
}

/// The attribution methods of an analysis.
struct AttributionPlan: Sendable {
    let requests: [MethodRequest]
    let output: OutputChoice
    /// Whether the delimiter's own cell is left out of the maps.
    let excludesDelimiter: Bool

    /// Whether methods are asked for that look at the whole probe set's means and ranges.
    var needsStatistics: Bool { requests.contains { !($0.method is Saliency || $0.method is GradientTimesInput) } }

    /// The means and ranges of what the methods move: the inputs, or the vectors of tokens.
    func statistics(of inputs: [Tensor], lengths: [Int]?, in graph: LayerGraph) throws -> InputStatistics {
        if inputs[0].rank == 3 { return InputStatistics(of: inputs[0], lengths: lengths) }
        let slices = Workers.slices(of: inputs[0].shape[0], atMost: graph.rowsAtOnce(inputs))
        let values = try Workers.map(count: slices.count) { index in
            try AttributionSubject(graph: graph, inputs: inputs.map { $0[rows: slices[index]] }, output: output).values
        }
        return InputStatistics(of: .joined(values), lengths: lengths)
    }

    /// What the methods say about a slice of the instances.
    struct Outcome {
        var maps: [Source: Tensor] = [:]
        var gaps: [TestColumn] = []
        var notes: [MethodNote] = []
    }

    /// The maps of a subject, N×T, by method; methods whose maps have another length than the inputs (attention over pooled steps) are
    /// left out.
    func maps(of subject: AttributionSubject, positions: Int) throws -> Outcome {
        var outcome = Outcome()
        for request in requests {
            guard let kind = Source.Kind(rawValue: request.method.id) else { continue }
            let attribution: Attribution
            do {
                attribution = try request.method(subject)
            } catch let error as AttributionError where request.isOptional {
                outcome.notes.append(MethodNote(method: request.method.id, note: .text("left out: \(error)")))
                continue
            }
            var map = attribution.map(request.method.reduction)
            guard map.shape == [subject.count, positions] else {
                let reason = "left out, since its maps are not over the \(positions) positions of the inputs."
                outcome.notes.append(MethodNote(method: request.method.id, note: .text(reason)))
                continue
            }
            if excludesDelimiter, let delimiters = subject.delimiterIndex {
                map = DelimiterCell.excluded(from: map, index: delimiters)
            }
            outcome.maps[Source(kind)] = map
            outcome.notes += attribution.notes.map { MethodNote(method: request.method.id, note: $0) }
            if let gap = attribution.relativeGap {
                let key = TestKey(
                    name: "completeness_gap", source: Source(kind),
                    label: "relative completeness gap of the attribution; 0 is complete")
                let values = gap.map { $0.isFinite ? Metric.value($0) : .undefined(.infinite) }
                outcome.gaps.append(TestColumn(key: key, values: values))
            }
        }
        return outcome
    }
}
