import Metrics

/// Which test, of which source.
struct TestKey: Hashable, Sendable {
    /// The test's snake_case name.
    var name: String
    /// The source that is tested, if it is one's test.
    var source: Source?
    /// Which value means what, in one line.
    var label: String

    static func == (first: TestKey, second: TestKey) -> Bool {
        first.name == second.name && first.source == second.source
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(source)
    }

    /// The name in files: `name`, or `name:source`.
    var fileName: String {
        guard let source else { return name }
        return "\(name):\(source.kind.rawValue)" + (source.layer.map { ":\($0)" } ?? "")
    }
}

/// The per-instance values of one test at one checkpoint.
struct TestColumn: Sendable {
    var key: TestKey
    var values: [Metric]

    /// The columns as one table, for estimates.
    static func table(_ columns: [TestColumn]) -> Measurement {
        var table = Measurement(columns: columns.count)
        let instances = columns.first?.values.count ?? 0
        table.reserve(instances: instances)
        for instance in 0..<instances { for column in columns { table.append(column.values[instance]) } }
        return table.inSinglePrecision
    }
}
