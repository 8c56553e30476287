import Foundation
import Metrics
import Tensors

/// What the ranking of hypotheses needs beyond the metrics' means: smoothed divergences and permutation tests of the mass.
///
/// One pass over the maps serves all masks. For each instance it takes the logarithms of the smoothed map, its running sums (the mass of a
/// block is a difference of two), and its variance, from which the exact null variance of the mass under exchanged positions
/// follows for each mask: k (n - k) / (n - 1) var p.
struct HypothesisFitter: Sendable {
    /// What is found for one mask.
    struct Fit: Sendable {
        var klNats: Double?
        var z: Double?
        var pValue: Double?
        var method = FocusTimeline.HypothesisFit.Test.Method.normal
        var shiftPValue: Double?
    }

    /// The share of a uniform map that maps are mixed with before KL(q | p): 1e-3 bounds it by about ln n + 7 nats.
    static let defaultSmoothing = 1e-3
    /// Up to this number of weights in all the null distribution is drawn, in 5 ms: few instances are where a mean need not be normal.
    /// 256 instances of 20 positions would take 60 ms per source and epoch; the moments take 0.15 ms.
    private static let drawnLimit = 400
    private static let draws = 999

    let smoothing: Double
    private let masks: [[MaskRow]]
    /// For each mask and instance the one block it marks, if it is one.
    private let blocks: [[Range<Int>?]]
    private let isBlock: [Bool]
    private let lengths: [Int]
    private let positions: Int
    private let seed: UInt64
    /// For each mask what uniform maps have.
    let chance: [FocusTimeline.HypothesisFit.Chance?]

    init(_ hypotheses: HypothesisSet, positions: Int, smoothing: Double = defaultSmoothing, seed: UInt64 = 7) {
        self.smoothing = smoothing
        self.seed = seed
        self.positions = positions
        masks = hypotheses.rows
        lengths = hypotheses.lengths
        blocks = masks.map { $0.map(Self.block) }
        isBlock = zip(masks, blocks).map { rows, blocks in
            zip(rows, blocks).allSatisfy { $0.count == 0 || $1 != nil }
        }
        chance = masks.map(Self.chance)
    }

    private static func block(_ mask: MaskRow) -> Range<Int>? {
        guard let first = mask.marked.first, let last = mask.marked.last, last - first + 1 == mask.count else {
            return nil
        }
        return first..<(last + 1)
    }

    private static func chance(_ rows: [MaskRow]) -> FocusTimeline.HypothesisFit.Chance? {
        var (divergence, kl, mass, count) = (0.0, 0.0, 0.0, 0)
        // Only n and k matter, and few pairs of them occur.
        var known: [[Int]: Double] = [:]
        for row in rows where row.count > 0 {
            let key = [row.positions, row.count]
            let uniform =
                known[key]
                ?? Divergence.jensenShannonBits(MapRow(Array(repeating: 1, count: row.positions)), row).value ?? 0
            known[key] = uniform
            divergence += uniform
            kl += log(Double(row.positions) / Double(row.count))
            mass += Double(row.count) / Double(row.positions)
            count += 1
        }
        guard count > 0 else { return nil }
        return .init(
            divergenceBits: divergence / Double(count), klNats: kl / Double(count), mass: mass / Double(count))
    }

    /// The fits of all masks to uniform maps, whose mass cannot be tested.
    var uniformFits: [Fit] { chance.map { Fit(klNats: $0?.klNats) } }

    /// The fits of all masks to maps that are each divided by their sum (N×T; NaN where there is no mass).
    func fits(_ normalised: Tensor) -> [Fit] {
        var sums = masks.map { _ in Sums() }
        var work = Work(positions: positions)
        for (instance, length) in lengths.enumerated() {
            let start = instance * positions
            guard !normalised.values[start].isNaN else { continue }
            work.load(normalised.values[start..<(start + length)], smoothing: smoothing)
            for mask in masks.indices where masks[mask][instance].count > 0 {
                add(work, masks[mask][instance], blocks[mask][instance], isBlock[mask], to: &sums[mask])
            }
        }
        let drawn = lengths.count * positions <= Self.drawnLimit ? draw(normalised) : nil
        return masks.indices.map { mask in
            var fit = sums[mask].fit(hasShifts: isBlock[mask])
            if let test = drawn?[mask], fit.z != nil {
                fit.pValue = test.pValue
                fit.method = .monteCarlo
            }
            return fit
        }
    }

    private func add(
        _ work: Work, _ mask: MaskRow, _ block: Range<Int>?, _ hasShifts: Bool, to sums: inout Sums
    ) {
        let (n, k) = (Double(work.count), Double(mask.count))
        var (mass, logarithms) = (0.0, 0.0)
        if let block {
            mass = work.running[block.upperBound] - work.running[block.lowerBound]
            logarithms = work.runningLogarithms[block.upperBound] - work.runningLogarithms[block.lowerBound]
        } else {
            for index in mask.marked {
                mass += work.running[index + 1] - work.running[index]
                logarithms += work.runningLogarithms[index + 1] - work.runningLogarithms[index]
            }
        }
        sums.count += 1
        sums.kl += -log(k) - logarithms / k
        sums.excess += mass - k / n
        if work.count > 1 { sums.variance += k * (n - k) / (n - 1) * work.variance }
        if hasShifts, let block { sums.shiftVariance += work.shiftVariance(width: block.count) }
    }

    /// The p-values over drawn exchanges, for each mask.
    private func draw(_ normalised: Tensor) -> [TestResult?] {
        let maps = lengths.enumerated().map { instance, length in
            MapRow(floats: normalised.values[(instance * positions)..<(instance * positions + length)])
        }
        return PermutationTest.meanMass(maps, masks, resamples: Self.draws, seed: seed)
    }

    /// One map at a time, without allocating anew.
    private struct Work {
        private(set) var count = 0
        /// The sums of the first weights, n + 1 values.
        private(set) var running: [Double]
        /// The sums of the first logarithms of the smoothed weights, n + 1 values.
        private(set) var runningLogarithms: [Double]
        /// The weights' variance, n in its denominator.
        private(set) var variance = 0.0

        init(positions: Int) {
            running = [Double](repeating: 0, count: positions + 1)
            runningLogarithms = running
        }

        mutating func load(_ weights: ArraySlice<Float>, smoothing: Double) {
            count = weights.count
            let mean = 1 / Double(count)
            var (sum, logarithms, squares) = (0.0, 0.0, 0.0)
            for (place, weight) in weights.enumerated() {
                let p = Double(weight)
                sum += p
                logarithms += log((1 - smoothing) * p + smoothing * mean)
                squares += (p - mean) * (p - mean)
                running[place + 1] = sum
                runningLogarithms[place + 1] = logarithms
            }
            variance = squares / Double(count)
        }

        /// The variance of the mass of a block over all n circular shifts.
        func shiftVariance(width: Int) -> Double {
            let mean = Double(width) / Double(count)
            let total = running[count]
            var squares = 0.0
            for start in 0..<count {
                let end = start + width
                let mass =
                    end <= count
                    ? running[end] - running[start] : total - running[start] + running[end - count]
                squares += (mass - mean) * (mass - mean)
            }
            return squares / Double(count)
        }
    }

    /// Sums over the instances where a mask marks something.
    private struct Sums {
        var count = 0
        var kl = 0.0
        /// The mass above k/n.
        var excess = 0.0
        /// The null variance of the sum of masses, under exchanges and under shifts.
        var variance = 0.0
        var shiftVariance = 0.0

        func fit(hasShifts: Bool) -> Fit {
            guard count > 0 else { return Fit() }
            var fit = Fit(klNats: kl / Double(count))
            fit.z = Self.z(excess, variance, count)
            fit.pValue = fit.z.map(PermutationTest.normalPValue)
            if hasShifts { fit.shiftPValue = Self.z(excess, shiftVariance, count).map(PermutationTest.normalPValue) }
            return fit
        }

        /// Nil where the null has no spread, as for uniform maps and full masks, up to the rounding of single precision.
        private static func z(_ excess: Double, _ variance: Double, _ count: Int) -> Double? {
            variance > 1e-13 * Double(count) ? excess / variance.squareRoot() : nil
        }

    }
}
