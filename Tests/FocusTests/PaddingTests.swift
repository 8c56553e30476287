import Metrics
import Tasks
import Tensors
import Testing

@testable import Focus

@Suite("Padding")
struct PaddingTests {
    @Test("What stands behind an instance's length changes no number")
    func ignored() throws {
        let lengths = [5, 3, 1]
        let weights: [[Float]] = [[0.1, 0.2, 0.4, 0.2, 0.1], [0.5, 0.2, 0.3], [0.7]]
        let masks: [[Float]] = [[0, 1, 1, 0, 0], [0, 1, 0], [1]]
        func padded(_ rows: [[Float]], _ filling: Float) -> Tensor {
            Tensor(shape: [3, 5], values: rows.flatMap { $0 + [Float](repeating: filling, count: 5 - $0.count) })
        }
        let probes = try ProbeSet(
            inputs: [Tensor(shape: [3, 5], repeating: 1)], lengths: lengths, delimiterIndex: [2, 1, 0],
            hypotheses: [Hypothesis(name: "h", mask: padded(masks, 0), origin: .user)], origin: "test")
        let set = try HypothesisSet(probes: probes, rules: [])
        let layout = ColumnLayout(panel: .standard, hasPartition: true, maskCount: set.rows.count)
        let measurer = Measurer(layout: layout, hypotheses: set, delimiterIndex: probes.delimiterIndex)
        let profiler = Profiler(
            lengths: lengths, delimiterIndex: probes.delimiterIndex, positions: 5,
            fitter: HypothesisFitter(set, positions: 5))
        let clean = measurer.measure(padded(weights, 0), instances: 0..<3)
        for filling: Float in [1000, -3, .nan, .infinity] {
            let maps = padded(weights, filling)
            let found = measurer.measure(maps, instances: 0..<3)
            #expect(zip(found.values, clean.values).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
            let normalised = profiler.normalised(maps)
            #expect(normalised.values[10].isFinite && normalised.values[11].isNaN)
            let (fits, expected) = (
                profiler.fitter.fits(normalised), profiler.fitter.fits(profiler.normalised(padded(weights, 0)))
            )
            #expect(fits.map(\.klNats) == expected.map(\.klNats) && fits.map(\.z) == expected.map(\.z))
        }
        // Each metric is that of the valid part alone.
        for (instance, length) in lengths.enumerated() {
            let map = MapRow(floats: weights[instance])
            let mask = MaskRow(masks[instance][..<length].map { $0 == 1 })
            for (metric, column) in layout.masked(set.maskIndex[0]) {
                let alone = try #require(MetricCatalog.definition(metric)).evaluate(map, against: mask)
                let found = clean.values[instance * clean.columns + column]
                #expect(alone.value == found || alone.value == nil && found.isNaN, "\(metric)")
            }
        }
    }
}
