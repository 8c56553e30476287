import Tensors

/// A convolution over time, `keras.layers.Conv1D`, as one matrix product over unrolled windows.
public struct Conv1D: Layer {
    public static let kerasClasses = ["Conv1D", "Convolution1D"]

    /// The weights, k×d×filters.
    public private(set) var kernel: Tensor
    /// The bias, filters; nil without one.
    public private(set) var bias: Tensor?
    private let activation: Activation
    private let window: WindowGeometry
    private let name: String

    public init(_ material: inout LayerMaterial) throws {
        name = material.name
        let options = material.configuration
        try options.requireChannelsLast()
        guard try options.positive("groups", default: 1) == 1 else {
            throw NetworkError.unsupportedOption(layer: name, option: "groups", value: "more than 1", supported: "1")
        }
        let filters = try options.positive("filters")
        window = try WindowGeometry(
            size: options.integers("kernel_size")[0], stride: options.integers("strides", default: [1])[0],
            dilation: options.integers("dilation_rate", default: [1])[0],
            padding: options.string("padding", default: "valid"), layer: name)
        activation = try options.activation("activation", default: .linear)
        kernel = try material.weight("kernel", shape: [window.size, material.features, filters])
        bias = try options.bool("use_bias", default: true) ? material.weight("bias", shape: [filters]) : nil
    }

    public var parameters: [Parameter] {
        [Parameter(name: "kernel", value: kernel)] + (bias.map { [Parameter(name: "bias", value: $0)] } ?? [])
    }

    public mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws {
        kernel = values.removeFirst()
        if bias != nil { bias = values.removeFirst() }
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        guard inputs[0].count == 2, inputs[0][1] == nil || inputs[0][1] == kernel.shape[1] else {
            throw NetworkError.wrongInput(
                layer: name, needs: "a sequence with \(kernel.shape[1]) features", found: kerasShapeText(inputs[0]))
        }
        return [[inputs[0][0].map(window.outputLength), kernel.shape[2]]]
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let x = input.tensors[0]
        let (batch, time, width) = (x.shape[0], x.shape[1], x.shape[2])
        let taps = (0..<window.outputLength(time)).map { window.steps(of: $0, time: time) }
        let (size, steps) = (window.size, taps.count)
        let unrolled = Tensor(shape: [batch, steps, size * width]) { result in
            for sample in 0..<batch {
                for (step, taps) in taps.enumerated() {
                    for (place, tap) in taps.enumerated() {
                        let target = ((sample * steps + step) * size + place) * width
                        for unit in 0..<width {
                            result[target + unit] = 0..<time ~= tap ? x.values[(sample * time + tap) * width + unit] : 0
                        }
                    }
                }
            }
        }
        let matrix = kernel.reshaped([size * width, kernel.shape[2]])
        var preactivation = unrolled.matmul(matrix)
        if let bias { preactivation.addToRows(bias) }
        let y = activation(preactivation)
        let kernelShape = kernel.shape, hasBias = bias != nil
        return LayerOutput([y]) { [preactivation, activation] cotangents, wantsWeights in
            guard let cotangent = cotangents[0] else { return PulledBack([nil]) }
            let d = activation.pullback(cotangent, x: preactivation, y: y)
            let dUnrolled = d.matmul(matrix, rightTransposed: true)
            var result = Tensor(shape: x.shape, repeating: 0)
            result.values.withUnsafeMutableBufferPointer { buffer in
                for sample in 0..<batch {
                    for (step, taps) in taps.enumerated() {
                        for (place, tap) in taps.enumerated() where 0..<time ~= tap {
                            let source = ((sample * steps + step) * size + place) * width
                            for unit in 0..<width {
                                buffer[(sample * time + tap) * width + unit] += dUnrolled.values[source + unit]
                            }
                        }
                    }
                }
            }
            guard wantsWeights else { return PulledBack([result]) }
            return PulledBack(
                [result], weights: [unrolled.outerSum(d).reshaped(kernelShape)] + (hasBias ? [d.columnSums()] : []))
        }
    }
}
