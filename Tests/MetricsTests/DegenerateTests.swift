import Metrics
import Testing

@Suite("Maps at the edge of what numbers and questions allow")
struct DegenerateTests {
    static let maps: [[Double]] = [
        [], [0], [1], [-1], [.nan], [.infinity, 1], [0, 0], [0.5, 0.5], [1, -1], [0, 0, 0, 0],
        [0x1p-1074, 0x1p-1073, 0, 0],
        [0x1p-1030, 0x1p-1029, 0x3p-1030, 0], [1.7e308, 1.7e308, 1e308, 1], [1e300, 1e-300, 0, 1],
        [-1e300, 1e300, 1e-9, 2],
        [.leastNormalMagnitude, .greatestFiniteMagnitude, 0, 1], [0.25, 0.25.nextUp, 0.25, 0.25.nextDown],
        [-.greatestFiniteMagnitude, .greatestFiniteMagnitude, .greatestFiniteMagnitude],
    ]

    @Test("No metric of any map is NaN or infinite", arguments: maps)
    func finite(_ weights: [Double]) {
        for signs in [SignTreatment.signed, .absolute, .positive] {
            let map = MapRow(weights, signs: signs)
            let others: [[Double]] = [
                weights, weights.reversed(), weights.map { _ in 1.0 }, weights.indices.map { Double($0) },
            ]
            for definition in MetricCatalog.every {
                for marked in 0...weights.count {
                    let mask = MaskRow(weights.indices.map { $0 < marked })
                    let value = definition.evaluate(map, against: mask).value
                    #expect(value?.isFinite != false, "\(definition.id), \(marked) marked")
                }
                for other in others {
                    let value = definition.evaluate(map, comparedWith: MapRow(other, signs: signs)).value
                    #expect(value?.isFinite != false, "\(definition.id), beside \(other)")
                }
            }
        }
    }

    @Test("Maps near the largest number keep their shape, and their own size where that is asked for")
    func huge() throws {
        let (small, huge) = (MapRow([1, 0.5, 0.25, 1]), MapRow([1, 0.5, 0.25, 1].map { $0 * 0x1p1023 }))
        #expect(Shape.entropyNats(huge) == Shape.entropyNats(small))
        #expect(Shape.maxWeight(huge) == .value(0x1p1023))
        #expect(Shape.sum(huge) == .undefined(.infinite))
        #expect(Shape.sum(MapRow([0x1p1000, 0x1p1000])) == .value(0x1p1001))
    }

    @Test("Nothing of a constant map is above uniform, however many positions", arguments: [7, 49, 1000])
    func aboveUniform(_ count: Int) {
        let mask = MaskRow((0..<count).map { $0 < 3 })
        let map = MapRow([Double](repeating: 1 / Double(count), count: count))
        #expect(Overlap.recall(.aboveUniform, map, mask) == .value(0))
    }

    @Test("A metric without what it needs says so")
    func needs() throws {
        let map = MapRow([0.2, 0.8])
        #expect(MetricCatalog.definition("auroc")?.evaluate(map) == .undefined(.emptyMask))
        #expect(MetricCatalog.definition("auroc")?.evaluate(map, comparedWith: map) == .undefined(.emptyMask))
        #expect(MetricCatalog.definition("s_tvd")?.evaluate(map) == .undefined(.noReference))
        #expect(
            MetricCatalog.definition("s_tvd")?.evaluate(map, against: MaskRow([true, false]))
                == .undefined(.noReference))
        #expect(MetricCatalog.definition("s_tvd")?.evaluate(map, comparedWith: map) == .value(0))
    }

    @Test("A constant second map has no correlation", arguments: ["s_pearson", "s_spearman", "s_kendall_tau_b"])
    func constantReference(_ id: String) {
        let found = MetricCatalog.definition(id)?.evaluate(MapRow([1, 2, 3]), comparedWith: MapRow([1, 1, 1]))
        #expect(found == .undefined(.constantReference))
    }

    @Test("Differences in the last digits are not lost in the mean's rounding")
    func offset() throws {
        // Deviations of a few 2^-40 from 1: r is that of the deviations alone, which are exact.
        let deviations = [3.0, 1, 4, 1, 5, 9, 2, 6]
        let mask = MaskRow([true, false, true, false, false, true, false, false])
        let expected = try #require(Correlation.pearson(MapRow(deviations), mask).value)
        let found = try #require(Correlation.pearson(MapRow(deviations.map { 1 + $0 * 0x1p-40 }), mask).value)
        #expect(abs(found - expected) < 1e-12)
    }
}
