import Focus

extension ReportContext {
    /// How to read this: the methods that were used, with their sources.
    var methodsSection: ReportSection {
        let kinds = Set(timeline.sources.map(\.kind))
        var notes = [
            "Mass in mask is the share of a map’s weight on the positions that a hypothesis marks [@arras2022]; chance is the"
                + " share of positions that it marks.",
            "AUROC is the chance that a marked position outranks an unmarked one, 0.5 by chance [@fawcett2006].",
            "JS is the Jensen-Shannon divergence of a map from the hypothesis as a distribution, from 0 (equal) to 1 bit"
                + " (disjoint) [@lin1991]; the hypothesis with the smallest mean fits best.",
            "Intervals are 95 % bootstrap intervals of the mean over sequences, with \(provenance.resamples) resamples"
                + " [@efron1993]. A value that is undefined for a sequence (an empty mask, a constant map) is left out of the"
                + " mean and counted in `metrics.csv`.",
        ]
        notes += statisticsNotes
        notes += Source.Kind.allCases.filter(kinds.contains).compactMap(Self.note)
        notes += testNotes
        for hypothesis in timeline.hypotheses {
            guard let same = hypothesis.sameAs else { continue }
            notes.append(
                "\(code(hypothesis.name)) marks the same positions as \(code(same)), so its numbers are the same.")
        }
        var blocks: [ReportBlock] = [.list(notes)]
        if !assumptions.isEmpty {
            blocks.append(
                .paragraph("The checkpoints hold no architecture. Assumed (`--model` says otherwise):"))
            blocks.append(.list(assumptions.map { "\(code($0.layer)): \($0.text)" }))
        }
        if !cautions.isEmpty {
            blocks.append(.paragraph("To know about these numbers:"))
            blocks.append(.list(cautions))
        }
        if !skipped.isEmpty {
            blocks.append(.paragraph("Left out:"))
            blocks.append(.list(skipped))
        }
        return ReportSection(id: "methods", title: "Methods", blocks: blocks)
    }

    /// Where the tests of faithfulness come from.
    private var testNotes: [String] {
        let tests = timeline.faithfulness.map(\.name)
        let origins = [
            (
                "Agreement of attention with attributions, permuted and adversarial attention follow [@jain2019].",
                ["tau_", "attention_permutation", "max_attention", "adversarial_"]
            ),
            (
                "Erasure of attention weights follows [@serrano2019].",
                ["attention_erasure", "erasure_of_", "fraction_erased"]
            ),
            (
                "Comprehensiveness and sufficiency erase positions, or all others [@deyoung2020].",
                ["aopc_", "comprehensiveness", "sufficiency"]
            ),
            ("Pixel flipping erases positions one after another [@samek2017].", ["pixel_flipping"]),
            ("Conicity is how alike the attended states are [@mohankumar2020].", ["conicity"]),
            ("Infidelity and max-sensitivity are those of [@yeh2019].", ["infidelity", "max_sensitivity"]),
            (
                "Parameter randomisation compares a map with that of a network with redrawn weights [@adebayo2018].",
                ["randomised_"]
            ),
        ]
        return origins.filter { origin in
            tests.contains { test in origin.1.contains { test.hasPrefix($0) } }
        }.map(\.0)
    }

    /// What a kind of source is.
    private static func note(_ kind: Source.Kind) -> String? {
        switch kind {
        case .attention, .uniform, .random: nil
        case .saliency: "Saliency is the size of the gradient, |∂y/∂x| [@simonyan2014]."
        case .gradientTimesInput:
            "Gradient × input is x ∂y/∂x, which is 0 wherever the input is 0 [@shrikumar2016]."
        case .integratedGradients:
            "Integrated gradients add the gradients up on the way from a baseline; the map sums to the change of the output"
                + " [@sundararajan2017]."
        case .smoothGrad: "SmoothGrad is the mean gradient over noisy inputs [@smilkov2017]."
        case .smoothGradSquared: "SmoothGrad² is the mean square of the gradient over noisy inputs [@hooker2019]."
        case .varGrad: "VarGrad is the variance of the gradient over noisy inputs [@adebayo2018local]."
        case .occlusion: "Occlusion is the change of the output when an input is replaced [@zeiler2014]."
        case .leaveOneOut: "Leave one out is the change of the output when a position is taken away [@li2016]."
        case .attentionTimesGradient:
            "Attention × gradient weighs the attention by the output’s gradient with respect to it [@serrano2019]."
        case .frozenGradient:
            "Gradient, attention fixed is the gradient with the attention held constant [@jain2019]."
        case .layerwiseRelevance:
            "LRP hands the output back layer by layer [@bach2015], through gates by the rule of [@arras2017]."
        case .attentionRollout, .attentionFlow:
            "Attention \(kind == .attentionFlow ? "flow" : "rollout") follows the attention through all layers"
                + " [@abnar2020]."
        }
    }
}
