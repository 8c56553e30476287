import Networks
import Tensors

/// Integrated gradients (Sundararajan, Taly & Yan 2017): (x - x') times the mean gradient on the straight line from the baseline x' to x.
///
///     attribution = (x - x') sum_k w_k grad f(x' + alpha_k (x - x'))        sum(attribution) = f(x) - f(x') for enough steps
///
/// The gap to that sum, the completeness gap, is computed for every instance. Of tokens, the line is drawn between embeddings. The
/// chosen class and the masks are those at x all along the line.
public struct IntegratedGradients: AttributionMethod {
    public static let id = "integrated_gradients"

    /// Where on the line gradients are taken.
    public var rule: Quadrature.Rule
    /// How many gradients are taken.
    public var steps: Int
    /// Where the line begins.
    public var baseline: Baseline
    /// Doubles the steps of an instance until its relative completeness gap is at most this; nil: never.
    public var targetGap: Double?
    /// The most steps that doubling may reach.
    public var maximumSteps: Int
    /// How many sequences go through the network at once, which bounds the memory; nil: as `LayerGraph.rowsAtOnce` finds good.
    public var chunkSize: Int?
    public var reduction: FeatureReduction

    /// The relative gap above which a note is made.
    public static let warningGap = 0.01

    /// Integrated gradients; 50 Gauss-Legendre steps from a zero baseline by default.
    public init(
        rule: Quadrature.Rule = .gaussLegendre, steps: Int = 50, baseline: Baseline = .zero, targetGap: Double? = nil,
        maximumSteps: Int = 4096, chunkSize: Int? = nil, reduction: FeatureReduction = .sum
    ) {
        self.rule = rule
        self.steps = steps
        self.baseline = baseline
        self.targetGap = targetGap
        self.maximumSteps = maximumSteps
        self.chunkSize = chunkSize
        self.reduction = reduction
    }

    /// The attribution of each instance, N×T×F, with its completeness gap.
    public func callAsFunction(_ subject: AttributionSubject) throws -> Attribution {
        try requirePositive(steps, "steps")
        let chunk = chunkSize ?? subject.rowsAtOnce
        try requirePositive(chunk, "chunkSize")
        let baseline = try baseline.values(for: subject)
        var path = try Path(subject, from: baseline, chunk: chunk)
        var (pending, steps) = (Array(0..<subject.count), steps)
        try path.integrate(pending, Quadrature(rule, steps: steps))
        if let targetGap {
            pending = pending.filter { path.exceeds(targetGap, instance: $0) }
            while !pending.isEmpty, steps * 2 <= maximumSteps {
                steps *= 2
                try path.integrate(pending, Quadrature(rule, steps: steps))
                pending = pending.filter { path.exceeds(targetGap, instance: $0) }
            }
        }
        return Attribution(
            values: path.attribution, completenessGap: path.gaps, relativeGap: path.relativeGaps,
            notes: Baseline.warnings(baseline, for: subject) + gapNotes(path, steps: steps, unmet: pending.count))
    }

    private func gapNotes(_ path: Path, steps: Int, unmet: Int) -> [AttributionNote] {
        let total = path.gaps.count
        if let targetGap {
            return unmet > 0 ? [.targetUnmet(count: unmet, of: total, target: targetGap, steps: steps)] : []
        }
        let count = path.gaps.indices.filter { path.exceeds(Self.warningGap, instance: $0) }.count
        return count > 0
            ? [.incomplete(count: count, of: total, steps: steps, largest: path.gaps.max() ?? 0)] : []
    }

    private func requirePositive(_ value: Int, _ option: String) throws {
        guard value > 0 else {
            throw AttributionError.badOption(
                method: "integrated gradients", option: option, value: "\(value)", needs: "1 or more")
        }
    }
}

/// The lines from the baselines to the instances, and what was integrated along them.
private struct Path {
    private let runs: AlteredRuns
    private let start: Tensor
    private let end: Tensor
    private let chunk: Int
    private let atEnd: [Double]
    private let atStart: [Double]
    private(set) var attribution: Tensor
    private(set) var gaps: [Double]

    init(_ subject: AttributionSubject, from baseline: Tensor, chunk: Int) throws {
        runs = AlteredRuns(subject)
        start = baseline
        end = subject.values
        self.chunk = chunk
        atEnd = subject.outputValues
        let width = subject.values.shape.dropFirst().reduce(1, *)
        atStart = try runs.outputs(
            rows: subject.count, shape: Array(subject.values.shape.dropFirst()), chunk: chunk, instance: { $0 },
            fill: { row, values in
                for index in 0..<width { values[index] = baseline.values[row * width + index] }
            })
        attribution = Tensor(shape: subject.values.shape, repeating: 0)
        gaps = [Double](repeating: 0, count: subject.count)
    }

    /// Integrates along the lines of some instances and replaces what was known of them.
    mutating func integrate(_ instances: [Int], _ quadrature: Quadrature) throws {
        let (start, end) = (start, end)
        let shape = Array(end.shape.dropFirst())
        let width = shape.reduce(1, *)
        let nodes = quadrature.nodes.map(Float.init)
        let sums = try GradientSums.over(
            runs, instances: instances, weights: quadrature.weights, shape: shape, chunk: chunk
        ) { instance, copy, values in
            let (offset, alpha) = (instance * width, nodes[copy])
            start.values.withUnsafeBufferPointer { a in
                end.values.withUnsafeBufferPointer { b in
                    for index in 0..<width {
                        values[index] = a[offset + index] + alpha * (b[offset + index] - a[offset + index])
                    }
                }
            }
        }
        for (place, instance) in instances.enumerated() {
            var total = 0.0
            for index in 0..<width {
                let element = instance * width + index
                let share = Double(end.values[element] - start.values[element]) * sums.first[place * width + index]
                attribution.values[element] = Float(share)
                total += share
            }
            gaps[instance] = abs(total - (atEnd[instance] - atStart[instance]))
        }
    }

    /// The gaps as shares of the outputs' differences; 0 where there is neither a gap nor a difference beyond rounding, whose ratio would
    /// say nothing: a BLAS may round the same row otherwise beside other rows.
    var relativeGaps: [Double] {
        gaps.indices.map { instance in
            let difference = abs(atEnd[instance] - atStart[instance])
            return max(gaps[instance], difference) <= rounding(instance) ? 0 : gaps[instance] / difference
        }
    }

    /// Whether an instance's relative gap is above a limit, and not merely the rounding of its outputs to single precision.
    func exceeds(_ limit: Double, instance: Int) -> Bool {
        gaps[instance] > max(limit * abs(atEnd[instance] - atStart[instance]), rounding(instance))
    }

    private func rounding(_ instance: Int) -> Double {
        8 * Double(Float.ulpOfOne) * max(abs(atEnd[instance]), abs(atStart[instance]))
    }
}
