extension FocusTimeline {
    /// The ids of the metrics that every analysis computes; with a delimiter known the shares before, at and after it too.
    public static let metrics: Set<String> = Set(
        (MetricPanel.standard.ofMap + MetricPanel.standard.ofMask).map(\.id) + MetricPanel.partition)
}
