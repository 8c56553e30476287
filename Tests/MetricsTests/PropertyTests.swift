import Metrics
import Testing

/// Random maps and masks from a fixed seed.
private struct Samples {
    private var state: UInt64 = 20_260

    mutating func uniform() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) * 0x1p-53
    }

    mutating func next() -> (weights: [Double], mask: [Bool]) {
        let n = 3 + Int(uniform() * 30)
        let k = 1 + Int(uniform() * Double(n - 2))
        var mask = (0..<n).map { $0 < k }
        for index in mask.indices.dropLast() { mask.swapAt(index, index + Int(uniform() * Double(n - index))) }
        return ((0..<n).map { _ in uniform() * uniform() }, mask)
    }

    static func many(_ count: Int) -> [(weights: [Double], mask: [Bool])] {
        var samples = Samples()
        return (0..<count).map { _ in samples.next() }
    }
}

@Suite("What must hold for every metric")
struct PropertyTests {
    static let unit = [
        "entropy_normalised", "gini", "mass_in_mask", "auroc", "average_precision", "js_divergence_bits",
        "relevance_rank_accuracy_tie_expected", "pointing_game_tie_expected", "wasserstein_1d_normalised",
    ]
    static let correlations = ["pearson", "spearman", "kendall_tau_b"]

    private func value(_ id: String, _ weights: [Double], _ mask: [Bool]) throws -> Double {
        let definition = try #require(MetricCatalog.definition(id))
        return try #require(definition.evaluate(MapRow(weights), against: MaskRow(mask)).value)
    }

    @Test("Shares, areas and divergences lie in 0...1", arguments: unit)
    func unitRange(_ id: String) throws {
        for (weights, mask) in Samples.many(200) { #expect(0...1 ~= (try value(id, weights, mask))) }
    }

    @Test("Correlations lie in -1...1", arguments: correlations)
    func correlationRange(_ id: String) throws {
        for (weights, mask) in Samples.many(200) { #expect(-1...1 ~= (try value(id, weights, mask))) }
    }

    @Test("A map's scale does not matter", arguments: MetricCatalog.all.map(\.id).filter { $0 != "max_weight" })
    func scale(_ id: String) throws {
        for (weights, mask) in Samples.many(50) {
            let scaled = try value(id, weights.map { $0 * 1024 }, mask)
            #expect(abs(scaled - (try value(id, weights, mask))) < 1e-12)
        }
    }

    @Test(
        "Moving positions and mask together does not matter, but where distance counts",
        arguments: MetricCatalog.all.map(\.id).filter { !["mean_position", "wasserstein_1d_normalised"].contains($0) })
    func permutation(_ id: String) throws {
        for (weights, mask) in Samples.many(50) {
            let moved = try value(id, weights.reversed(), mask.reversed())
            #expect(abs(moved - (try value(id, weights, mask))) < 1e-12)
        }
    }

    @Test(
        "Mass moved into the mask never makes it worse",
        arguments: ["mass_in_mask", "mass_lift", "mass_chance_corrected", "auroc", "average_precision", "spearman"])
    func monotone(_ id: String) throws {
        for (weights, mask) in Samples.many(100) {
            var better = weights
            let target = mask.firstIndex(of: true) ?? 0
            let source = mask.firstIndex(of: false) ?? 0
            better[target] += better[source]
            better[source] = 0
            #expect(try value(id, better, mask) >= (try value(id, weights, mask)) - 1e-12)
        }
    }

    @Test("Mass before, at and after the delimiter add up to 1")
    func partition() throws {
        for (weights, mask) in Samples.many(100) {
            let parts = Localisation.partition(MapRow(weights), delimiter: mask.firstIndex(of: true) ?? 0)
            let sum = [parts.before, parts.at, parts.after].compactMap(\.value).reduce(0, +)
            #expect(abs(sum - 1) < 1e-12)
        }
    }
}
