/// What a metric yields for one map: a number, or the reason why the question has no answer.
///
/// No metric of this library returns a number for a question that has none, and none hides a division by zero behind an
/// epsilon; whoever aggregates leaves undefined values out and counts them.
public enum Metric: Sendable, Equatable {
    /// The metric's value, always finite unless the metric's own documentation says otherwise.
    case value(Double)
    /// Why there is no value.
    case undefined(UndefinedReason)

    /// The value, or nil where the metric is undefined.
    public var value: Double? {
        if case .value(let value) = self { value } else { nil }
    }

    /// The reason, or nil where the metric has a value.
    public var undefinedReason: UndefinedReason? {
        if case .undefined(let reason) = self { reason } else { nil }
    }
}

/// Why a metric has no value. The raw value is what files and tables show.
public enum UndefinedReason: String, Sendable, CaseIterable, Codable {
    /// The mask marks no position.
    case emptyMask = "empty_mask"
    /// The mask marks every position, so there is nothing to tell it from.
    case fullMask = "full_mask"
    /// The map's weights add up to nothing.
    case noMass = "no_mass"
    /// The map holds a NaN or an infinity.
    case nonFinite = "non_finite"
    /// The map has the same weight everywhere.
    case constantMap = "constant_map"
    /// The map has negative weights where a distribution is needed.
    case negativeWeights = "negative_weights"
    /// The map has too few positions.
    case tooFewPositions = "too_few_positions"
    /// The reference map that this one is compared with is constant.
    case constantReference = "constant_reference"
    /// The metric needs a second map to compare with, and there is none.
    case noReference = "no_reference"
    /// The metric needs a mask to compare with, and there is none.
    case noMask = "no_mask"
    /// The metric is infinite, for example a divergence from a map that has no mass where the reference has some.
    case infinite = "infinite"
    /// The test or method does not apply to the instance, as its documentation says.
    case notApplicable = "not_applicable"
    /// What was looked for never happened, such as a decision that no erasure turns over.
    case neverReached = "never_reached"
    /// Nothing is left of the instance to run the network on.
    case emptyInput = "empty_input"
    /// The network's output is the same for all instances, so there is no scale to measure changes against.
    case constantOutput = "constant_output"
}

extension Metric {
    /// The metric of another value in place of this one's; undefined stays undefined.
    func map(_ transform: (Double) -> Double) -> Metric {
        if case .value(let value) = self { .value(transform(value)) } else { self }
    }
}
