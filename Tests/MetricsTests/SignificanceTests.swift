import Metrics
import Testing

@Suite("Tests of significance")
struct SignificanceTests {
    static let tied = [1.0, -1, 2, 2, -2, 3, 3, 4, 0, 5]

    @Test("No difference has p = 1, and no differences have none")
    func none() {
        let zeros = [Double](repeating: 0, count: 6)
        for test in [
            PairedTest.t(zeros), PairedTest.signFlip(zeros), Wilcoxon.exact(zeros), Wilcoxon.asymptotic(zeros),
        ] {
            #expect(test?.pValue == 1)
        }
        #expect(PairedTest.t([]) == nil && PairedTest.signFlip([]) == nil && Wilcoxon.exact([]) == nil)
        #expect(MannWhitney.asymptotic([], [1]) == nil && EffectSize.cliffsDelta([], [1]) == nil)
        #expect(EffectSize.cohenDZ([1, 1]) == nil && EffectSize.cohenD([1, 1], [2, 2]) == nil)
        #expect(Sample.tInterval([1]) == nil && Proportion.wilson(hits: 0, of: 0) == nil)
        #expect(Sample.fisherMean([1, 0.5]) == nil && Sample.mean([]) == nil)
    }

    @Test("Wilcoxon's exact test counts all signs, ties included")
    func wilcoxon() throws {
        let kept = Self.tied.filter { $0 != 0 }
        let ranks = Ranks.average(kept.map(abs))
        func positive(_ signs: Int) -> Double {
            ranks.enumerated().reduce(0) { $0 + (signs >> $1.offset & 1 == 1 ? $1.element : 0) }
        }
        let observed = zip(kept, ranks).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) }
        let sums = (0..<(1 << kept.count)).map(positive)
        let greater = Double(sums.count { $0 >= observed }) / Double(sums.count)
        let less = Double(sums.count { $0 <= observed }) / Double(sums.count)
        expectClose(Wilcoxon.exact(Self.tied, .greater)?.pValue, greater)
        expectClose(Wilcoxon.exact(Self.tied, .less)?.pValue, less)
        expectClose(Wilcoxon.exact(Self.tied)?.pValue, 2 * min(greater, less))
        #expect(Wilcoxon.exact(Self.tied)?.arrangements == 512)
        let normal = try #require(Wilcoxon.asymptotic(Self.tied)?.pValue)
        #expect(abs(normal - 2 * min(greater, less)) < 0.02)
        #expect(try #require(Wilcoxon.asymptotic(Self.tied, continuity: true)?.pValue) > normal)
    }

    @Test("One-sided p-values of sign flips mirror each other")
    func oneSided() {
        let mirrored = Self.tied.map { -$0 }
        #expect(
            PairedTest.signFlip(Self.tied, .greater)?.pValue == PairedTest.signFlip(mirrored, .less)?.pValue)
    }

    @Test("Drawn sign flips come near the exact ones, and repeat with their seed")
    func drawnFlips() throws {
        // Twenty differences are counted, one more of 0 changes nothing but that signs are drawn.
        let differences = (0..<20).map { Double(($0 * 7) % 11) - 4.2 }
        let exact = try #require(PairedTest.signFlip(differences))
        let drawn = try #require(PairedTest.signFlip(differences + [0], resamples: 20_000, seed: 5))
        #expect(exact.isExact && exact.arrangements == 1 << 20 && !drawn.isExact)
        #expect(abs(exact.pValue - drawn.pValue) < 0.02)
        #expect(drawn == PairedTest.signFlip(differences + [0], resamples: 20_000, seed: 5))
    }

    @Test("Drawn orders of a map come near all of them")
    func drawnOrders() throws {
        let map = MapRow([0.3, 0.05, 0.16, 0.11, 0.08, 0.06, 0.2, 0.04])
        let mask = MaskRow([true, false, true, false, false, false, true, false])
        let exact = try #require(PermutationTest.massInMask(map, mask))
        let drawn = try #require(PermutationTest.massInMask(map, mask, exactLimit: 0, resamples: 20_000, seed: 2))
        #expect(exact.isExact && exact.arrangements == 56 && !drawn.isExact && drawn.arrangements == 20_000)
        #expect(abs(exact.pValue - drawn.pValue) < 0.01)
        #expect(PermutationTest.massInMask(map, MaskRow([Bool](repeating: false, count: 8))) == nil)
        #expect(PermutationTest.massInMask(map, MaskRow([Bool](repeating: true, count: 8)))?.pValue == 1)
    }

    @Test("The null's mean and variance are those of all shifts of a map that repeats itself")
    func null() throws {
        let map = MapRow([1, 0, 0, 0, 0])
        let mask = MaskRow([true, true, false, false, false])
        let null = try #require(PermutationTest.massNull(map, mask))
        expectClose(null.mean, 0.4)
        // One weight is in the mask or not: a Bernoulli variable of 2/5.
        expectClose(null.variance, 0.24)
        expectClose(PermutationTest.circularShifts(map, mask)?.pValue, 0.4)
    }

    @Test("Effect sizes have their bounds")
    func effects() {
        #expect(EffectSize.cliffsDelta([3, 4], [1, 2]) == 1 && EffectSize.cliffsDelta([1, 2], [3, 4]) == -1)
        #expect(EffectSize.varghaDelaneyA([1, 1], [1]) == 0.5)
    }

    @Test("Kendall's exact p-value of few positions is that of all orders", arguments: [3, 4, 5, 6])
    func kendall(_ count: Int) throws {
        let sorted = (0..<count).map(Double.init)
        var orders: [[Double]] = [[]]
        for value in sorted {
            orders = orders.flatMap { order in
                (0...order.count).map { place in
                    var longer = order
                    longer.insert(value, at: place)
                    return longer
                }
            }
        }
        let taus = try orders.map {
            try #require(Agreement.kendallTauB(MapRow(sorted), MapRow($0)).value)
        }
        for (order, tau) in zip(orders, taus).prefix(24) {
            let extreme = taus.count { abs($0) >= abs(tau) - 1e-9 }
            expectClose(
                Agreement.kendallPValue(MapRow(sorted), MapRow(order)).value, Double(extreme) / Double(orders.count))
        }
    }

    @Test("Intervals widen with their level and hold the share", arguments: [1, 5, 19])
    func proportions(_ hits: Int) throws {
        let share = Double(hits) / 20
        for interval in [Proportion.wilson, Proportion.wilsonCorrected, Proportion.exact] {
            let narrow = try #require(interval(hits, 0.8))
            let wide = try #require(interval(hits, 0.99))
            #expect(
                narrow.contains(share) && wide.lowerBound < narrow.lowerBound && wide.upperBound > narrow.upperBound)
        }
    }
}

extension Proportion {
    fileprivate static func wilson(_ hits: Int, _ level: Double) -> ClosedRange<Double>? {
        wilson(hits: hits, of: 20, level: level)
    }

    fileprivate static func wilsonCorrected(_ hits: Int, _ level: Double) -> ClosedRange<Double>? {
        wilson(hits: hits, of: 20, level: level, continuity: true)
    }

    fileprivate static func exact(_ hits: Int, _ level: Double) -> ClosedRange<Double>? {
        clopperPearson(hits: hits, of: 20, level: level)
    }
}
