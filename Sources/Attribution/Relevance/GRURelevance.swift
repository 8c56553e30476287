import Networks
import Tensors

extension GRU: RelevanceRule {
    /// h_t = z h_(t-1) + (1 - z) h~ is a sum of two signals; in the argument of h~ the reset gate multiplies a signal, so all goes to it.
    /// (Arras et al. give rules for the LSTM; these follow from the same two principles.)
    func relevance(_ relevance: [Tensor?], _ call: LayerCall) throws -> [Tensor?] {
        GRURelevancePass(cell, options, call).relevance(relevance)
    }
}

/// As for the LSTM: states in double precision, step s is the s-th in processing order.
private struct GRURelevancePass {
    private let cell: GRUCell
    private let options: RecurrentOptions
    private let call: LayerCall
    private let (batch, time, features, units): (Int, Int, Int, Int)
    private var steps: [Step] = []

    private struct Step {
        let x: [Double]
        let previous: [Double]
        let reset: [Double]
        /// (1 - z) h~ and z h_(t-1), and their sum.
        let fresh: [Double]
        let kept: [Double]
        let state: [Double]
        /// The candidate's argument.
        let argument: [Double]
    }

    init(_ cell: GRUCell, _ options: RecurrentOptions, _ call: LayerCall) {
        (self.cell, self.options, self.call) = (cell, options, call)
        let shape = call.inputs[0].shape
        (batch, time, features, units) = (shape[0], shape[1], shape[2], cell.units)
        run()
    }

    private func timeIndex(_ step: Int) -> Int { options.goBackwards ? time - 1 - step : step }

    private func isMasked(_ step: Int, _ sample: Int) -> Bool {
        call.masks[0].map { $0.values[sample * time + timeIndex(step)] == 0 } ?? false
    }

    /// A part of rows of gates: 0 = z, 1 = r, 2 = h~.
    private func gate(_ rows: [Double], _ index: Int) -> [Double] {
        (0..<batch).flatMap { rows[(($0 * 3 + index) * units)..<(($0 * 3 + index + 1) * units)] }
    }

    private mutating func run() {
        let kernel = LinearRelevance(cell.kernel, bias: cell.inputBias, epsilon: 0)
        let recurrent = LinearRelevance(cell.recurrentKernel, bias: cell.recurrentBias, epsilon: 0)
        let candidate = LinearRelevance(
            cell.recurrentKernel.columns((2 * units)..<(3 * units)), bias: nil, epsilon: 0)
        var state =
            call.inputs.count > 1
            ? call.inputs[1].values.map(Double.init) : [Double](repeating: 0, count: batch * units)
        for step in 0..<time {
            let x = call.inputs[0].step(timeIndex(step)).values.map(Double.init)
            let (projected, fromState) = (kernel.sums(x), recurrent.sums(state))
            let update = cell.recurrentActivation.exact(zip(gate(projected, 0), gate(fromState, 0)).map(+))
            let reset = cell.recurrentActivation.exact(zip(gate(projected, 1), gate(fromState, 1)).map(+))
            let signal =
                cell.resetAfter
                ? zip(reset, gate(fromState, 2)).map(*) : candidate.sums(zip(reset, state).map(*))
            let argument = zip(gate(projected, 2), signal).map(+)
            let fresh = zip(update, cell.activation.exact(argument)).map { (1 - $0) * $1 }
            let kept = zip(update, state).map(*)
            let next = zip(fresh, kept).map(+)
            steps.append(
                Step(x: x, previous: state, reset: reset, fresh: fresh, kept: kept, state: next, argument: argument))
            for sample in 0..<batch where !isMasked(step, sample) {
                let range = (sample * units)..<((sample + 1) * units)
                state.replaceSubrange(range, with: next[range])
            }
        }
    }

    func relevance(_ given: [Tensor?]) -> [Tensor?] {
        var state = [Double](repeating: 0, count: batch * units)
        if options.returnState, let last = given[1] { state = zip(state, last.values).map { $0 + Double($1) } }
        if !options.returnSequences, let last = given[0] { state = zip(state, last.values).map { $0 + Double($1) } }
        var result = Tensor(shape: call.inputs[0].shape, repeating: 0)
        for step in (0..<time).reversed() {
            if options.returnSequences, let sequence = given[0] { add(sequence, step, to: &state) }
            var (input, previous) = back(step, state)
            for sample in 0..<batch where isMasked(step, sample) {
                let range = (sample * units)..<((sample + 1) * units)
                previous.replaceSubrange(range, with: state[range])
                for index in (sample * features)..<((sample + 1) * features) { input[index] = 0 }
            }
            state = previous
            result.addToStep(timeIndex(step), Tensor(shape: [batch, features], values: input.map(Float.init)))
        }
        guard call.inputs.count > 1 else { return [result] }
        return [result, Tensor(shape: [batch, units], values: state.map(Float.init))]
    }

    private func add(_ sequence: Tensor, _ step: Int, to state: inout [Double]) {
        for sample in 0..<batch where !(0...step).allSatisfy({ isMasked($0, sample) }) {
            for unit in 0..<units {
                state[sample * units + unit] += Double(sequence.values[(sample * time + step) * units + unit])
            }
        }
    }

    /// One step: from the relevance of h_t to that of x_t and h_(t-1).
    private func back(_ step: Int, _ relevance: [Double]) -> (x: [Double], state: [Double]) {
        let step = steps[step]
        let columns = (2 * units)..<(3 * units)
        let shares = zip(relevance, step.state).map { RelevanceRules.share($0, $1, call.epsilon) }
        let candidate = zip(shares, step.fresh).map(*)
        let inputRule = LinearRelevance(cell.kernel.columns(columns), bias: nil, epsilon: call.epsilon)
        let stateRule = LinearRelevance(cell.recurrentKernel.columns(columns), bias: nil, epsilon: call.epsilon)
        let x = inputRule.relevance(candidate, x: step.x, z: step.argument)
        // R_i = sum_j h_i U_ij r_j s_j with the reset after the product, r_i h_i sum_j U_ij s_j with it before.
        let throughCandidate: [Double]
        if cell.resetAfter {
            throughCandidate = stateRule.relevance(
                zip(candidate, step.reset).map(*), x: step.previous, z: step.argument)
        } else {
            throughCandidate = stateRule.relevance(
                candidate, x: zip(step.previous, step.reset).map(*), z: step.argument)
        }
        return (x, zip(zip(shares, step.kept).map(*), throughCandidate).map(+))
    }
}
