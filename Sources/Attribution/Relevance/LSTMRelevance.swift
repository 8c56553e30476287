import Foundation
import Networks
import Tensors

extension LSTM: RelevanceRule {
    /// c_t = f c_(t-1) + i c~ is a sum of two signals, h_t = o tanh(c_t) one signal; the candidate's argument is a linear map of x_t and
    /// h_(t-1). A masked step hands both states' relevance on.
    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] {
        let pass = LSTMRelevancePass(self, call)
        return pass.relevance(relevance)
    }
}

/// One batch's states in double precision, and the way of relevance back through them. Step s is the s-th in processing order.
private struct LSTMRelevancePass {
    private let layer: LSTM
    private let call: LayerCall
    private let (batch, time, features, units): (Int, Int, Int, Int)
    private let inputRule: LinearRelevance
    private let stateRule: LinearRelevance
    private var steps: [Step] = []

    private struct Step {
        let x: [Double]
        let previousHidden: [Double]
        /// i c~ and f c_(t-1), and their sum.
        let fresh: [Double]
        let kept: [Double]
        let cell: [Double]
        /// The candidate's argument.
        let argument: [Double]
    }

    init(_ layer: LSTM, _ call: LayerCall) {
        self.layer = layer
        self.call = call
        let shape = call.inputs[0].shape
        (batch, time, features, units) = (shape[0], shape[1], shape[2], layer.units)
        let candidate = (2 * layer.units)..<(3 * layer.units)
        inputRule = LinearRelevance(layer.kernel.columns(candidate), bias: nil, epsilon: call.epsilon)
        stateRule = LinearRelevance(layer.recurrentKernel.columns(candidate), bias: nil, epsilon: call.epsilon)
        run()
    }

    private func timeIndex(_ step: Int) -> Int { layer.goBackwards ? time - 1 - step : step }

    private func isMasked(_ step: Int, _ sample: Int) -> Bool {
        call.masks[0].map { $0.values[sample * time + timeIndex(step)] == 0 } ?? false
    }

    private mutating func run() {
        let kernel = LinearRelevance(layer.kernel, bias: layer.bias, epsilon: 0)
        let recurrent = LinearRelevance(layer.recurrentKernel, bias: nil, epsilon: 0)
        let hasState = call.inputs.count == 3
        var hidden = hasState ? call.inputs[1].values.map(Double.init) : [Double](repeating: 0, count: batch * units)
        var cell = hasState ? call.inputs[2].values.map(Double.init) : [Double](repeating: 0, count: batch * units)
        for step in 0..<time {
            let x = call.inputs[0].step(timeIndex(step)).values.map(Double.init)
            let z = zip(kernel.sums(x), recurrent.sums(hidden)).map(+)
            let input = layer.recurrentActivation.exact(gate(z, 0))
            let forget = layer.recurrentActivation.exact(gate(z, 1))
            let argument = gate(z, 2)
            let output = layer.recurrentActivation.exact(gate(z, 3))
            let fresh = zip(input, layer.activation.exact(argument)).map(*)
            let kept = zip(forget, cell).map(*)
            let next = zip(fresh, kept).map(+)
            steps.append(
                Step(x: x, previousHidden: hidden, fresh: fresh, kept: kept, cell: next, argument: argument))
            let nextHidden = zip(output, layer.activation.exact(next)).map(*)
            for sample in 0..<batch where !isMasked(step, sample) {
                let range = (sample * units)..<((sample + 1) * units)
                hidden.replaceSubrange(range, with: nextHidden[range])
                cell.replaceSubrange(range, with: next[range])
            }
        }
    }

    /// The arguments of one gate, of all samples.
    private func gate(_ z: [Double], _ index: Int) -> [Double] {
        (0..<batch).flatMap { z[(($0 * 4 + index) * units)..<(($0 * 4 + index + 1) * units)] }
    }

    func relevance(_ given: [Tensor?]) -> [Tensor?] {
        let none = [Double](repeating: 0, count: batch * units)
        var hidden = none
        var cell = none
        if layer.returnState {
            hidden = given[1]?.values.map(Double.init) ?? none
            cell = given[2]?.values.map(Double.init) ?? none
        }
        if !layer.returnSequences, let last = given[0] { hidden = zip(hidden, last.values).map { $0 + Double($1) } }
        var result = Tensor(shape: call.inputs[0].shape, repeating: 0)
        for step in (0..<time).reversed() {
            if layer.returnSequences, let sequence = given[0] { add(sequence, step, to: &hidden) }
            let (x, previousHidden, previousCell) = back(step, hidden: hidden, cell: cell)
            var input = x
            for sample in 0..<batch {
                let range = (sample * units)..<((sample + 1) * units)
                if isMasked(step, sample) {
                    for index in (sample * features)..<((sample + 1) * features) { input[index] = 0 }
                } else {
                    hidden.replaceSubrange(range, with: previousHidden[range])
                    cell.replaceSubrange(range, with: previousCell[range])
                }
            }
            result.addToStep(timeIndex(step), Tensor(shape: [batch, features], values: input.map(Float.init)))
        }
        guard call.inputs.count == 3 else { return [result] }
        let shape = [batch, units]
        return [
            result, Tensor(shape: shape, values: hidden.map(Float.init)),
            Tensor(shape: shape, values: cell.map(Float.init)),
        ]
    }

    /// Outputs before the first valid step are constant zeros, whose relevance has nowhere to go.
    private func add(_ sequence: Tensor, _ step: Int, to hidden: inout [Double]) {
        for sample in 0..<batch where !(0...step).allSatisfy({ isMasked($0, sample) }) {
            for unit in 0..<units {
                hidden[sample * units + unit] += Double(sequence.values[(sample * time + step) * units + unit])
            }
        }
    }

    /// One step: from the relevance of h_t and c_t to that of x_t, h_(t-1) and c_(t-1).
    private func back(_ step: Int, hidden: [Double], cell: [Double]) -> (x: [Double], hidden: [Double], cell: [Double])
    {
        let step = steps[step]
        let shares = step.cell.indices.map {
            RelevanceRules.share(hidden[$0] + cell[$0], step.cell[$0], call.epsilon)
        }
        let candidate = zip(shares, step.fresh).map(*)
        return (
            inputRule.relevance(candidate, x: step.x, z: step.argument),
            stateRule.relevance(candidate, x: step.previousHidden, z: step.argument), zip(shares, step.kept).map(*)
        )
    }
}

extension Activation {
    /// The function in double precision, where it has a simple form; else by way of single precision.
    func exact(_ x: [Double]) -> [Double] {
        switch self {
        case .linear: x
        case .tanh: x.map { Foundation.tanh($0) }
        case .sigmoid: x.map { 1 / (1 + exp(-$0)) }
        case .relu: x.map { max(0, $0) }
        default: self(Tensor(shape: [1, x.count], values: x.map(Float.init))).values.map(Double.init)
        }
    }
}
