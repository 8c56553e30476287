import Metrics

/// Which numbers are computed for each map: metrics of the map alone, and metrics against each mask.
struct MetricPanel: Sendable {
    let ofMap: [MetricDefinition]
    let ofMask: [MetricDefinition]
    /// The evaluations alone: in the inner loop, copying a definition with its texts would take as long as the metric.
    let mapEvaluations: [@Sendable (MapRow) -> Metric]
    let maskEvaluations: [@Sendable (MapRow, MaskRow) -> Metric]

    /// The panel of every analysis.
    static let standard = MetricPanel(
        ofMap: ["entropy_nats", "entropy_normalised", "effective_positions", "gini", "max_weight", "mean_position"],
        ofMask: [
            "mass_in_mask", "mass_lift", "auroc", "average_precision", "relevance_rank_accuracy_tie_expected",
            "pointing_game_tie_expected", "pearson", "spearman", "kendall_tau_b", "js_divergence_bits",
            "wasserstein_1d_normalised",
        ])

    /// The metrics of the delimiter's partition; they add up to 1.
    static let partition = ["mass_before", "mass_at", "mass_after"]

    init(ofMap: [String], ofMask: [String]) {
        self.ofMap = ofMap.compactMap(MetricCatalog.definition)
        self.ofMask = ofMask.compactMap(MetricCatalog.definition)
        mapEvaluations = self.ofMap.map { definition in { definition.evaluate($0) } }
        maskEvaluations = self.ofMask.map { definition in { definition.evaluate($0, against: $1) } }
    }
}

/// The columns of the table of per-instance values of one source: the panel's metrics of the map, the partition (where a
/// delimiter is known), and for each distinct mask the panel's metrics of the mask.
struct ColumnLayout: Sendable {
    let panel: MetricPanel
    let hasPartition: Bool
    let maskCount: Int

    var partitionStart: Int { panel.ofMap.count }
    var maskStart: Int { partitionStart + (hasPartition ? MetricPanel.partition.count : 0) }
    var count: Int { maskStart + maskCount * panel.ofMask.count }

    func column(mask: Int, metric: Int) -> Int { maskStart + mask * panel.ofMask.count + metric }

    /// The columns of metrics that need no mask, by metric.
    var unmasked: [(metric: String, column: Int)] {
        panel.ofMap.enumerated().map { (metric: $1.id, column: $0) }
            + (hasPartition
                ? MetricPanel.partition.enumerated().map { (metric: $1, column: partitionStart + $0) } : [])
    }

    /// The columns of a mask's metrics, by metric.
    func masked(_ mask: Int) -> [(metric: String, column: Int)] {
        panel.ofMask.enumerated().map { (metric: $1.id, column: column(mask: mask, metric: $0)) }
    }
}
