import Metrics

extension Measurer {
    /// Appends the shares of a map's mass before, at and after the delimiter, which add up to 1.
    ///
    /// Unlike `mass_in_mask` a share is 0, not undefined, where a part has no positions.
    func appendPartition(_ map: MapRow, at delimiter: Int, to result: inout Measurement) {
        let parts = Localisation.partition(map, delimiter: delimiter)
        for part in [parts.before, parts.at, parts.after] { result.append(part) }
    }
}
