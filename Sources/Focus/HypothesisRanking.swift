import Metrics

/// Ranks the hypotheses at each epoch by how well they explain a source's maps.
struct HypothesisRanking {
    private let hypotheses: HypothesisSet
    private let layout: ColumnLayout
    private let chance: [FocusTimeline.HypothesisFit.Chance?]
    private let columns: (divergence: Int, mass: Int, auroc: Int)?

    init(_ measurer: Measurer, chance: [FocusTimeline.HypothesisFit.Chance?]) {
        hypotheses = measurer.hypotheses
        layout = measurer.layout
        self.chance = chance
        func column(_ id: String) -> Int? { measurer.layout.panel.ofMask.firstIndex { $0.id == id } }
        if let divergence = column("js_divergence_bits"), let mass = column("mass_in_mask"),
            let auroc = column("auroc")
        {
            columns = (divergence, mass, auroc)
        } else {
            columns = nil
        }
    }

    /// The hypotheses by their mean divergence from the maps, best first; among equals the order of the hypotheses.
    func epochs(
        _ estimates: [[Estimate]], _ fits: [[HypothesisFitter.Fit]]
    ) -> [[FocusTimeline.HypothesisFit]] {
        zip(estimates, fits).map(ranking)
    }

    private func ranking(_ row: [Estimate], _ fits: [HypothesisFitter.Fit]) -> [FocusTimeline.HypothesisFit] {
        guard let columns else { return [] }
        let adjusted = adjusted(fits)
        let found = zip(hypotheses.hypotheses, hypotheses.maskIndex).enumerated()
            .compactMap { order, pair -> (order: Int, fit: FocusTimeline.HypothesisFit)? in
                let (hypothesis, mask) = pair
                func mean(_ metric: Int) -> Double? { row[layout.column(mask: mask, metric: metric)].mean }
                guard let divergence = mean(columns.divergence) else { return nil }
                var fit = FocusTimeline.HypothesisFit(
                    hypothesis: hypothesis.name, divergenceBits: divergence, auroc: mean(columns.auroc),
                    mass: mean(columns.mass), chance: chance[mask])
                if fits.indices.contains(mask) {
                    let found = fits[mask]
                    fit.klNats = found.klNats
                    if let z = found.z, let p = found.pValue, let holm = adjusted[mask] {
                        fit.test = .init(
                            z: z, pValue: p, adjusted: holm, method: found.method, shiftPValue: found.shiftPValue)
                    }
                }
                return (order, fit)
            }
        return found.sorted { ($0.fit.divergenceBits, $0.order) < ($1.fit.divergenceBits, $1.order) }.map(\.fit)
    }

    /// The p-values of the masks after Holm's adjustment over those that have one.
    private func adjusted(_ fits: [HypothesisFitter.Fit]) -> [Int: Double] {
        let tested = fits.indices.filter { fits[$0].pValue != nil }
        let holm = MultipleTesting.holm(tested.compactMap { fits[$0].pValue })
        return Dictionary(uniqueKeysWithValues: zip(tested, holm))
    }
}
