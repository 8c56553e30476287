import Tensors

/// A gated recurrent unit, `keras.layers.GRU` (Cho et al. 2014), gates in the order z, r, h.
///
///     z, r = recurrentActivation(x W + h U + b)        h_t = z h_(t-1) + (1 - z) h~
///     h~ = activation(x_h + r (h U_h + b1_h))          with reset_after (Keras' default since TensorFlow 2; bias 2×3u)
///     h~ = activation(x_h + (r h) U_h)                 without (bias 3u)
public struct GRU: Layer {
    public static let kerasClasses = ["GRU", "CuDNNGRU"]

    package private(set) var cell: GRUCell
    package let options: RecurrentOptions
    private var bias: Tensor?
    private let name: String

    public init(_ material: inout LayerMaterial) throws {
        name = material.name
        let configuration = material.configuration
        options = try RecurrentOptions(configuration)
        let units = try configuration.positive("units")
        var kernel = try material.weight("kernel", shape: [material.features, 3 * units])
        var recurrentKernel = try material.weight("recurrent_kernel", shape: [units, 3 * units])
        let hasBias = try configuration.bool("use_bias", default: true)
        // Files of old versions do not say which variant they hold; the bias' shape does.
        let storedRank = hasBias ? material.nextShape?.count : nil
        let isCuDNN = hasBias && material.nextShape == [6 * units]
        let resetAfter =
            try isCuDNN || configuration.bool("reset_after", default: storedRank.map { $0 == 2 } ?? true)
        if isCuDNN {
            bias = try material.weight("bias", shape: [6 * units]).reshaped([2, 3 * units])
            kernel = CuDNNLayout.kernel(kernel, gates: 3)
            recurrentKernel = CuDNNLayout.recurrentKernel(recurrentKernel, gates: 3)
        } else {
            bias = try hasBias ? material.weight("bias", shape: resetAfter ? [2, 3 * units] : [3 * units]) : nil
        }
        cell = GRUCell(
            units: units, kernel: kernel, recurrentKernel: recurrentKernel,
            inputBias: bias.map { resetAfter ? $0[row: 0] : $0 }, recurrentBias: resetAfter ? bias?[row: 1] : nil,
            resetAfter: resetAfter, activation: try configuration.activation("activation", default: .tanh),
            recurrentActivation: try configuration.activation("recurrent_activation", default: .sigmoid))
    }

    public var parameters: [Parameter] {
        [
            Parameter(name: "kernel", value: cell.kernel),
            Parameter(name: "recurrent_kernel", value: cell.recurrentKernel),
        ] + (bias.map { [Parameter(name: "bias", value: $0)] } ?? [])
    }

    public mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws {
        cell.take(kernel: values.removeFirst(), recurrentKernel: values.removeFirst())
        guard bias != nil else { return }
        let taken = values.removeFirst()
        bias = taken
        cell.inputBias = cell.resetAfter ? taken[row: 0] : taken
        cell.recurrentBias = cell.resetAfter ? taken[row: 1] : nil
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        try options.outputShapes(for: inputs, layer: name, features: cell.kernel.shape[0], units: cell.units, states: 1)
    }

    /// Projections, gates and states of each step.
    public func record(for inputs: [SampleShape]) throws -> LayerRecord {
        options.record(for: inputs, features: cell.kernel.shape[0], width: cell.kernel.shape[1])
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        var output = options(cell, input, recording: recording)
        if cell.recurrentBias != nil, let pullback = output.weightPullback {
            // Both biases are one weight, 2×3u.
            output.weightPullback = { cotangents in
                var pulled = try pullback(cotangents)
                let values = pulled.weights[2...].flatMap { $0?.values ?? [] }
                pulled.weights[2...] = [Tensor(shape: [2, values.count / 2], values: values)]
                return pulled
            }
        }
        return output
    }
}

/// The step of a GRU, in both variants.
package struct GRUCell: RecurrentCell {
    package let units: Int
    private(set) var inputWeights: PackedWeights
    /// The input weights, F×3u.
    package var kernel: Tensor { inputWeights.values }
    /// The recurrent weights, u×3u.
    package private(set) var recurrentKernel: Tensor
    /// The columns of z and r, and of the candidate.
    private var gateWeights: PackedWeights
    private var candidateWeights: PackedWeights
    package fileprivate(set) var inputBias: Tensor?
    package fileprivate(set) var recurrentBias: Tensor?
    package let resetAfter: Bool
    package let activation: Activation
    package let recurrentActivation: Activation

    init(
        units: Int, kernel: Tensor, recurrentKernel: Tensor, inputBias: Tensor?, recurrentBias: Tensor?,
        resetAfter: Bool, activation: Activation, recurrentActivation: Activation
    ) {
        self.units = units
        self.inputBias = inputBias
        self.recurrentBias = recurrentBias
        self.resetAfter = resetAfter
        self.activation = activation
        self.recurrentActivation = recurrentActivation
        inputWeights = PackedWeights(kernel)
        self.recurrentKernel = recurrentKernel
        (gateWeights, candidateWeights) = Self.parts(recurrentKernel, units)
    }

    fileprivate mutating func take(kernel: Tensor, recurrentKernel: Tensor) {
        inputWeights = PackedWeights(kernel)
        self.recurrentKernel = recurrentKernel
        (gateWeights, candidateWeights) = Self.parts(recurrentKernel, units)
    }

    private static func parts(_ kernel: Tensor, _ units: Int) -> (PackedWeights, PackedWeights) {
        (
            PackedWeights(kernel.columns(0..<(2 * units))),
            PackedWeights(kernel.columns((2 * units)..<(3 * units)))
        )
    }

    func step(projection: Tensor, state: Tensor) -> (state: Tensor, pullback: RecurrentStepPullback) {
        let u = units
        var gateArgument = state.matmul(gateWeights)
        gateArgument.add(projection.columns(0..<(2 * u)))
        if let recurrentBias {
            gateArgument.addToRows(Tensor(shape: [2 * u], values: Array(recurrentBias.values[..<(2 * u)])))
        }
        let gates = recurrentActivation(gateArgument)
        let z = gates.columns(0..<u)
        let r = gates.columns(u..<(2 * u))
        // What r multiplies: the recurrent projection (reset after) or the state (reset before).
        var inner = state
        if resetAfter {
            inner = state.matmul(candidateWeights)
            if let recurrentBias {
                inner.addToRows(Tensor(shape: [u], values: Array(recurrentBias.values[(2 * u)...])))
            }
        }
        var candidateArgument = resetAfter ? r * inner : (r * inner).matmul(candidateWeights)
        candidateArgument.add(projection.columns((2 * u)..<(3 * u)))
        let candidate = activation(candidateArgument)
        let next = zip3(z, state, candidate) { z, h, c in z * h + (1 - z) * c }
        return (
            next,
            { [candidateArgument, gateArgument, inner] cotangent, sum in
                let dCandidate = activation.pullback(
                    zip3(cotangent, z, z) { d, z, _ in d * (1 - z) }, x: candidateArgument, y: candidate)
                let dZ = zip3(cotangent, state, candidate) { d, h, c in d * (h - c) }
                let dProduct = resetAfter ? dCandidate : dCandidate.matmul(candidateWeights, transposed: true)
                let dGates = recurrentActivation.pullback(
                    .besides(dZ, dProduct * inner), x: gateArgument, y: gates)
                var dState = cotangent * z
                dState.add(dGates.matmul(gateWeights, transposed: true))
                let dInner = dProduct * r
                if let sum {
                    sum.add(state: state, cotangent: dGates)
                    sum.add(
                        state: resetAfter ? state : r * inner, cotangent: resetAfter ? dInner : dCandidate,
                        column: 2 * u)
                }
                dState.add(resetAfter ? dInner.matmul(candidateWeights, transposed: true) : dInner)
                return (.besides(dGates, dCandidate), dState)
            }
        )
    }
}
