import CKernels
import Tensors

/// Pooling over all steps of a sequence: `keras.layers.GlobalAveragePooling1D` (masked steps left out) and
/// `GlobalMaxPooling1D`.
public struct GlobalPooling: Layer {
    public static let kerasClasses = [
        "GlobalAveragePooling1D", "GlobalMaxPooling1D", "GlobalAvgPool1D", "GlobalMaxPool1D",
    ]

    /// Whether the largest value is taken, else the mean.
    package let isMaximum: Bool
    private let keepsTime: Bool
    private let name: String

    public init(_ material: inout LayerMaterial) throws {
        name = material.name
        isMaximum = material.className.hasPrefix("GlobalMax")
        keepsTime = try material.configuration.bool("keepdims", default: false)
        try material.configuration.requireChannelsLast()
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        guard inputs[0].count == 2 else {
            throw NetworkError.wrongInput(layer: name, needs: "a sequence", found: kerasShapeText(inputs[0]))
        }
        return [keepsTime ? [1, inputs[0][1]] : [inputs[0][1]]]
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        isMaximum ? maximum(input.tensors[0]) : mean(input.tensors[0], valid: input.masks[0])
    }

    private func outputShape(_ x: Tensor) -> [Int] {
        keepsTime ? [x.shape[0], 1, x.shape[2]] : [x.shape[0], x.shape[2]]
    }

    /// The mean over the valid steps; 0 where there is none.
    private func mean(_ x: Tensor, valid: Tensor?) -> LayerOutput {
        let (batch, time, width) = (x.shape[0], x.shape[1], x.shape[2])
        var weights = [Float](repeating: 1 / Float(max(1, time)), count: batch * time)
        if let valid {
            for sample in 0..<batch {
                let steps = (sample * time)..<((sample + 1) * time)
                let count = valid.values[steps].reduce(0, +)
                for step in steps { weights[step] = count > 0 ? valid.values[step] / count : 0 }
            }
        }
        let y = Tensor(shape: outputShape(x)) { result in
            guard let result = result.baseAddress else { return }
            fovea_time_average(batch, time, width, x.values, weights, result, width)
        }
        return LayerOutput([y]) { [weights] cotangents in
            [
                cotangents[0].map { cotangent in
                    Tensor(shape: x.shape) { result in
                        guard let result = result.baseAddress else { return }
                        fovea_time_outer(batch, time, width, weights, cotangent.values, nil, nil, result)
                    }
                }
            ]
        }
    }

    /// The largest value over the steps; of equal ones the first takes the whole cotangent.
    private func maximum(_ x: Tensor) -> LayerOutput {
        let (batch, time, width) = (x.shape[0], x.shape[1], x.shape[2])
        guard time > 0 else { return LayerOutput([Tensor(shape: outputShape(x), repeating: 0)]) { _ in [nil] } }
        // For each output the place of its input.
        let places = (0..<(batch * width)).map { output in
            let first = output / width * time * width + output % width
            return (0..<time).map { first + $0 * width }.max { x.values[$0] < x.values[$1] } ?? first
        }
        let y = Tensor(shape: outputShape(x), values: places.map { x.values[$0] })
        return LayerOutput([y]) { cotangents in
            guard let cotangent = cotangents[0] else { return [nil] }
            var result = Tensor(shape: x.shape, repeating: 0)
            for (output, place) in places.enumerated() { result.values[place] = cotangent.values[output] }
            return [result]
        }
    }
}

/// Pooling over windows of a sequence: `keras.layers.MaxPooling1D`, `AveragePooling1D`.
public struct WindowPooling: Layer {
    public static let kerasClasses = ["MaxPooling1D", "AveragePooling1D", "MaxPool1D", "AvgPool1D"]

    /// Whether the largest value is taken, else the mean.
    package let isMaximum: Bool
    private let window: WindowGeometry
    private let name: String

    public init(_ material: inout LayerMaterial) throws {
        name = material.name
        isMaximum = material.className.hasPrefix("Max")
        let options = material.configuration
        try options.requireChannelsLast()
        let size = try options.integers("pool_size", default: [2])[0]
        window = try WindowGeometry(
            size: size, stride: options.has("strides") ? options.integers("strides")[0] : size, dilation: 1,
            padding: options.string("padding", default: "valid"), layer: name)
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        guard inputs[0].count == 2 else {
            throw NetworkError.wrongInput(layer: name, needs: "a sequence", found: kerasShapeText(inputs[0]))
        }
        return [[inputs[0][0].map(window.outputLength), inputs[0][1]]]
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let x = input.tensors[0]
        let (batch, time, width) = (x.shape[0], x.shape[1], x.shape[2])
        let length = window.outputLength(time)
        // Which steps each output takes, and with what weight.
        let taps = (0..<length).map { window.steps(of: $0, time: time).filter { 0..<time ~= $0 } }
        var chosen = [Int](repeating: 0, count: isMaximum ? batch * length * width : 0)
        let y = Tensor(shape: [batch, length, width]) { result in
            for sample in 0..<batch {
                for (step, taps) in taps.enumerated() {
                    for unit in 0..<width {
                        let place = (sample * length + step) * width + unit
                        let source = { tap in (sample * time + tap) * width + unit }
                        if isMaximum {
                            let best = taps.max { x.values[source($0)] < x.values[source($1)] } ?? 0
                            chosen[place] = source(best)
                            result[place] = x.values[source(best)]
                        } else {
                            result[place] = taps.reduce(Float(0)) { $0 + x.values[source($1)] } / Float(taps.count)
                        }
                    }
                }
            }
        }
        return LayerOutput([y]) { [chosen, isMaximum] cotangents in
            guard let cotangent = cotangents[0] else { return [nil] }
            var result = Tensor(shape: x.shape, repeating: 0)
            for sample in 0..<batch {
                for (step, taps) in taps.enumerated() {
                    for unit in 0..<width {
                        let place = (sample * length + step) * width + unit
                        if isMaximum {
                            result.values[chosen[place]] += cotangent.values[place]
                        } else {
                            for tap in taps {
                                result.values[(sample * time + tap) * width + unit] +=
                                    cotangent.values[place] / Float(taps.count)
                            }
                        }
                    }
                }
            }
            return [result]
        }
    }
}
