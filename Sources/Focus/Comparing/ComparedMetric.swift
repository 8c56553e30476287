/// A metric to compare: of a source, against a hypothesis where it needs one. Written `[source/][hypothesis/]metric`.
public struct ComparedMetric: Sendable, Hashable {
    /// The metric's id, or `loss`.
    public let metric: String
    /// The source; nil for the loss.
    public let source: Source.Kind?
    /// The hypothesis; nil for metrics that need none.
    public let hypothesis: String?

    /// A metric.
    public init(_ metric: String, of source: Source.Kind? = .attention, against hypothesis: String? = nil) {
        self.metric = metric
        self.source = source
        self.hypothesis = hypothesis
    }

    /// The name in tables: `attention/before/auroc`, `loss`.
    public var name: String { [source?.rawValue, hypothesis, metric].compactMap { $0 }.joined(separator: "/") }

    /// Parses `[source/][hypothesis/]metric`; a mask metric without a hypothesis is against the expected one.
    ///
    /// - Throws: ``ComparisonError/noHypothesis(path:known:)`` if one is needed and none is expected.
    init(_ text: String, in run: AnalysedRun, expected: String?) throws(ComparisonError) {
        var parts = text.split(separator: "/").map(String.init)
        let metric = parts.popLast() ?? text
        self.metric = metric
        if metric == "loss" {
            (source, hypothesis) = (nil, nil)
            return
        }
        var kind = Source.Kind.attention
        if let first = parts.first, let named = Source.Kind(rawValue: first) {
            kind = named
            parts.removeFirst()
        }
        source = kind
        if !parts.isEmpty {
            hypothesis = parts.joined(separator: "/")
        } else if MetricPanel.standard.ofMask.contains(where: { $0.id == metric }) {
            guard let expected else { throw .noHypothesis(path: run.path, known: run.hypotheses) }
            hypothesis = expected
        } else {
            hypothesis = nil
        }
    }

    /// What is compared unless somebody says otherwise.
    static let headline = [
        "mass_in_mask", "mass_before", "mass_at", "mass_after", "auroc", "entropy_normalised", "loss",
    ]
}
