import Metrics
import Networks
import Tensors

/// Pixel flipping (Bach et al. 2015): the evidence for the decision as positions are erased one after another, the heaviest of a map
/// first. The faster it falls, the better the map's order.
///
/// For classification the curve is the probability of the class decided on the whole input, and a small area is good. For regression it is
/// the change |f(x) - f(x erased)|, and a large area is good.
public struct PixelFlipping: FaithfulnessTest {
    public static let id = "pixel_flipping"
    public static let label = "How fast does the evidence go as positions are erased in the map's order?"

    /// How many positions more are erased at each point of the curve; the last point may have fewer.
    public var positionsPerStep: Int
    /// What takes the place of an erased position.
    public var erasure: InputErasure
    /// What becomes of the map's signs before positions are ordered.
    public var signs: SignTreatment

    /// The test with its options.
    public init(erasure: InputErasure = .mean, signs: SignTreatment = .absolute, positionsPerStep: Int = 1) {
        self.positionsPerStep = positionsPerStep
        self.erasure = erasure
        self.signs = signs
    }

    /// What the test yields.
    public struct Result: Sendable {
        /// For each instance the curve: first nothing erased, then one step more at each place, until all its positions are.
        /// Under removal the last is missing, since nothing would be left. Empty where the map is not finite.
        public let curves: [[Double]]
        /// The area under each curve from the first step on, by trapezoids one wide (Quantus `PixelFlipping` with
        /// `return_auc_per_sample`): grows with the length.
        public let area: InstanceScores
        /// The area under the whole curve over its width: the mean height, comparable over lengths.
        public let meanHeight: InstanceScores
    }

    /// Runs the test on a map, N×T.
    ///
    /// - Throws: ``FaithfulnessError``, or `NetworkError` where the erased inputs cannot be run.
    public func callAsFunction(_ subject: Subject, map: Tensor) throws -> Result {
        try subject.check(map: map)
        guard positionsPerStep > 0 else {
            throw FaithfulnessError.badOption(test: Self.id, reason: "a step erases at least one position")
        }
        let eraser = try Eraser(subject, erasure)
        let whole = try eraser.outputs(erasing: subject.lengths.map { _ in [] })
        let space = subject.space()
        let rankings = subject.rankings(map, signs: signs)
        var curves = [[Double]](repeating: [], count: subject.count)
        for erased in stride(from: 0, to: (subject.lengths.max() ?? 0) + positionsPerStep, by: positionsPerStep) {
            let outputs =
                try erased == 0 ? whole : eraser.outputs(erasing: rankings.map { Array(($0 ?? []).prefix(erased)) })
            for instance in curves.indices
            where rankings[instance] != nil && erased - positionsPerStep < subject.lengths[instance] {
                guard let own = whole[instance], let output = outputs[instance] else { continue }
                let evidence = space.evidence(output, for: own)
                curves[instance].append(space.kind == .regression ? 0 - evidence : evidence)
            }
        }
        let what = space.kind == .regression ? "change of the output" : "probability of the decided class"
        return Result(
            curves: curves,
            area: InstanceScores(
                id: "pixel_flipping_auc", label: "area under the \(what) from the first step on",
                values: curves.indices.map { instance in
                    rankings[instance] == nil ? .undefined(.nonFinite) : Self.area(curves[instance].dropFirst())
                }),
            meanHeight: InstanceScores(
                id: "pixel_flipping_mean", label: "mean \(what) while positions are erased",
                values: curves.indices.map { instance in
                    rankings[instance] == nil ? .undefined(.nonFinite) : Self.meanHeight(curves[instance])
                }))
    }

    private static func area(_ curve: ArraySlice<Double>) -> Metric {
        guard let first = curve.first, let last = curve.last, curve.count > 1 else {
            return .undefined(.tooFewPositions)
        }
        return .finite(curve.reduce(0, +) - (first + last) / 2)
    }

    private static func meanHeight(_ curve: [Double]) -> Metric {
        let area = area(curve[...])
        return area.value.map { .value($0 / Double(curve.count - 1)) } ?? area
    }
}
