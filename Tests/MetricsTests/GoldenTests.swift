import Metrics
import Testing

@Suite("Metrics equal scipy's, scikit-learn's, Quantus' and the closed forms")
struct GoldenTests {
    @Test("The reference file is there, and the catalogue has all of its metrics")
    func present() throws {
        #expect(GoldenCase.all.count == 33)
        let ids = try #require(GoldenCase.all.first).metrics.keys
        #expect(ids.count == 81)
        for id in ids { #expect(MetricCatalog.definition(id)?.id == id) }
    }

    @Test("Every metric to 1e-12, p-values to 1e-9", arguments: GoldenCase.all)
    func equal(_ golden: GoldenCase) throws {
        for definition in MetricCatalog.every {
            let id = definition.id == "iou_topk" ? "iou_topk_stable" : definition.id
            let found = golden.found(definition, weights: golden.weights)
            let reference: Double
            switch GoldenConvention.expectation(definition, golden) {
            case .undefined(let reason):
                #expect(found == .undefined(reason), "\(id)")
                continue
            case .valueOfScaledMap:
                reference = try #require(golden.found(definition, weights: golden.weights.map { $0 * 0x1p-996 }).value)
            case .reference:
                reference = try #require(golden.metrics[id]?.value, "\(id)")
            }
            let value = try #require(found.value, "\(id): \(found)")
            let isPValue = GoldenConvention.pValues.contains(id)
            let tolerance = isPValue ? max(1e-15, 1e-9 * abs(reference)) : max(1e-15, 1e-12 * abs(reference))
            #expect(abs(value - reference) <= tolerance, "\(id): \(value), reference \(reference)")
        }
    }
}
