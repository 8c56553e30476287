import Figures
import Focus
import Metrics

extension Report {
    /// The headline table for a paper, `table.tex`: attention and gradient × input against the hypotheses at the last epoch.
    ///
    /// It needs `\usepackage{booktabs}`; text from files and users reaches LaTeX escaped.
    public var latexTable: String {
        let timeline = context.timeline
        let sources = context.sources.filter { $0.kind == .attention || $0.kind == .gradientTimesInput }
        let rows = sources.enumerated().map { index, source -> String in
            let lines = context.namedAndBest(source).map { hypothesis -> String in
                let cell = { (metric: String) in
                    Self.latex(timeline[source, metric, against: hypothesis.name]?.estimates.last)
                }
                return [
                    GnuplotText.escapedForLaTeX(timeline.title(source)),
                    "\\texttt{\(GnuplotText.escapedForLaTeX(GnuplotText.clean(hypothesis.name, maximumLength: 60)))}",
                    cell("mass_in_mask"), Self.latex(hypothesis.chance), cell("auroc"), cell("js_divergence_bits"),
                ].joined(separator: " & ") + " \\\\"
            }
            return lines.joined(separator: "\n") + (index < sources.count - 1 ? "\n\\midrule" : "")
        }
        let caption =
            "Attention and gradient $\\times$ input against the hypotheses at epoch \(context.lastEpoch), with 95\\,\\% bootstrap "
            + "intervals of the mean over \(timeline.instanceCount) sequences."
        return """
            % Needs \\usepackage{booktabs}.
            \\begin{table}
            \\centering
            \\caption{\(caption)}
            \\begin{tabular}{llcccc}
            \\toprule
            Source & Hypothesis & Mass in mask & Chance & AUROC & JS (bits) \\\\
            \\midrule
            \(rows.joined(separator: "\n"))
            \\bottomrule
            \\end{tabular}
            \\end{table}

            """
    }

    private static func latex(_ estimate: Estimate?) -> String {
        guard let mean = estimate?.mean else { return "--" }
        guard let interval = estimate?.interval, interval.lowerBound < interval.upperBound else { return latex(mean) }
        return "\(latex(mean)) [\(latex(interval.lowerBound)), \(latex(interval.upperBound))]"
    }

    private static func latex(_ value: Double) -> String {
        ReportContext.number(value).replacing("−", with: "$-$").replacing("–", with: "--")
    }
}

extension ReportContext {
    /// The named hypotheses, and the one that fits a source best.
    fileprivate func namedAndBest(_ source: Source) -> [FocusTimeline.HypothesisSummary] {
        let named = namedHypotheses
        guard let best = timeline.ranking[source]?.last?.first?.hypothesis,
            let summary = hypotheses.first(where: { $0.name == best }), !named.contains(where: { $0.name == best })
        else { return named }
        return named + [summary]
    }
}
