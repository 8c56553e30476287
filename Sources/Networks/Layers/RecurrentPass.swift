import Tensors

/// The step of a recurrent layer with one state (GRU, SimpleRNN), given the input's projection x_t W + b.
protocol RecurrentCell: Sendable {
    /// The number of units u.
    var units: Int { get }
    /// The input weights, F×G.
    var inputWeights: PackedWeights { get }
    /// The bias of the input's projection, G; nil without one.
    var inputBias: Tensor? { get }

    /// The recurrent weights, u×G.
    var recurrentKernel: Tensor { get }
    /// The bias of the state's projection, G; nil without one.
    var recurrentBias: Tensor? { get }

    /// h_t from the projection (B×G) and h_(t-1) (B×u), and the step's vector-Jacobian product: from the cotangent of h_t to
    /// those of the projection and of h_(t-1). It adds the gradients of the recurrent weights to the sum it is given, if any.
    func step(projection: Tensor, state: Tensor) -> (state: Tensor, pullback: RecurrentStepPullback)
}

extension RecurrentCell {
    /// The input weights, F×G.
    var kernel: Tensor { inputWeights.values }
}

typealias RecurrentStepPullback = (Tensor, RecurrentSum?) -> (projection: Tensor, state: Tensor)

/// The gradients of a cell's recurrent weights, summed over steps.
final class RecurrentSum {
    private(set) var kernel: Tensor
    private(set) var bias: Tensor

    init(_ cell: some RecurrentCell) {
        kernel = Tensor(shape: cell.recurrentKernel.shape, repeating: 0)
        bias = Tensor(shape: [cell.recurrentKernel.shape[1]], repeating: 0)
    }

    /// Adds what a step contributes through the product of `state` with the kernel's columns from `column` on.
    func add(state: Tensor, cotangent: Tensor, column: Int = 0) {
        let product = state.outerSum(cotangent)
        let sums = cotangent.columnSums()
        let (width, total) = (product.shape[1], kernel.shape[1])
        for row in 0..<product.shape[0] {
            for unit in 0..<width { kernel.values[row * total + column + unit] += product.values[row * width + unit] }
        }
        for unit in 0..<width { bias.values[column + unit] += sums.values[unit] }
    }
}

/// What recurrent layers share: options, the walk over time, masks, states.
///
/// A masked step keeps the state and repeats the previous output (zeros before the first valid step).
package struct RecurrentOptions: Sendable {
    package let returnSequences: Bool
    package let returnState: Bool
    package let goBackwards: Bool

    init(_ options: LayerConfiguration) throws {
        returnSequences = try options.bool("return_sequences", default: false)
        returnState = try options.bool("return_state", default: false)
        goBackwards = try options.bool("go_backwards", default: false)
        if try options.bool("time_major", default: false) {
            throw NetworkError.unsupportedOption(
                layer: options.layer, option: "time_major", value: "true", supported: "batch-major sequences")
        }
    }

    func outputShapes(
        for inputs: [SampleShape], layer: String, features: Int, units: Int, states: Int
    ) throws -> [SampleShape] {
        guard let sequence = inputs.first, sequence.count == 2, sequence[1] == nil || sequence[1] == features,
            inputs.count == 1 || inputs.count == 1 + states,
            inputs.dropFirst().allSatisfy({ $0 == [units] || $0 == [nil] })
        else {
            throw NetworkError.wrongInput(
                layer: layer, needs: "a sequence with \(features) feature\(features == 1 ? "" : "s")",
                found: inputs.map(kerasShapeText).joined(separator: ", "))
        }
        let output: SampleShape = returnSequences ? [sequence[0], units] : [units]
        return [output] + (returnState ? Array(repeating: [units], count: states) : [])
    }

    /// What a cell keeps whose projections have a given width, about four times as much as these.
    func record(for inputs: [SampleShape], features: Int, width: Int) -> LayerRecord {
        let steps = stepCount(inputs.first)
        return LayerRecord(count: steps * Double(features + 4 * width), walksSteps: true)
    }

    /// Runs a cell over the sequences of a batch.
    func callAsFunction(_ cell: some RecurrentCell, _ input: LayerInput, recording: Bool) -> LayerOutput {
        let sequence = input.tensors[0]
        let mask = input.masks[0]
        let (batch, time, units) = (sequence.shape[0], sequence.shape[1], cell.units)
        var projections = sequence.matmul(cell.inputWeights)
        if let bias = cell.inputBias { projections.addToRows(bias) }
        var state = input.tensors.count > 1 ? input.tensors[1] : Tensor(shape: [batch, units], repeating: 0)
        var output = Tensor(shape: [batch, units], repeating: 0)
        var outputs: [Tensor] = []
        var pullbacks: [RecurrentStepPullback] = []
        for step in 0..<time {
            let index = goBackwards ? time - 1 - step : step
            let (next, pullback) = cell.step(projection: projections.step(index), state: state)
            if let mask {
                state = select(mask, index, next, state)
                output = select(mask, index, next, output)
            } else {
                state = next
                output = next
            }
            if returnSequences { outputs.append(output) }
            if recording { pullbacks.append(pullback) }
        }
        let result = returnSequences ? Tensor.stacked(outputs, batch: batch, width: units) : output
        let masks: [Tensor?] = [returnSequences ? mask : nil] + (returnState ? [nil] : [])
        guard recording else { return LayerOutput([result] + (returnState ? [state] : []), masks: masks) }
        let hasInitialState = input.tensors.count > 1
        return LayerOutput([result] + (returnState ? [state] : []), masks: masks) {
            cotangents, wantsWeights in
            let sum = wantsWeights ? RecurrentSum(cell) : nil
            var dState = Tensor(shape: [batch, units], repeating: 0)
            var dOutput = dState
            if returnState, let cotangent = cotangents[1] { dState.add(cotangent) }
            if !returnSequences, let cotangent = cotangents[0] { dOutput.add(cotangent) }
            var dProjections = Tensor(shape: projections.shape, repeating: 0)
            for step in (0..<time).reversed() {
                let index = goBackwards ? time - 1 - step : step
                if returnSequences, let cotangent = cotangents[0] { dOutput.add(cotangent.step(step)) }
                var dNext = dState
                dNext.add(dOutput)
                guard let mask else {
                    let (dProjection, dPrevious) = pullbacks[step](dNext, sum)
                    dProjections.addToStep(index, dProjection)
                    dState = dPrevious
                    dOutput = Tensor(shape: dOutput.shape, repeating: 0)
                    continue
                }
                let zero = Tensor(shape: dOutput.shape, repeating: 0)
                let (dProjection, dPrevious) = pullbacks[step](select(mask, index, dNext, zero), sum)
                dProjections.addToStep(index, dProjection)
                dState = select(mask, index, dPrevious, dState)
                dOutput = select(mask, index, zero, dOutput)
            }
            let dSequence = dProjections.matmul(cell.inputWeights, transposed: true)
            let inputs = [dSequence] + (hasInitialState ? [dState] : [])
            guard let sum else { return PulledBack(inputs) }
            return PulledBack(
                inputs,
                weights: [sequence.outerSum(dProjections), sum.kernel]
                    + (cell.inputBias == nil ? [] : [dProjections.columnSums()])
                    + (cell.recurrentBias == nil ? [] : [sum.bias]))
        }
    }

    /// Rows of `valid` where the mask is 1 at a step, else of `masked`.
    private func select(_ mask: Tensor, _ index: Int, _ valid: Tensor, _ masked: Tensor) -> Tensor {
        let (batch, width) = (valid.shape[0], valid.shape[1])
        let time = mask.shape[1]
        return Tensor(shape: valid.shape) { result in
            for sample in 0..<batch {
                let source = mask.values[sample * time + index] == 0 ? masked : valid
                for unit in 0..<width { result[sample * width + unit] = source.values[sample * width + unit] }
            }
        }
    }
}
