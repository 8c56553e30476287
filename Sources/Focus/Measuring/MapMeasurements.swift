import Metrics
import Tensors

/// Every metric of maps computed elsewhere.
public struct MapMeasurements: Sendable {
    /// One map against one hypothesis.
    public struct Row: Sendable {
        /// The map's name; with several hypotheses followed by a colon and the hypothesis.
        public let id: String
        /// One value for each of ``MapMeasurements/metrics``.
        public let values: [Metric]
    }

    /// A metric over all maps.
    public struct Overall: Sendable {
        /// The metric's id.
        public let metric: String
        /// The hypothesis; nil for metrics that need none, and where there is one only.
        public let hypothesis: String?
        /// The mean over the maps that have a value, with its uncertainty.
        public let estimate: Estimate
    }

    /// The metrics' ids, in the order of the catalogue; with a delimiter known, the shares of mass before, at and after it behind them.
    public let metrics: [String]
    /// One row per map and hypothesis; one per map where there is no hypothesis.
    public let rows: [Row]
    private let hypotheses: [String]
    private let definitions: [MetricDefinition]
    private let hasPartition: Bool

    /// Measures a set of maps.
    ///
    /// - Parameter signs: What becomes of negative weights, of both maps.
    public init(_ set: MapSet, signs: SignTreatment) throws {
        let definitions = MetricCatalog.every
        let delimiter = set.delimiterIndex
        self.definitions = definitions
        hasPartition = delimiter != nil
        metrics = definitions.map(\.id) + (hasPartition ? MetricPanel.partition : [])
        hypotheses = set.hypotheses
        let names: [String?] = hypotheses.isEmpty ? [nil] : hypotheses
        let slices = Workers.slices(of: set.cases.count, atMost: 64)
        rows = try Workers.map(count: slices.count) { slice in
            let subjects = slices[slice].map { Subject(set.cases[$0], names, signs: signs, delimiter: delimiter?[$0]) }
            var values = [[Metric]](repeating: [], count: subjects.count * names.count)
            for row in values.indices { values[row].reserveCapacity(definitions.count + 3) }
            // Metric by metric: to take a definition in hand for each map costs as much as a simple metric.
            for definition in definitions {
                for (place, subject) in subjects.enumerated() {
                    subject.measure(by: definition) { values[place * names.count + $0].append($1) }
                }
            }
            return values.enumerated().map { index, values in
                let (place, hypothesis) = index.quotientAndRemainder(dividingBy: names.count)
                let subject = subjects[place]
                return Row(
                    id: names.count > 1 ? "\(subject.id):\(names[hypothesis] ?? "")" : subject.id,
                    values: values + subject.partition)
            }
        }.flatMap { $0 }
    }

    /// One map, ready to be measured; shared, since rows hold many arrays that would be retained at every metric.
    private final class Subject {
        let id: String
        let map: MapRow
        let reference: MapRow?
        /// One for each hypothesis, or a single nil.
        let masks: [MaskRow?]
        /// The mass before, at and after the delimiter; none without one.
        let partition: [Metric]

        init(_ item: MapSet.Case, _ hypotheses: [String?], signs: SignTreatment, delimiter: Int?) {
            id = item.id
            let map = MapRow(item.attention, signs: signs)
            self.map = map
            reference = item.saliency.map { MapRow($0, signs: signs) }
            masks = hypotheses.map { $0.flatMap { item.masks[$0] }.map(MaskRow.init) }
            let parts = delimiter.map { Localisation.partition(map, delimiter: $0) }
            partition = parts.map { [$0.before, $0.at, $0.after] } ?? []
        }

        /// Hands out the value for each hypothesis; what needs no mask is computed once.
        func measure(by metric: MetricDefinition, _ take: (Int, Metric) -> Void) {
            switch metric.needs {
            case .map:
                let value = metric.evaluate(map)
                for index in masks.indices { take(index, value) }
            case .mask:
                for (index, mask) in masks.enumerated() {
                    take(index, mask.map { metric.evaluate(map, against: $0) } ?? .undefined(.noMask))
                }
            case .reference:
                let value = reference.map { metric.evaluate(map, comparedWith: $0) } ?? .undefined(.noReference)
                for index in masks.indices { take(index, value) }
            }
        }
    }

    /// Above this number of maps the resamples of a bootstrap would fill the memory, and the mean's distribution is normal.
    private static let bootstrapLimit = 20_000

    /// Each metric's mean over the maps with a 95 % percentile bootstrap interval; above 20,000 maps mean -/+ 1.96 standard errors.
    ///
    /// Metrics that have no value for lack of masks or second maps are left out.
    public func overall(resamples: Int, seed: UInt64) throws -> [Overall] {
        try Self.overall(of: [self], resamples: resamples, seed: seed)[0]
    }

    /// The same for several kinds of maps, such as attention and gradients, whose instances are resampled alike where they are as many.
    public static func overall(
        of measurements: [MapMeasurements], resamples: Int, seed: UInt64
    ) throws -> [[Overall]] {
        var estimators: [Int: Estimator] = [:]
        return try measurements.map { measured in
            let count = measured.rows.count / max(1, measured.hypotheses.count)
            guard count <= bootstrapLimit else {
                return try measured.overall { table in (0..<table.columns).map { normalEstimate(table, $0) } }
            }
            let estimator = estimators[count] ?? Estimator(instances: count, resamples: resamples, seed: seed)
            estimators[count] = estimator
            return try measured.overall(estimator.estimates)
        }
    }

    private func overall(_ estimates: (Measurement) throws -> [Estimate]) throws -> [Overall] {
        let perCase = max(1, hypotheses.count)
        let count = rows.count / perCase
        let columns = (0..<perCase).flatMap { hypothesis in
            metrics.indices.filter { isShown($0, hypothesis) }.map { (hypothesis: hypothesis, metric: $0) }
        }
        func values(_ column: (hypothesis: Int, metric: Int)) -> some Sequence<Metric> {
            (0..<count).lazy.map { rows[$0 * perCase + column.hypothesis].values[column.metric] }
        }
        let units = columns.map { Self.unit(of: values($0)) }
        var table = Measurement(columns: columns.count)
        table.reserve(instances: count)
        for index in 0..<count {
            for (column, unit) in zip(columns, units) {
                let metric = rows[index * perCase + column.hypothesis].values[column.metric]
                table.append(metric.value.map { .value($0 / unit) } ?? metric)
            }
        }
        return zip(zip(columns, units), try estimates(table)).map { place, estimate in
            let (column, unit) = place
            let needsMask = column.metric < definitions.count && definitions[column.metric].needs == .mask
            return Overall(
                metric: metrics[column.metric],
                hypothesis: needsMask && perCase > 1 ? hypotheses[column.hypothesis] : nil,
                estimate: estimate.scaled(by: unit))
        }
    }

    /// A power of two near the largest value, where values of its size have no sums and squares in single precision; else 1.
    private static func unit(of values: some Sequence<Metric>) -> Double {
        let largest = values.reduce(0) { max($0, abs($1.value ?? 0)) }
        return largest == 0 || 0x1p-60...0x1p60 ~= largest ? 1 : max(largest.binade, Double.leastNormalMagnitude)
    }

    /// Metrics that need no mask are shown once, metrics that have nothing to compare with not at all.
    private func isShown(_ metric: Int, _ hypothesis: Int) -> Bool {
        guard metric < definitions.count else { return hypothesis == 0 }
        switch definitions[metric].needs {
        case .map: return hypothesis == 0
        case .mask: return !hypotheses.isEmpty
        case .reference: return hypothesis == 0 && rows.contains { $0.values[metric] != .undefined(.noReference) }
        }
    }

    private static func normalEstimate(_ table: Measurement, _ column: Int) -> Estimate {
        var (values, reasons): ([Double], [UndefinedReason: Int]) = ([], [:])
        for instance in 0..<table.instances {
            let value = table.values[instance * table.columns + column]
            if value.isNaN {
                if let reason = table.reason(instance: instance, column: column) { reasons[reason, default: 0] += 1 }
            } else {
                values.append(value)
            }
        }
        let mean = Sample.mean(values)
        let reach = Sample.standardError(values).map { 1.959963984540054 * $0 }
        return Estimate(
            mean: mean, standardDeviation: Sample.standardDeviation(values),
            interval: mean.flatMap { mean in reach.map { (mean - $0)...(mean + $0) } },
            median: values.isEmpty ? nil : Quantile.median(of: values), count: values.count,
            undefined: table.instances - values.count,
            undefinedReason: reasons.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key)
    }
}

extension Estimate {
    /// The estimate of a quantity in another unit.
    fileprivate func scaled(by unit: Double) -> Estimate {
        guard unit != 1 else { return self }
        return Estimate(
            mean: mean.map { $0 * unit }, standardDeviation: standardDeviation.map { $0 * unit },
            interval: interval.map { ($0.lowerBound * unit)...($0.upperBound * unit) },
            median: median.map { $0 * unit },
            count: count, undefined: undefined, undefinedReason: undefinedReason)
    }
}
