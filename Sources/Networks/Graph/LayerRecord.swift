/// What a recorded call of a layer keeps of one sample for the way back, as an estimate.
public struct LayerRecord: Sendable, Equatable {
    /// About how many numbers are kept, the outputs with them.
    public var count: Double
    /// Whether the layer walks over the steps one after another, so that its matrix products have a row for each sample, and not for
    /// each sample and step.
    public var walksSteps: Bool

    /// A record; of a layer that does not walk over steps by default.
    public init(count: Double, walksSteps: Bool = false) {
        self.count = count
        self.walksSteps = walksSteps
    }

    /// What two layers keep.
    static func + (a: LayerRecord, b: LayerRecord) -> LayerRecord {
        LayerRecord(count: a.count + b.count, walksSteps: a.walksSteps || b.walksSteps)
    }
}

extension Layer {
    /// Most layers keep their outputs, and on the way back as many cotangents.
    public func record(for inputs: [SampleShape]) throws -> LayerRecord {
        LayerRecord(count: 2 * elementCount(try outputShapes(for: inputs)))
    }
}

// An axis of unknown extent counts as one.

/// The number of elements of samples of some shapes.
func elementCount(_ shapes: [SampleShape]) -> Double {
    shapes.reduce(0) { $0 + $1.reduce(1) { $0 * Double($1 ?? 1) } }
}

/// The extent of a sample's first axis.
func stepCount(_ shape: SampleShape?) -> Double { Double((shape?.first ?? nil) ?? 1) }

/// The extent of a sample's last axis.
func featureCount(_ shape: SampleShape?) -> Double { Double((shape?.last ?? nil) ?? 1) }

/// The number of pairs of a query's step and a key's, for inputs [query, value, key = value] or [sequence].
func pairCount(_ inputs: [SampleShape]) -> Double {
    stepCount(inputs.first) * stepCount(inputs.count > 1 ? inputs[1] : inputs.first)
}
