import Foundation

/// What a reader must know about an attribution's numbers. Counts are over the instances of one batch; notes of several batches can be
/// merged.
public enum AttributionNote: Sendable, Equatable, CustomStringConvertible {
    /// The baseline has the delimiter's value in so many instances.
    case baselineIsDelimiter(count: Int, of: Int)
    /// So many instances miss completeness by more than ``IntegratedGradients/warningGap``; the largest absolute gap.
    case incomplete(count: Int, of: Int, steps: Int, largest: Double)
    /// So many instances miss the gap that was asked for.
    case targetUnmet(count: Int, of: Int, target: Double, steps: Int)
    /// Anything else, a sentence.
    case text(String)

    /// The note on both batches, if it is the same note; else nil.
    public func merged(with other: AttributionNote) -> AttributionNote? {
        switch (self, other) {
        case (.baselineIsDelimiter(let a, let n), .baselineIsDelimiter(let b, let m)):
            .baselineIsDelimiter(count: a + b, of: n + m)
        case (.incomplete(let a, let n, let steps, let first), .incomplete(let b, let m, _, let second)):
            .incomplete(count: a + b, of: n + m, steps: steps, largest: max(first, second))
        case (.targetUnmet(let a, let n, let target, let first), .targetUnmet(let b, let m, _, let second)):
            .targetUnmet(count: a + b, of: n + m, target: target, steps: max(first, second))
        case (.text(let a), .text(let b)) where a == b: self
        default: nil
        }
    }

    /// The note as one on so many instances: batches without anything to note are in no note's count.
    public func over(instances total: Int) -> AttributionNote {
        switch self {
        case .baselineIsDelimiter(let count, _): .baselineIsDelimiter(count: count, of: total)
        case .incomplete(let count, _, let steps, let largest):
            .incomplete(count: count, of: total, steps: steps, largest: largest)
        case .targetUnmet(let count, _, let target, let steps):
            .targetUnmet(count: count, of: total, target: target, steps: steps)
        case .text: self
        }
    }

    public var description: String {
        switch self {
        case .baselineIsDelimiter(let count, let total):
            "The baseline has the delimiter's value (in \(count) of \(total) instances): it is no absence of information but a sequence "
                + "of delimiters, and the delimiter itself always gets 0. Choose another baseline."
        case .incomplete(let count, let total, let steps, let largest):
            "The attributions of \(count) of \(total) instances miss f(x) - f(baseline) by more than 1 % at \(steps) steps "
                + "(largest gap \(String(format: "%.3g", largest))): use more steps, or ask for a target gap."
        case .targetUnmet(let count, let total, let target, let steps):
            "The relative completeness gap of \(count) of \(total) instances is still above \(target) at \(steps) steps."
        case .text(let text): text
        }
    }
}
