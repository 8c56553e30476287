extension MetricCatalog {
    /// The overlap of attended positions with the mask.
    static let overlap: [MetricDefinition] =
        scores(.aboveUniform, "gt_uniform", "weights above 1/n")
        + scores(.halfMaximum, "half_max", "weights from half the largest")
        + scores(.top, "topk_stable", "the k heaviest weights, ties by position") + [
            .ofMask(
                "iou_topk", "intersection over union with the mask of the k heaviest weights",
                .init(
                    direction: .higherIsBetter, range: "0...1", chance: "about k/(2n - k)",
                    source: "sklearn.metrics.jaccard_score")
            ) { Overlap.iou(.top, $0, $1) }
        ]

    private static func scores(_ selection: Selection, _ suffix: String, _ which: String) -> [MetricDefinition] {
        func facts(_ function: String) -> MetricDefinition.Facts {
            .init(
                direction: .higherIsBetter, range: "0...1",
                source: "sklearn.metrics.\(function)(zero_division=0); ERASER, DeYoung et al. 2020")
        }
        return [
            .ofMask("iou_\(suffix)", "intersection over union with the mask of \(which)", facts("jaccard_score")) {
                Overlap.iou(selection, $0, $1)
            },
            .ofMask("f1_\(suffix)", "F1 against the mask of \(which)", facts("f1_score")) {
                Overlap.f1(selection, $0, $1)
            },
            .ofMask("precision_\(suffix)", "precision against the mask of \(which)", facts("precision_score")) {
                Overlap.precision(selection, $0, $1)
            },
            .ofMask("recall_\(suffix)", "recall of the mask by \(which)", facts("recall_score")) {
                Overlap.recall(selection, $0, $1)
            },
        ]
    }
}
