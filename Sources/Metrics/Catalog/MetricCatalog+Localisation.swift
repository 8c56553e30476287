extension MetricCatalog {
    /// How much of the map lies in the mask.
    static let localisation: [MetricDefinition] = [
        .ofMask(
            "mass_in_mask", "share of the mass in the mask",
            .init(
                direction: .higherIsBetter, range: "0...1", chance: "k/n",
                source: "Relevance Mass Accuracy, Arras et al. 2022; Quantus RelevanceMassAccuracy",
                aliases: ["relevance_mass_accuracy", "relevanceMassAccuracy", "rma"]),
            Localisation.massInMask),
        .ofMask(
            "mass_in_mask_abs", "share of the weights' sizes in the mask, whatever their signs",
            .init(
                direction: .higherIsBetter, range: "0...1", chance: "k/n", source: "Arras et al. 2022, CLEVR-XAI's code"
            ),
            Localisation.massInMaskAbsolute),
        .ofMask(
            "mass_baseline", "mass of a uniform map in the mask, k/n", .init(range: "0...1"), Localisation.massBaseline),
        .ofMask(
            "mass_lift", "mass in the mask over chance",
            .init(direction: .higherIsBetter, range: "0...n/k", chance: "1"), Localisation.massLift),
        .ofMask(
            "mass_chance_corrected", "mass in the mask corrected for chance",
            .init(direction: .higherIsBetter, range: "-k/(n - k)...1", chance: "0"), Localisation.massChanceCorrected),
        .ofMask(
            "nss", "mean standardised weight in the mask",
            .init(
                direction: .higherIsBetter, range: "-sqrt((n - k)/k)...sqrt((n - k)/k)", chance: "0",
                source: "Normalised Scanpath Saliency, Bylinskii et al. 2018",
                aliases: ["normalised_scanpath_saliency"]),
            Localisation.normalisedScanpathSaliency),
    ]
}
