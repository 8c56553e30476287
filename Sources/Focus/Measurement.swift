import Metrics
import Tensors

/// The per-instance values of one source's maps at one checkpoint: a table of instances × columns (see ``ColumnLayout``).
struct Measurement: Sendable {
    let columns: Int
    /// Instances × columns, row-major; NaN where undefined.
    var values: [Double] = []
    /// The reasons of undefined values, by place in `values`.
    var reasons: [Int: UndefinedReason] = [:]

    var instances: Int { columns == 0 ? 0 : values.count / columns }

    /// Joins the tables of consecutive slices of the instances.
    static func joined(_ parts: [Measurement]) -> Measurement {
        var whole = Measurement(columns: parts.first?.columns ?? 0)
        for part in parts {
            let offset = whole.values.count
            whole.values += part.values
            for (place, reason) in part.reasons { whole.reasons[offset + place] = reason }
        }
        return whole
    }

    mutating func append(_ metric: Metric) {
        switch metric {
        case .value(let value): values.append(value)
        case .undefined(let reason):
            reasons[values.count] = reason
            values.append(.nan)
        }
    }
}

/// Measures maps against hypotheses.
struct Measurer: Sendable {
    let layout: ColumnLayout
    let hypotheses: HypothesisSet
    let delimiterIndex: [Int]?

    /// Measures the maps of some consecutive instances.
    ///
    /// - Parameters:
    ///   - maps: One row per instance of `instances`, T columns.
    ///   - instances: Which instances of the probe set they belong to.
    func measure(_ maps: Tensor, instances: Range<Int>) -> Measurement {
        let positions = maps.shape[1]
        var result = Measurement(columns: layout.count)
        result.values.reserveCapacity(instances.count * layout.count)
        for (row, instance) in instances.enumerated() {
            let start = row * positions
            let map = MapRow(floats: maps.values[start..<(start + hypotheses.lengths[instance])])
            for definition in layout.panel.ofMap { result.append(definition.evaluate(map)) }
            if layout.hasPartition, let delimiterIndex {
                appendPartition(map, at: delimiterIndex[instance], to: &result)
            }
            for rows in hypotheses.rows {
                for definition in layout.panel.ofMask {
                    result.append(definition.evaluate(map, against: rows[instance]))
                }
            }
        }
        return result
    }
}
