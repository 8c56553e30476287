import Tensors

/// A model used as a layer of another: `Sequential`, `Functional` (called `Model` before Keras 2.4).
public struct Submodel: Layer {
    public static let kerasClasses = ["Sequential", "Functional", "Model"]

    /// The inner graph.
    public private(set) var graph: LayerGraph

    public init(_ material: inout LayerMaterial) throws {
        graph = try material.buildGraph(className: material.className)
    }

    public var parameters: [Parameter] {
        graph.weightedLayers.flatMap { weighted in
            weighted.parameters.map {
                Parameter(name: "\(weighted.name)/\($0.name)", value: $0.value, isTrainable: $0.isTrainable)
            }
        }
    }

    public mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws {
        graph = try graph.taking(parameters: &values)
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        graph.outputs.map { graph.nodes[$0.node].outputShapes[$0.output] }
    }

    /// What the inner layers keep.
    public func record(for inputs: [SampleShape]) throws -> LayerRecord {
        try graph.record(for: inputs)
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let evaluation = try graph.evaluate(
            input.tensors, masks: input.masks, recording: recording, training: input.training)
        var output = LayerOutput(evaluation.outputs, masks: evaluation.outputMasks) { cotangents, wantsWeights in
            guard wantsWeights else { return PulledBack(try evaluation.gradients(cotangents: cotangents).map { $0 }) }
            let (inputs, weights) = try evaluation.inputAndWeightGradients(cotangents: cotangents)
            return PulledBack(inputs, weights: weights.flatMap { $0 })
        }
        if input.training != nil { output.movedParameters = evaluation.movedParameters.flatMap { $0 } }
        return output
    }
}
