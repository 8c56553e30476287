import Tensors

/// A fully connected recurrent layer, `keras.layers.SimpleRNN`: h_t = activation(x_t W + b + h_(t-1) U).
public struct SimpleRNN: Layer {
    public static let kerasClasses = ["SimpleRNN"]

    private var cell: Cell
    private let options: RecurrentOptions
    private let name: String

    private struct Cell: RecurrentCell {
        let units: Int
        var inputWeights: PackedWeights
        var stateWeights: PackedWeights
        var inputBias: Tensor?
        var recurrentKernel: Tensor { stateWeights.values }
        var recurrentBias: Tensor? { nil }
        let activation: Activation

        func step(projection: Tensor, state: Tensor) -> (state: Tensor, pullback: RecurrentStepPullback) {
            var argument = state.matmul(stateWeights)
            argument.add(projection)
            let next = activation(argument)
            return (
                next,
                { [argument] cotangent, sum in
                    let d = activation.pullback(cotangent, x: argument, y: next)
                    sum?.add(state: state, cotangent: d)
                    return (d, d.matmul(stateWeights, transposed: true))
                }
            )
        }
    }

    public init(_ material: inout LayerMaterial) throws {
        name = material.name
        options = try RecurrentOptions(material.configuration)
        let units = try material.configuration.positive("units")
        cell = Cell(
            units: units,
            inputWeights: PackedWeights(try material.weight("kernel", shape: [material.features, units])),
            stateWeights: PackedWeights(try material.weight("recurrent_kernel", shape: [units, units])),
            inputBias: try material.configuration.bool("use_bias", default: true)
                ? material.weight("bias", shape: [units]) : nil,
            activation: try material.configuration.activation("activation", default: .tanh))
    }

    public var parameters: [Parameter] {
        [
            Parameter(name: "kernel", value: cell.kernel),
            Parameter(name: "recurrent_kernel", value: cell.recurrentKernel),
        ] + (cell.inputBias.map { [Parameter(name: "bias", value: $0)] } ?? [])
    }

    public mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws {
        cell.inputWeights = PackedWeights(values.removeFirst())
        cell.stateWeights = PackedWeights(values.removeFirst())
        if cell.inputBias != nil { cell.inputBias = values.removeFirst() }
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        try options.outputShapes(for: inputs, layer: name, features: cell.kernel.shape[0], units: cell.units, states: 1)
    }

    /// Projections and states of each step.
    public func record(for inputs: [SampleShape]) throws -> LayerRecord {
        options.record(for: inputs, features: cell.kernel.shape[0], width: cell.kernel.shape[1])
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        options(cell, input, recording: recording)
    }
}
