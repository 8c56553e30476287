import Focus

extension Source {
    /// The source in words, such as `gradient × input`.
    var words: String {
        switch kind {
        case .attention: "attention"
        case .gradientTimesInput: "gradient × input"
        case .attentionTimesGradient: "attention × gradient"
        case .smoothGrad: "SmoothGrad"
        case .smoothGradSquared: "SmoothGrad²"
        case .varGrad: "VarGrad"
        case .leaveOneOut: "leave one out"
        case .frozenGradient: "gradient, attention fixed"
        case .layerwiseRelevance: "LRP"
        case .saliency, .integratedGradients, .occlusion, .attentionRollout, .attentionFlow, .uniform, .random:
            kind.rawValue.split(separator: "_").joined(separator: " ")
        }
    }
}

extension FocusTimeline {
    /// A source in words, as figures name it.
    package func title(_ source: Source) -> String { words(source) }

    /// The source that figures of the attention draw.
    func drawnAttention(_ options: FigureOptions) -> Source? {
        if let chosen = options.attention, sources.contains(chosen) { return chosen }
        return source(.attention)
    }

    /// A source in words; an attention says its layer and head where there are several.
    func words(_ source: Source) -> String {
        let attentions = sources.filter { $0.kind == .attention }
        guard source.kind == .attention, attentions.count > 1 else { return source.words }
        let hasLayers = Set(attentions.map(\.layer)).count > 1
        let parts = [hasLayers ? source.layer : nil, source.head.map { "head \($0)" }].compactMap { $0 }
        return parts.isEmpty ? source.words : "\(source.words) (\(parts.joined(separator: ", ")))"
    }

    /// A hypothesis' name in words: hyphens and underscores read as spaces.
    static func words(_ hypothesis: String) -> String {
        String(hypothesis.map { $0 == "-" || $0 == "_" ? " " : $0 })
    }

    /// A text of Fovea's own without the backticks that set names apart where text has no other means, and with sources in words.
    static func plain(_ text: String) -> String {
        Source.Kind.allCases.filter { $0.rawValue.contains("_") }.sorted { $0.rawValue.count > $1.rawValue.count }
            .reduce(text.replacing("`", with: "")) { $0.replacing($1.rawValue, with: Source($1).words) }
    }

    /// The hypothesis to hold the maps against: the one that the user expects; where none is named, or attention fits just
    /// that one, the one that gradient × input fits best, since that contrast is what a reader has to see; else another one
    /// that the user or the task names.
    func contrastHypothesis(for attention: Source) -> HypothesisSummary? {
        let best = bestHypothesis(for: attention)?.name
        let named = hypotheses.first { $0.name == expected }
        if let named, named.name != best { return named }
        if let gradient = source(.gradientTimesInput), let fit = bestHypothesis(for: gradient), fit.name != best {
            return fit
        }
        let own = hypotheses.filter { $0.origin != .added && $0.chance < 0.999 }
        return own.first { $0.name != best } ?? named ?? own.first
    }

    /// The hypothesis that fits a source best at the last epoch; one that marks every position says nothing and is left out.
    func bestHypothesis(for source: Source) -> HypothesisSummary? {
        for fit in ranking[source]?.last ?? [] {
            if let summary = hypotheses.first(where: { $0.name == fit.hypothesis }), summary.chance < 0.999 {
                return summary
            }
        }
        return nil
    }

    /// Which instances are behind the drawn means: `n = 256`, or the range where some had no value.
    func instanceNote(_ series: [Series]) -> String {
        let counts = series.flatMap { $0.estimates.map(\.count) }
        guard let least = counts.min(), let most = counts.max(), least < instanceCount else {
            return "n = \(instanceCount)"
        }
        return least == most ? "n = \(least) of \(instanceCount)" : "n = \(least)–\(most) of \(instanceCount)"
    }
}
