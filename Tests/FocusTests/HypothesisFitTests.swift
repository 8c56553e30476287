import Checkpoints
import Foundation
import Metrics
import Tasks
import Tensors
import TestSupport
import Testing

@testable import Focus

@Suite("How well hypotheses fit")
struct HypothesisFitTests {
    /// Three maps over five positions, of which the second instance has four and the third none with mass.
    private static let maps: [[Float]] = [[0.1, 0.4, 0.2, 0.2, 0.1], [0.05, 0.7, 0.2, 0.05, 9], [0, 0, 0, 0, 0]]

    private static func hypotheses(_ masks: [[Float]]..., instances: Int = 3) throws -> HypothesisSet {
        let positions = masks[0][0].count
        let probes = try ProbeSet(
            inputs: [Tensor(shape: [instances, positions], repeating: 0)],
            lengths: (0..<instances).map { $0 == 1 ? positions - 1 : positions },
            hypotheses: masks.enumerated().map { index, mask in
                Hypothesis(
                    name: "h\(index)", mask: Tensor(shape: [instances, positions], values: mask.flatMap { $0 }),
                    origin: .user)
            }, origin: "test")
        return try HypothesisSet(probes: probes, rules: [])
    }

    private static func normalised(_ maps: [[Float]], _ set: HypothesisSet) -> Tensor {
        let positions = maps[0].count
        let profiler = Profiler(
            lengths: set.lengths, delimiterIndex: nil, positions: positions,
            fitter: HypothesisFitter(set, positions: positions))
        return profiler.normalised(Tensor(shape: [maps.count, positions], values: maps.flatMap { $0 }))
    }

    private static let mask: [[Float]] = [[0, 1, 1, 0, 0], [0, 1, 0, 0, 0], [1, 0, 0, 0, 0]]

    @Test("The smoothed divergence is that of the map mixed with a uniform one")
    func divergence() throws {
        let set = try Self.hypotheses(Self.mask)
        let fit = HypothesisFitter(set, positions: 5, smoothing: 0.01).fits(Self.normalised(Self.maps, set))[0]
        func mixed(_ p: Double, _ n: Double) -> Double { 0.99 * p + 0.01 / n }
        let first = 0.5 * log(0.5 / mixed(0.4, 5)) + 0.5 * log(0.5 / mixed(0.2, 5))
        let second = log(1 / mixed(0.7, 4))
        #expect(abs(try #require(fit.klNats) - (first + second) / 2) < 1e-6)
    }

    @Test("The mass is as many deviations above chance as the exact moments of each instance say")
    func moments() throws {
        let scattered: [[Float]] = [[1, 0, 1, 0, 1], [0, 1, 0, 1, 0], [1, 0, 0, 0, 0]]
        for mask in [Self.mask, scattered] {
            let set = try Self.hypotheses(mask)
            let fit = HypothesisFitter(set, positions: 5).fits(Self.normalised(Self.maps, set))[0]
            var (excess, variance) = (0.0, 0.0)
            for (index, n) in [5, 4].enumerated() {
                let map = MapRow(floats: Self.maps[index][..<n])
                let row = MaskRow(mask[index][..<n].map { $0 == 1 })
                let null = try #require(PermutationTest.massNull(map, row))
                excess += try #require(Localisation.massInMask(map, row).value) - null.mean
                variance += null.variance
            }
            #expect(abs(try #require(fit.z) - excess / variance.squareRoot()) < 1e-5)
        }
    }

    @Test("Circular shifts have the variance of all shifted masses, and are asked for blocks only")
    func shifts() throws {
        let set = try Self.hypotheses(Self.mask, [[1, 0, 1, 0, 0], [1, 0, 0, 0, 0], [1, 0, 0, 0, 0]])
        let fits = HypothesisFitter(set, positions: 5).fits(Self.normalised(Self.maps, set))
        var (excess, variance) = (0.0, 0.0)
        for (index, n) in [5, 4].enumerated() {
            let map = MapRow(floats: Self.maps[index][..<n])
            let row = MaskRow(Self.mask[index][..<n].map { $0 == 1 })
            let null = try #require(PermutationTest.shiftedMasses(map, row))
            let mean = null.reduce(0, +) / Double(null.count)
            excess += null[0] - mean
            variance += null.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(null.count)
        }
        let expected = 0.5 * erfc(excess / variance.squareRoot() / 2.0.squareRoot())
        #expect(abs(try #require(fits[0].shiftPValue) - expected) < 1e-5)
        #expect(fits[1].shiftPValue == nil)
    }

    @Test("Uniform maps have the chance levels, and no test")
    func uniform() throws {
        let set = try Self.hypotheses(Self.mask)
        let fitter = HypothesisFitter(set, positions: 5)
        let maps = Self.normalised([[Float]](repeating: [1, 1, 1, 1, 1], count: 3), set)
        let fit = fitter.fits(maps)[0]
        let chance = try #require(fitter.chance[0])
        #expect(abs(try #require(fit.klNats) - chance.klNats) < 1e-6)
        #expect(abs(chance.klNats - (log(2.5) + log(4) + log(5)) / 3) < 1e-12)
        #expect(abs(chance.mass - (0.4 + 0.25 + 0.2) / 3) < 1e-12)
        #expect(chance.auroc == 0.5)
        #expect(fit.z == nil && fit.pValue == nil && fit.shiftPValue == nil)
    }

    @Test("Few instances are drawn, many are not, and both agree")
    func methods() throws {
        let few = try Self.hypotheses(Self.mask)
        let drawn = HypothesisFitter(few, positions: 5).fits(Self.normalised(Self.maps, few))[0]
        #expect(drawn.method == .monteCarlo)
        #expect(try #require(drawn.pValue) >= 1.0 / 1000)
        let count = 120
        let many = try Self.hypotheses(
            [[Float]](repeating: [0, 1, 1, 0, 0], count: count), instances: count)
        var generator = SystemRandomNumberGenerator()
        let maps = (0..<count).map { _ in (0..<5).map { _ in Float.random(in: 0...1, using: &generator) } }
        let normalised = Self.normalised(maps, many)
        let fit = HypothesisFitter(many, positions: 5).fits(normalised)[0]
        #expect(fit.method == .normal)
        let rows = maps.enumerated().map { MapRow(floats: $0.offset == 1 ? $0.element[..<4] : $0.element[...]) }
        let test = try #require(PermutationTest.meanMass(rows, many.rows, resamples: 4000)[0])
        let p = try #require(fit.pValue)
        #expect(abs(test.pValue - p) < 0.02 + 5 * (p * (1 - p) / 4000).squareRoot())
    }

    @Test("A single map's drawn p-value is its exact one, within the error of drawing")
    func exact() throws {
        let map = MapRow([0.1, 0.4, 0.2, 0.25, 0.05])
        let mask = MaskRow([false, true, false, true, false])
        let exact = try #require(PermutationTest.massInMask(map, mask)?.pValue)
        let drawn = try #require(PermutationTest.meanMass([map], [[mask]], resamples: 20_000, seed: 3)[0])
        #expect(abs(drawn.pValue - exact) < 5 * (exact * (1 - exact) / 20_000).squareRoot())
        #expect(abs(drawn.statistic - 0.65) < 1e-12)
        #expect(PermutationTest.meanMass([map], [[MaskRow([false, false, false, false, false])]])[0] == nil)
    }

    @Test("A timeline's ranking tells each hypothesis' fit beside chance, and adjusts for their number")
    func ranking() throws {
        let run = try Run(paths: ["000", "200"].map { "\(Fixtures.run)/ckpt-\($0).h5" })
        let probes = try ProbeSet(reading: "\(Fixtures.run)/probes.h5:/rnd256")
        let timeline = try Analysis(of: run, on: probes.prefix(60)).run().timeline
        let source = try #require(timeline.source(.attention))
        let last = try #require(timeline.ranking[source]?.last)
        #expect(last.first?.hypothesis == "delimiter")
        for fit in last where fit.hypothesis != "uniform" {
            let test = try #require(fit.test)
            #expect(test.adjusted >= test.pValue && test.adjusted <= 1)
            let mass = timeline[source, "mass_in_mask", against: fit.hypothesis]?.estimates.last?.mean
            #expect(fit.mass == mass)
            #expect((test.z > 0) == (try #require(fit.mass) > (try #require(fit.chance)).mass))
        }
        let delimiter = try #require(last.first?.test)
        #expect(delimiter.pValue <= 1e-15)
        let before = try #require(last.first { $0.hypothesis == "before" }?.test)
        #expect(before.adjusted > 0.5)
        #expect(last.first { $0.hypothesis == "uniform" }?.test == nil)
    }
}
