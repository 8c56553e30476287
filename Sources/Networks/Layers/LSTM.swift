import CKernels
import Tensors

/// Long short-term memory, `keras.layers.LSTM` (Hochreiter & Schmidhuber 1997, with a forget gate).
///
///     [i f c~ o] = x_t W + h_(t-1) U + b      i, f, o = recurrentActivation, c~ = activation
///     c_t = f c_(t-1) + i c~                  h_t = o activation(c_t)
///
/// A masked step keeps both states and repeats the previous output (zeros before the first valid step).
public struct LSTM: Layer {
    public static let kerasClasses = ["LSTM", "CuDNNLSTM"]

    /// The input weights, F×4u, gates in the order i, f, c, o.
    public private(set) var kernel: Tensor
    /// The recurrent weights, u×4u.
    public private(set) var recurrentKernel: Tensor
    /// The bias, 4u; nil without one.
    public private(set) var bias: Tensor?
    /// The number of units.
    public let units: Int
    /// The activation of the candidate and of the output.
    public let activation: Activation
    /// The activation of the gates.
    public let recurrentActivation: Activation
    /// Whether the output is the whole sequence or its last step.
    public let returnSequences: Bool
    /// Whether h and c of the last step are outputs too.
    public let returnState: Bool
    /// Whether time is walked backwards; a returned sequence stays in processing order.
    public let goBackwards: Bool
    private let name: String
    /// W, U and b under each other, (F+u+1)×4u, so that a step is one matrix product.
    private(set) var stepWeights: PackedMatrix
    /// The same for the way back.
    private(set) var pullbackWeights: LSTMPullbackWeights

    public init(_ material: inout LayerMaterial) throws {
        let options = material.configuration
        name = material.name
        units = try options.positive("units")
        activation = try options.activation("activation", default: .tanh)
        recurrentActivation = try options.activation(
            "recurrent_activation", default: .sigmoid)
        returnSequences = try options.bool("return_sequences", default: false)
        returnState = try options.bool("return_state", default: false)
        goBackwards = try options.bool("go_backwards", default: false)
        if try options.bool("time_major", default: false) {
            throw NetworkError.unsupportedOption(
                layer: name, option: "time_major", value: "true", supported: "batch-major sequences")
        }
        let features = material.inputShapes.first.flatMap { $0.count == 2 ? $0[1] : nil }
        let stored = try material.weight("kernel", shape: [features, 4 * units])
        let storedRecurrent = try material.weight("recurrent_kernel", shape: [units, 4 * units])
        let hasBias = try options.bool("use_bias", default: true)
        if hasBias, material.nextShape == [8 * units] {
            let biases = try material.weight("bias", shape: [8 * units]).values
            kernel = CuDNNLayout.kernel(stored, gates: 4)
            recurrentKernel = CuDNNLayout.recurrentKernel(storedRecurrent, gates: 4)
            bias = Tensor(shape: [4 * units], values: zip(biases, biases.dropFirst(4 * units)).map(+))
        } else {
            kernel = stored
            recurrentKernel = storedRecurrent
            bias = hasBias ? try material.weight("bias", shape: [4 * units]) : nil
        }
        stepWeights = Self.stepWeights(kernel, recurrentKernel, bias)
        pullbackWeights = LSTMPullbackWeights(recurrentKernel: recurrentKernel, kernel: kernel)
    }

    private static func stepWeights(_ kernel: Tensor, _ recurrentKernel: Tensor, _ bias: Tensor?) -> PackedMatrix {
        let (features, units, width) = (kernel.shape[0], recurrentKernel.shape[0], kernel.shape[1])
        let rows = features + units + (bias == nil ? 0 : 1)
        var stacked: [Float] = []
        stacked.reserveCapacity(rows * width)
        for part in [kernel, recurrentKernel] + (bias.map { [$0] } ?? []) { stacked.append(contentsOf: part.values) }
        return PackedMatrix(stacked, rows: rows, columns: width)
    }

    public mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws {
        kernel = values.removeFirst()
        recurrentKernel = values.removeFirst()
        if bias != nil { bias = values.removeFirst() }
        stepWeights = Self.stepWeights(kernel, recurrentKernel, bias)
        pullbackWeights = LSTMPullbackWeights(
            recurrentKernel: recurrentKernel, kernel: kernel, after: pullbackWeights)
    }

    /// The gradients of the weights from that of the stacked ones.
    func gradients(ofStacked gradient: Tensor) -> [Tensor?] {
        let features = kernel.shape[0]
        return [gradient[rows: 0..<features], gradient[rows: features..<(features + units)]]
            + (bias == nil ? [] : [gradient[row: features + units]])
    }

    public var parameters: [Parameter] {
        [Parameter(name: "kernel", value: kernel), Parameter(name: "recurrent_kernel", value: recurrentKernel)]
            + (bias.map { [Parameter(name: "bias", value: $0)] } ?? [])
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        let features = kernel.shape[0]
        guard let sequence = inputs.first, sequence.count == 2, sequence[1] == nil || sequence[1] == features,
            inputs.count == 1 || inputs.count == 3, inputs.dropFirst().allSatisfy({ $0.count == 1 })
        else {
            throw NetworkError.wrongInput(
                layer: name, needs: "a sequence with \(features) feature\(features == 1 ? "" : "s")",
                found: inputs.map(kerasShapeText).joined(separator: ", "))
        }
        let output: SampleShape = returnSequences ? [sequence[0], units] : [units]
        return [output] + (returnState ? [[units], [units]] : [])
    }

    /// Inputs, gates, both states and outputs of each step.
    public func record(for inputs: [SampleShape]) throws -> LayerRecord {
        let steps = stepCount(inputs.first)
        return LayerRecord(count: steps * Double(kernel.shape[0] + 9 * units), walksSteps: true)
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let pass = LSTMPass(self, input, recording: recording)
        let outputs = pass.forward()
        let mask = returnSequences ? input.masks[0] : nil
        let masks = [mask] + (returnState ? [nil, nil] : [])
        guard recording else { return LayerOutput(outputs, masks: masks) }
        return LayerOutput(outputs, masks: masks, backward: pass.pullback)
    }
}
