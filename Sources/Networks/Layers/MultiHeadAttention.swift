import CKernels
import Tensors

/// Multi-head attention, `keras.layers.MultiHeadAttention` (Vaswani et al. 2017): inputs [query, value, key = value].
///
///     q, k, v = x W + b per head        weights = softmax(q k^T / sqrt(key_dim))        output = [weights v] W_o + b_o
///
/// Masks of query and value are combined. A query with no key left has uniform weights; Keras 3 reports them as zeros all the same, and
/// lets no gradient through to the scores.
public struct MultiHeadAttention: AttentionLayer {
    public static let kerasClasses = ["MultiHeadAttention"]

    private struct Projection {
        /// d×(H k), and the bias, H k.
        private(set) var kernel: PackedWeights
        private(set) var bias: Tensor?
        private(set) var stored: [Parameter]

        /// scale (x W + b).
        func callAsFunction(_ x: Tensor, scale: Float = 1) -> Tensor {
            guard bias != nil || scale != 1 else { return x.matmul(kernel) }
            let width = kernel.values.shape[1]
            return x.matmul(kernel) { rows, product in
                if let bias { fovea_add_to_rows(rows, width, bias.values, product) }
                if scale != 1 { for index in 0..<(rows * width) { product[index] *= scale } }
            }
        }

        /// The cotangent of x.
        func pullback(_ cotangent: Tensor) -> Tensor { cotangent.matmul(kernel, transposed: true) }

        /// The gradients of the stored weights from the cotangent of the projection of `x`.
        func gradients(_ x: Tensor, _ cotangent: Tensor) -> [Tensor?] {
            let flat = [x.outerSum(cotangent)] + (bias == nil ? [] : [cotangent.columnSums()])
            return zip(stored, flat).map { $1.reshaped($0.value.shape) }
        }

        mutating func take(_ values: inout ArraySlice<Tensor>) {
            stored = stored.map { Parameter(name: $0.name, value: values.removeFirst()) }
            kernel = PackedWeights(stored[0].value.reshaped(kernel.values.shape))
            if bias != nil { bias = stored[1].value.reshaped([-1]) }
        }
    }

    private let heads: Int
    private let keyWidth: Int
    private let valueWidth: Int
    private var query: Projection
    private var key: Projection
    private var value: Projection
    private var output: Projection
    private let isCausal: Bool
    private let reportsEmptyRowsAsZeros: Bool
    private let name: String

    public init(_ material: inout LayerMaterial) throws {
        name = material.name
        let options = material.configuration
        heads = try options.positive("num_heads")
        keyWidth = try options.positive("key_dim")
        valueWidth = try options.positive("value_dim", default: keyWidth)
        isCausal = try options.bool("use_causal_mask", default: false)
        reportsEmptyRowsAsZeros = options.kerasVersion.major >= 3
        if let axes = options.axes("attention_axes"), axes != [1] {
            throw NetworkError.unsupportedOption(
                layer: name, option: "attention_axes", value: "\(axes)", supported: "the time axis")
        }
        let hasBias = try options.bool("use_bias", default: true)
        func projection(_ part: String, _ shape: [Int?], into width: Int, biasShape: [Int?]) throws -> Projection {
            let kernel = try material.weight("kernel", shape: shape)
            let bias = hasBias ? try material.weight("bias", shape: biasShape) : nil
            let stored =
                [Parameter(name: "\(part)/kernel", value: kernel)]
                + (bias.map { [Parameter(name: "\(part)/bias", value: $0)] } ?? [])
            return Projection(
                kernel: PackedWeights(kernel.reshaped([-1, width])), bias: bias.map { $0.reshaped([$0.count]) },
                stored: stored)
        }
        let shapes = material.inputShapes
        let queryFeatures = shapes.first?.last ?? nil
        let valueFeatures = shapes.count > 1 ? shapes[1].last ?? nil : queryFeatures
        let keyFeatures = shapes.count > 2 ? shapes[2].last ?? nil : valueFeatures
        query = try projection(
            "query", [queryFeatures, heads, keyWidth], into: heads * keyWidth, biasShape: [heads, keyWidth])
        key = try projection(
            "key", [keyFeatures, heads, keyWidth], into: heads * keyWidth, biasShape: [heads, keyWidth])
        value = try projection(
            "value", [valueFeatures, heads, valueWidth], into: heads * valueWidth, biasShape: [heads, valueWidth])
        // The output is as wide as the query, or as the option says; the file knows.
        let width = material.nextShape?.last ?? options.axes("output_shape")?.last ?? queryFeatures ?? 0
        output = try projection("attention_output", [heads, valueWidth, width], into: width, biasShape: [width])
    }

    public var attentionKind: String { "multi-head attention, \(heads) heads" }

    public mutating func takeParameters(_ values: inout ArraySlice<Tensor>) throws {
        query.take(&values)
        key.take(&values)
        value.take(&values)
        output.take(&values)
    }

    public var parameters: [Parameter] { query.stored + key.stored + value.stored + output.stored }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        guard (2...3).contains(inputs.count), inputs.allSatisfy({ $0.count == 2 }) else {
            throw NetworkError.wrongInput(
                layer: name, needs: "a query and a value sequence (and a key sequence)",
                found: inputs.map(kerasShapeText).joined(separator: ", "))
        }
        return [[inputs[0][0], output.kernel.values.shape[1]]]
    }

    /// The weights, the projections and their cotangents.
    public func record(for inputs: [SampleShape]) throws -> LayerRecord {
        let projected = inputs.reduce(0) { $0 + stepCount($1) * Double(heads * (keyWidth + valueWidth)) }
        let outputs = elementCount(try outputShapes(for: inputs))
        return LayerRecord(count: Double(heads) * pairCount(inputs) + 2 * (projected + outputs))
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let (queryInput, valueInput) = (input.tensors[0], input.tensors[1])
        let hasKey = input.tensors.count > 2
        let keyInput = hasKey ? input.tensors[2] : valueInput
        let scale = 1 / Float(keyWidth).squareRoot()
        let core = ScaledDotProduct(
            query: query(queryInput, scale: scale), key: key(keyInput), value: value(valueInput), heads: heads)
        let shape = [queryInput.shape[0], heads, queryInput.shape[1], keyInput.shape[1]]
        let masking = Masking(input, isCausal: isCausal, heads: heads)
        let empty = masking.emptyRows
        let given = (input.substitute?.weights?.reshaped(shape)).map { restoring(empty, in: $0) }
        let attended: ScaledDotProduct.Result =
            if let given {
                ScaledDotProduct.Result(weights: given, joined: core.weighted(by: given))
            } else {
                core(mask: masking.apply)
            }
        let (weights, joined) = (attended.weights, attended.joined)
        let reported = reportsEmptyRowsAsZeros && given == nil ? zeroing(empty, of: weights) : weights
        return LayerOutput([output(joined)], masks: [input.masks[0]], attention: reported) {
            [self] cotangents, wantsWeights in
            guard let cotangent = cotangents[0] else { return PulledBack(input.tensors.map { _ in nil }) }
            let dJoined = output.pullback(cotangent)
            guard given == nil else {
                let pulled = core.pullbackOfGiven(dJoined, weights: weights)
                let dValue = value.pullback(pulled.value)
                return PulledBack([nil, dValue] + (hasKey ? [nil] : []) + [pulled.weights])
            }
            let pulled = core.pullback(
                dJoined, weights: weights, isConstant: reportsEmptyRowsAsZeros ? Set(empty) : [])
            let dQueries = pulled.query.scaled(by: scale)
            let dQuery = query.pullback(dQueries)
            let dKey = key.pullback(pulled.key)
            var dValue = value.pullback(pulled.value)
            var gradients: [Tensor?] = []
            if wantsWeights {
                gradients =
                    query.gradients(queryInput, dQueries) + key.gradients(keyInput, pulled.key)
                    + value.gradients(valueInput, pulled.value) + output.gradients(joined, cotangent)
            }
            if hasKey { return PulledBack([dQuery, dValue, dKey], weights: gradients) }
            dValue.add(dKey)
            return PulledBack([dQuery, dValue], weights: gradients)
        }
    }

    /// Weights, B×H×Tq×Tk, with zeros in the given rows (of B H Tq).
    private func zeroing(_ rows: [Int], of weights: Tensor) -> Tensor {
        var result = weights
        let columns = weights.shape[3]
        for row in rows { for column in 0..<columns { result.values[row * columns + column] = 0 } }
        return result
    }

    /// Given weights, with the uniform ones that rows without a key have where these are reported as zeros.
    private func restoring(_ rows: [Int], in weights: Tensor) -> Tensor {
        guard reportsEmptyRowsAsZeros else { return weights }
        var result = weights
        let columns = weights.shape[3]
        for row in rows {
            let range = (row * columns)..<((row + 1) * columns)
            guard weights.values[range].allSatisfy({ $0 == 0 }) else { continue }
            for place in range { result.values[place] = 1 / Float(columns) }
        }
        return result
    }

    /// Which keys a query must not see.
    private struct Masking {
        let rows: Int
        let columns: Int
        private let batch: Int
        private let heads: Int
        private let isCausal: Bool
        private let queryMask: [Float]?
        private let valueMask: [Float]?

        init(_ input: LayerInput, isCausal: Bool, heads: Int) {
            (batch, rows) = (input.tensors[0].shape[0], input.tensors[0].shape[1])
            columns = input.tensors[1].shape[1]
            self.heads = heads
            self.isCausal = isCausal
            queryMask = input.masks[0]?.values
            valueMask = input.masks[1]?.values
        }

        private var isNeeded: Bool { isCausal || queryMask != nil || valueMask != nil }

        private func isMasked(_ sample: Int, _ row: Int, _ column: Int) -> Bool {
            (isCausal && column > row) || queryMask?[sample * rows + row] == 0
                || valueMask?[sample * columns + column] == 0
        }

        /// Lowers the scores of a query; nil if all see all.
        var apply: ((Int, Int, UnsafeMutableBufferPointer<Float>) -> Void)? {
            guard isNeeded else { return nil }
            return { sample, row, scores in
                for column in scores.indices where isMasked(sample, row, column) { scores[column] -= 1e9 }
            }
        }

        /// The rows (of B H Tq) that have no key left.
        var emptyRows: [Int] {
            guard isNeeded else { return [] }
            let empty = (0..<batch).map { sample in
                (0..<rows).filter { row in (0..<columns).allSatisfy { isMasked(sample, row, $0) } }
            }
            return (0..<(batch * heads)).flatMap { slice in empty[slice / heads].map { slice * rows + $0 } }
        }
    }
}
