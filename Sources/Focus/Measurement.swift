import Metrics
import Tensors

/// The per-instance values of one source's maps at one checkpoint: a table of instances × columns (see ``ColumnLayout``).
struct Measurement: Sendable {
    let columns: Int
    /// Instances × columns, row-major; NaN where undefined.
    var values: [Double] = []
    /// For each value 0, or the reason why it is undefined, as its number in `UndefinedReason.allCases` plus 1: a byte each,
    /// since a mask that never applies makes hundreds of thousands of them.
    private(set) var reasonCodes: [UInt8] = []

    init(columns: Int) { self.columns = columns }

    /// A table that was stored; nil where its parts do not fit each other.
    init?(columns: Int, values: [Double], reasonCodes: [UInt8]) {
        guard values.count == reasonCodes.count, columns > 0 ? values.count.isMultiple(of: columns) : values.isEmpty,
            zip(values, reasonCodes).allSatisfy({ $0.isNaN == ($1 > 0) && $1 <= UndefinedReason.allCases.count })
        else { return nil }
        (self.columns, self.values, self.reasonCodes) = (columns, values, reasonCodes)
    }

    /// One value of the table.
    func metric(instance: Int, column: Int) -> Metric {
        reason(instance: instance, column: column).map { .undefined($0) } ?? .value(values[instance * columns + column])
    }

    var instances: Int { columns == 0 ? 0 : values.count / columns }

    /// Joins the tables of consecutive slices of the instances.
    static func joined(_ parts: [Measurement]) -> Measurement {
        var whole = Measurement(columns: parts.first?.columns ?? 0)
        for part in parts {
            whole.values += part.values
            whole.reasonCodes += part.reasonCodes
        }
        return whole
    }

    /// One row per instance of a table that has several: a column's mean over the rows where it has a value; undefined, for the first row's
    /// reason, where none has.
    func averaged(rowsPerInstance count: Int) -> Measurement {
        guard count > 1 else { return self }
        var result = Measurement(columns: columns)
        result.reserve(instances: instances / count)
        for instance in 0..<(instances / count) {
            for column in 0..<columns {
                let rows = (0..<count).map { instance * count + $0 }
                let defined = rows.map { values[$0 * columns + column] }.filter { !$0.isNaN }
                if defined.isEmpty {
                    result.append(.undefined(reason(instance: rows[0], column: column) ?? .notApplicable))
                } else {
                    result.append(.value(defined.reduce(0, +) / Double(defined.count)))
                }
            }
        }
        return result
    }

    /// The same values as single precision keeps them, which is what the analysis file holds: numbers read back are then the same.
    var inSinglePrecision: Measurement {
        var rounded = self
        for index in rounded.values.indices { rounded.values[index] = Double(Float(rounded.values[index])) }
        return rounded
    }

    /// Why a value is undefined; nil for one that is not.
    func reason(instance: Int, column: Int) -> UndefinedReason? {
        let code = Int(reasonCodes[instance * columns + column])
        return code == 0 ? nil : UndefinedReason.allCases[code - 1]
    }

    mutating func reserve(instances: Int) {
        values.reserveCapacity(instances * columns)
        reasonCodes.reserveCapacity(instances * columns)
    }

    mutating func append(_ metric: Metric) {
        switch metric {
        case .value(let value):
            values.append(value)
            reasonCodes.append(0)
        case .undefined(let reason):
            values.append(.nan)
            reasonCodes.append(UInt8((UndefinedReason.allCases.firstIndex(of: reason) ?? 0) + 1))
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
    ///   - maps: For each instance of `instances` its rows, T columns.
    ///   - instances: Which instances of the probe set they belong to.
    ///   - rowsPerInstance: The rows of each instance; their values are averaged.
    func measure(_ maps: Tensor, instances: Range<Int>, rowsPerInstance: Int = 1) -> Measurement {
        let positions = maps.shape[1]
        var result = Measurement(columns: layout.count)
        result.reserve(instances: instances.count * rowsPerInstance)
        for row in 0..<(instances.count * rowsPerInstance) {
            let instance = instances.lowerBound + row / rowsPerInstance
            let start = row * positions
            let map = MapRow(floats: maps.values[start..<(start + hypotheses.lengths[instance])])
            for evaluate in layout.panel.mapEvaluations { result.append(evaluate(map)) }
            if layout.hasPartition, let delimiterIndex {
                appendPartition(map, at: delimiterIndex[instance], to: &result)
            }
            for rows in hypotheses.rows {
                for evaluate in layout.panel.maskEvaluations { result.append(evaluate(map, rows[instance])) }
            }
        }
        return result.averaged(rowsPerInstance: rowsPerInstance)
    }
}
