import Metrics
import Networks
import Tensors

/// Comprehensiveness and sufficiency of a map (ERASER, DeYoung et al. 2020, §4.2), at several sizes of the rationale, and their means
/// over the sizes (AOPC, after Samek et al. 2017).
///
///     comprehensiveness = f(x) - f(x without the k heaviest positions)        high: they were needed
///     sufficiency = f(x) - f(x with the k heaviest positions alone)            low: they are enough
///
/// f is the probability of the class decided on x. Regression has no class: there both are |f(x) - f(...)|, never negative.
public struct ErasureScores: FaithfulnessTest {
    public static let id = "erasure"
    public static let label = "Are the positions that the map marks needed, and are they enough?"

    /// How many of the heaviest positions make a rationale.
    public enum Sizes: Sendable, Hashable {
        /// Shares of an instance's positions, rounded up, at least one.
        case shares([Double])
        /// Numbers of positions; an instance with fewer gives all.
        case counts([Int])

        /// 1, 5, 10, 20 and 50 %, as in ERASER.
        public static let eraser = Sizes.shares([0.01, 0.05, 0.1, 0.2, 0.5])

        /// The number of positions at each size.
        func counts(of length: Int) -> [Int] {
            switch self {
            case .counts(let counts): counts.map { min($0, length) }
            case .shares(let shares):
                // A hair less than the product, since 0.2 of 20 is 4.000...1 in binary.
                shares.map { min(length, max(1, Int(($0 * Double(length) - 1e-9).rounded(.up)))) }
            }
        }

        /// The sizes as parts of names.
        var names: [String] {
            switch self {
            case .counts(let counts): counts.map { "k\($0)" }
            case .shares(let shares): shares.map { "\(Int(($0 * 100).rounded()))pct" }
            }
        }
    }

    /// The sizes; ERASER's by default.
    public var sizes: Sizes
    /// What takes the place of an erased position.
    public var erasure: InputErasure
    /// What becomes of the map's signs before positions are ordered.
    public var signs: SignTreatment

    /// The test with its options.
    public init(sizes: Sizes = .eraser, erasure: InputErasure = .mean, signs: SignTreatment = .absolute) {
        self.sizes = sizes
        self.erasure = erasure
        self.signs = signs
    }

    /// What the test yields. Undefined for maps that are not finite (`nonFinite`) and, under removal, where all positions would
    /// go (`emptyInput`).
    public struct Result: Sendable {
        /// Comprehensiveness at each size.
        public let comprehensiveness: [InstanceScores]
        /// Sufficiency at each size.
        public let sufficiency: [InstanceScores]
        /// The mean of comprehensiveness over the sizes (the mean over five, as ERASER's code; the paper's sum has one term more, which
        /// is 0); undefined where one of them is.
        public let aopcComprehensiveness: InstanceScores
        /// The mean of sufficiency over the sizes.
        public let aopcSufficiency: InstanceScores
    }

    /// Runs the test on a map, N×T.
    ///
    /// - Throws: ``FaithfulnessError``, or `NetworkError` where the erased inputs cannot be run.
    public func callAsFunction(_ subject: Subject, map: Tensor) throws -> Result {
        try subject.check(map: map)
        guard !sizes.names.isEmpty else { throw FaithfulnessError.badOption(test: Self.id, reason: "it needs a size") }
        let eraser = try Eraser(subject, erasure)
        let whole = try eraser.outputs(erasing: subject.lengths.map { _ in [] })
        let space = subject.space()
        let rankings = subject.rankings(map, signs: signs)
        let counts = subject.lengths.map { sizes.counts(of: $0) }
        // Sizes that round to the same positions are run once.
        var known: [[Int]: (gone: [Metric], alone: [Metric])] = [:]
        var columns: [(gone: [Metric], alone: [Metric])] = []
        for size in sizes.names.indices {
            let key = counts.map { $0[size] }
            let column = try known[key] ?? drops(eraser, space, whole, rankings, key)
            known[key] = column
            columns.append(column)
        }
        return result(columns)
    }

    private func drops(
        _ eraser: Eraser, _ space: OutputSpace, _ whole: [ArraySlice<Float>?], _ rankings: [[Int]?], _ counts: [Int]
    ) throws -> (gone: [Metric], alone: [Metric]) {
        func drops(_ erased: [[Int]]) throws -> [Metric] {
            let outputs = try eraser.outputs(erasing: erased)
            return outputs.indices.map { instance in
                guard rankings[instance] != nil else { return .undefined(.nonFinite) }
                return space.drop(whole[instance], outputs[instance])
            }
        }
        let orders = rankings.map { $0 ?? [] }
        return (
            gone: try drops(zip(orders, counts).map { Array($0.prefix($1)) }),
            alone: try drops(zip(orders, counts).map { Array($0.dropFirst($1)) })
        )
    }

    private func result(_ columns: [(gone: [Metric], alone: [Metric])]) -> Result {
        func scores(_ name: String, _ meaning: String, _ column: KeyPath<(gone: [Metric], alone: [Metric]), [Metric]>)
            -> (each: [InstanceScores], mean: InstanceScores)
        {
            let each = zip(sizes.names, columns).map { size, values in
                InstanceScores(id: "\(name)_\(size)", label: "\(meaning), \(size)", values: values[keyPath: column])
            }
            let mean = columns[0].gone.indices.map { instance in
                Metric.mean(each.map { $0.values[instance] })
            }
            return (
                each, InstanceScores(id: "aopc_\(name)", label: "\(meaning), mean over sizes", values: mean)
            )
        }
        let gone = scores("comprehensiveness", "loss of evidence without the heaviest positions", \.gone)
        let alone = scores("sufficiency", "loss of evidence with the heaviest positions alone", \.alone)
        return Result(
            comprehensiveness: gone.each, sufficiency: alone.each, aopcComprehensiveness: gone.mean,
            aopcSufficiency: alone.mean)
    }
}

extension Metric {
    /// The mean; the first reason if any is undefined.
    static func mean(_ metrics: [Metric]) -> Metric {
        if let reason = metrics.lazy.compactMap(\.undefinedReason).first { return .undefined(reason) }
        return .value(metrics.reduce(0) { $0 + ($1.value ?? 0) } / Double(max(metrics.count, 1)))
    }

    /// A value, or undefined where it is not finite.
    static func finite(_ value: Double) -> Metric { value.isFinite ? .value(value) : .undefined(.nonFinite) }
}

extension OutputSpace {
    /// How much evidence for the decision on the whole input another output lacks; for regression the change.
    func drop(_ whole: ArraySlice<Float>?, _ other: ArraySlice<Float>?) -> Metric {
        guard let whole, let other else { return .undefined(.emptyInput) }
        return .finite(evidence(whole, for: whole) - evidence(other, for: whole))
    }
}

extension Subject {
    /// The arithmetic of the first output.
    func space() -> OutputSpace {
        let shape = graph.nodes[graph.outputs[0].node].outputShapes[graph.outputs[0].output]
        return OutputSpace(kind: outputKind, width: (shape.last ?? nil) ?? 1)
    }
}
