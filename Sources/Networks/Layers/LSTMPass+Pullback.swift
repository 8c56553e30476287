import CKernels
import Tensors

/// The way back through the steps of an LSTM, from the last to the first.
protocol LSTMWayBack: AnyObject {
    /// The cotangents of each sample's state and of the step's input side by side, u+F, as the product with the weights leaves them.
    var dRows: FloatBuffer { get }
    /// The cotangents of c, u for each sample.
    var dc: FloatBuffer { get }
    /// The gradient of the stacked weights, width×4u, after the first step; nil unless it was asked for.
    var gradient: Tensor? { get }

    /// Goes back through a step whose output, if it has one of its own, has the cotangent `output`, batch×time×units.
    func walk(_ step: Int, output: Tensor?)
}

extension LSTMPass {
    /// From the cotangents of [output, h, c] to those of [sequence, h_0, c_0], and on request the gradients of the weights.
    func pullback(_ cotangents: [Tensor?], wantsWeights: Bool) throws -> PulledBack {
        let way = wayBack(wantsWeights: wantsWeights)
        if layer.returnState {
            addToState(cotangents[1], way.dRows)
            cotangents[2]?.add(to: way.dc)
        }
        if !layer.returnSequences { addToState(cotangents[0], way.dRows) }
        let dSequence = Tensor(shape: [batch, time, features]) { result in
            guard let dx = result.baseAddress else { return }
            for step in (0..<time).reversed() {
                way.walk(step, output: layer.returnSequences ? cotangents[0] : nil)
                copyRows(
                    batch, features, way.dRows.base + units, inputWidth, to: dx + timeIndex(step) * features,
                    time * features)
            }
        }
        let gradients = way.gradient.map { layer.gradients(ofStacked: $0) } ?? []
        guard inputCount == 3 else { return PulledBack([dSequence], weights: gradients) }
        let dh = Tensor(shape: [batch, units]) { result in
            guard let base = result.baseAddress else { return }
            copyRows(batch, units, way.dRows.base, inputWidth, to: base, units)
        }
        return PulledBack([dSequence, dh, Tensor(copying: way.dc, shape: [batch, units])], weights: gradients)
    }

    private func wayBack(wantsWeights: Bool) -> any LSTMWayBack {
        LSTMWayBackInParts(self, wantsWeights: wantsWeights) ?? LSTMPlainWayBack(self, wantsWeights: wantsWeights)
    }

    /// The columns of `dRows`.
    var inputWidth: Int { units + features }

    /// Nothing asks for the cotangent of the zero state before the first step: which column of `dRows` is wanted first.
    func firstColumn(_ step: Int) -> Int { step == 0 && inputCount == 1 ? units : 0 }

    private func addToState(_ cotangent: Tensor?, _ dRows: FloatBuffer) {
        guard let cotangent else { return }
        for sample in 0..<batch {
            for unit in 0..<units { dRows.base[sample * inputWidth + unit] += cotangent.values[sample * units + unit] }
        }
    }
}
