import Checkpoints
import Tensors

/// A recurrent layer run in both directions, `keras.layers.Bidirectional` (Schuster & Paliwal 1997).
///
/// The backward layer's sequence is reversed again before merging, so that both are in the input's order.
public struct Bidirectional: Layer {
    public static let kerasClasses = ["Bidirectional"]

    /// The layer that walks forwards in time.
    package private(set) var forward: any Layer
    /// The layer that walks backwards.
    package private(set) var backward: any Layer
    /// How their outputs are joined: concat, sum, ave or mul; nil for two outputs.
    package let mergeMode: String?
    /// Whether the outputs are sequences.
    package let returnSequences: Bool
    private let returnState: Bool
    private let name: String

    public init(_ material: inout LayerMaterial) throws {
        name = material.name
        let options = material.configuration
        guard let wrapped = options.nested("layer") else {
            throw NetworkError.badConfiguration(layer: name, reason: "its configuration lacks `layer`")
        }
        if options.isNull("merge_mode") {
            mergeMode = nil
        } else {
            mergeMode = try options.string("merge_mode", default: "concat")
        }
        guard mergeMode.map({ ["concat", "sum", "ave", "mul"].contains($0) }) ?? true else {
            throw NetworkError.unsupportedOption(
                layer: name, option: "merge_mode", value: "`\(mergeMode ?? "")`",
                supported: "concat, sum, ave, mul, null")
        }
        forward = try material.build(wrapped, name: "forward_\(name)")
        let reversed = options.nested("backward_layer") ?? wrapped
        let backwards = !(wrapped["config"]?["go_backwards"]?.bool ?? false)
        backward = try material.build(
            reversed, name: "backward_\(name)", changing: ["go_backwards": .bool(backwards)])
        returnSequences = wrapped["config"]?["return_sequences"]?.bool ?? false
        returnState = wrapped["config"]?["return_state"]?.bool ?? false
    }

    public var parameters: [Parameter] {
        forward.parameters.map { Parameter(name: "forward/\($0.name)", value: $0.value) }
            + backward.parameters.map { Parameter(name: "backward/\($0.name)", value: $0.value) }
    }

    public mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws {
        try forward.takeParameters(&values)
        try backward.takeParameters(&values)
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        let states = inputs.count - 1
        let each = [inputs[0]] + inputs.dropFirst().prefix(states / 2)
        let shapes = try forward.outputShapes(for: each)
        let output = shapes[0]
        let rest = Array(shapes.dropFirst())
        switch mergeMode {
        case nil: return [output, output] + rest + rest
        case "concat": return [output.dropLast() + [output.last.flatMap { $0 }.map { 2 * $0 }]] + rest + rest
        default: return [output] + rest + rest
        }
    }

    /// What both layers keep, and the joined outputs.
    public func record(for inputs: [SampleShape]) throws -> LayerRecord {
        let states = (inputs.count - 1) / 2
        let each = [inputs[0]] + inputs.dropFirst().prefix(states)
        let joined = elementCount(try outputShapes(for: inputs))
        return try forward.record(for: each) + backward.record(for: each) + LayerRecord(count: 2 * joined)
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let states = (input.tensors.count - 1) / 2
        func part(_ offset: Int) -> LayerInput {
            let picked = [0] + (0..<states).map { 1 + offset * states + $0 }
            return LayerInput(
                picked.map { input.tensors[$0] }, masks: picked.map { input.masks[$0] },
                training: input.training?.branch(offset))
        }
        let a = try forward(part(0), recording: recording)
        let b = try backward(part(1), recording: recording)
        // Unlike a recurrent layer by itself, Keras' Bidirectional yields zeros where a step is masked.
        let kept = returnSequences ? input.masks[0] : nil
        let first = Self.zeroing(a.tensors[0], where: kept)
        let second = Self.zeroing(returnSequences ? b.tensors[0].reversedInTime() : b.tensors[0], where: kept)
        let rest = Array(a.tensors.dropFirst() + b.tensors.dropFirst())
        let mask = returnSequences ? input.masks[0] : nil
        let merged: [Tensor]
        switch mergeMode {
        case nil: merged = [first, second]
        case "concat": merged = [first.concatenatedLast(second)]
        case "mul": merged = [first * second]
        case "ave": merged = [zip3(first, second, second) { a, b, _ in (a + b) / 2 }]
        default: merged = [zip3(first, second, second) { a, b, _ in a + b }]
        }
        var output = LayerOutput(merged + rest, masks: merged.map { _ in mask } + rest.map { _ in nil })
        guard recording, let pullA = a.weightPullback, let pullB = b.weightPullback,
            let plainA = a.pullback, let plainB = b.pullback
        else { return output }
        let (mode, sequences) = (mergeMode, returnSequences)
        let (outputsA, outputsB) = (a.tensors.count, b.tensors.count)
        output = LayerOutput(output.tensors, masks: output.masks) { cotangents, wantsWeights in
            var dFirst: Tensor?
            var dSecond: Tensor?
            let extra = mode == nil ? 2 : 1
            switch mode {
            case nil: (dFirst, dSecond) = (cotangents[0], cotangents[1])
            case "concat":
                if let d = cotangents[0] {
                    let width = first.shape[first.rank - 1]
                    dFirst = d.lastAxis(0..<width)
                    dSecond = d.lastAxis(width..<(2 * width))
                }
            case "mul": (dFirst, dSecond) = (cotangents[0].map { $0 * second }, cotangents[0].map { $0 * first })
            case "ave":
                let half = cotangents[0]?.map { $0 / 2 }
                (dFirst, dSecond) = (half, half)
            default: (dFirst, dSecond) = (cotangents[0], cotangents[0])
            }
            dFirst = dFirst.map { Self.zeroing($0, where: kept) }
            dSecond = dSecond.map { Self.zeroing($0, where: kept) }
            if sequences { dSecond = dSecond?.reversedInTime() }
            let statesA = Array(cotangents[extra..<(extra + outputsA - 1)])
            let statesB = Array(cotangents[(extra + outputsA - 1)..<(extra + outputsA - 1 + outputsB - 1)])
            let inA = wantsWeights ? try pullA([dFirst] + statesA) : PulledBack(try plainA([dFirst] + statesA))
            let inB = wantsWeights ? try pullB([dSecond] + statesB) : PulledBack(try plainB([dSecond] + statesB))
            var sum = inA.inputs[0]
            if let more = inB.inputs[0] {
                if sum == nil { sum = more } else { sum?.add(more) }
            }
            return PulledBack(
                [sum] + inA.inputs.dropFirst() + inB.inputs.dropFirst(), weights: inA.weights + inB.weights)
        }
        return output
    }

    /// The sequence with zeros at the steps that a mask, B×T, leaves out; itself without a mask.
    private static func zeroing(_ sequence: Tensor, where mask: Tensor?) -> Tensor {
        guard let mask else { return sequence }
        var result = sequence
        let width = sequence.shape[2]
        for step in 0..<mask.count where mask.values[step] == 0 {
            for unit in 0..<width { result.values[step * width + unit] = 0 }
        }
        return result
    }
}
