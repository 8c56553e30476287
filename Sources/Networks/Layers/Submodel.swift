import Tensors

/// A model used as a layer of another: `Sequential`, `Functional` (called `Model` before Keras 2.4).
public struct Submodel: Layer {
    public static let kerasClasses = ["Sequential", "Functional", "Model"]

    /// The inner graph.
    public let graph: LayerGraph

    public init(_ material: inout LayerMaterial) throws {
        graph = try material.buildGraph(className: material.className)
    }

    public var parameters: [Parameter] {
        graph.nodes.flatMap { node in
            (node.layer?.parameters ?? []).map { Parameter(name: "\(node.name)/\($0.name)", value: $0.value) }
        }
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        graph.outputs.map { graph.nodes[$0.node].outputShapes[$0.output] }
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let evaluation = try graph.evaluate(input.tensors, masks: input.masks, recording: recording)
        return LayerOutput(evaluation.outputs, masks: evaluation.outputMasks) { cotangents in
            try evaluation.gradients(cotangents: cotangents).map { $0 }
        }
    }
}
