import CKernels
import Tensors

/// One batch on its way through an LSTM and back: the buffers of all steps.
///
/// Step s is the s-th in processing order. `rows` holds [x_s, h_(s-1), 1] side by side for every step and sample, so that the
/// step's pre-activations are one matrix product with the stacked weights, and h_s is written where step s+1 reads it.
final class LSTMPass {
    private let layer: LSTM
    private let mask: Tensor?
    private let inputCount: Int
    private let batch: Int
    private let time: Int
    private let features: Int
    private let units: Int
    private let width: Int
    private let rows: FloatBuffer
    private let gates: FloatBuffer
    private let cells: FloatBuffer
    private let squashed: FloatBuffer
    /// The pre-activations, kept for activations other than tanh and sigmoid; nil with those.
    private let preactivations: FloatBuffer?
    private let recording: Bool
    private var isStandard: Bool { preactivations == nil }

    init(_ layer: LSTM, _ input: LayerInput, recording: Bool) {
        let sequence = input.tensors[0]
        self.layer = layer
        mask = input.masks[0]
        inputCount = input.tensors.count
        (batch, time, features) = (sequence.shape[0], sequence.shape[1], sequence.shape[2])
        units = layer.units
        width = features + units + (layer.bias == nil ? 0 : 1)
        self.recording = recording
        let kept = recording ? time : 1
        rows = FloatBuffer((time + 1) * batch * width)
        gates = FloatBuffer(kept * batch * 4 * units)
        cells = FloatBuffer((time + 1) * batch * units)
        squashed = FloatBuffer(kept * batch * units)
        let standard = layer.activation == .tanh && layer.recurrentActivation == .sigmoid
        preactivations = standard ? nil : FloatBuffer(kept * batch * 5 * units)
        fillRows(sequence)
        setInitialState(input)
    }

    private func timeIndex(_ step: Int) -> Int { layer.goBackwards ? time - 1 - step : step }
    private func row(_ step: Int, _ sample: Int = 0) -> UnsafeMutablePointer<Float> {
        rows.base + (step * batch + sample) * width
    }
    private func hidden(_ step: Int, _ sample: Int = 0) -> UnsafeMutablePointer<Float> { row(step, sample) + features }
    private func cell(_ step: Int, _ sample: Int = 0) -> UnsafeMutablePointer<Float> {
        cells.base + (step * batch + sample) * units
    }
    private func kept(_ step: Int) -> Int { recording ? step : 0 }
    private func isMasked(_ step: Int, _ sample: Int) -> Bool {
        mask.map { $0.values[sample * time + timeIndex(step)] == 0 } ?? false
    }

    private func fillRows(_ sequence: Tensor) {
        sequence.values.withUnsafeBufferPointer { x in
            guard let x = x.baseAddress else { return }
            for step in 0..<time {
                for sample in 0..<batch {
                    let target = row(step, sample)
                    let source = x + (sample * time + timeIndex(step)) * features
                    target.update(from: source, count: features)
                    if layer.bias != nil { target[width - 1] = 1 }
                }
            }
        }
    }

    private func setInitialState(_ input: LayerInput) {
        for sample in 0..<batch {
            for unit in 0..<units {
                hidden(0, sample)[unit] = inputCount == 3 ? input.tensors[1].values[sample * units + unit] : 0
                cell(0, sample)[unit] = inputCount == 3 ? input.tensors[2].values[sample * units + unit] : 0
            }
        }
    }

    func forward() {
        layer.stacked.values.withUnsafeBufferPointer { weights in
            for step in 0..<time {
                let z = gates.base + kept(step) * batch * 4 * units
                // Before the first step the state is zero, and so is its part of the product.
                let isFirst = step == 0 && inputCount == 1
                gemm(
                    false, false, batch, 4 * units, isFirst ? features : width, 1, row(step), width,
                    weights.baseAddress, 4 * units, 0, z, 4 * units)
                if isFirst { addBias(to: z) }
                if isStandard {
                    fovea_lstm_gates(
                        batch, units, z, cell(step), cell(step + 1),
                        squashed.base + kept(step) * batch * units, hidden(step + 1), width)
                } else {
                    generalGates(step, z)
                }
                keepMaskedStates(step)
            }
        }
    }

    private func addBias(to z: UnsafeMutablePointer<Float>) {
        guard let bias = layer.bias else { return }
        bias.values.withUnsafeBufferPointer { bias in
            for sample in 0..<batch {
                let gate = z + sample * 4 * units
                for index in 0..<(4 * units) { gate[index] += bias[index] }
            }
        }
    }

    private func keepMaskedStates(_ step: Int) {
        guard mask != nil else { return }
        for sample in 0..<batch where isMasked(step, sample) {
            cell(step + 1, sample).update(from: cell(step, sample), count: units)
            hidden(step + 1, sample).update(from: hidden(step, sample), count: units)
        }
    }

    func outputs() -> [Tensor] {
        let last = states(ofStep: time, from: hidden)
        let sequence =
            layer.returnSequences
            ? Tensor(shape: [batch, time, units]) { result in
                guard let base = result.baseAddress else { return }
                for sample in 0..<batch {
                    var hasBegun = false
                    for step in 0..<time {
                        let target = base + (sample * time + step) * units
                        hasBegun = hasBegun || !isMasked(step, sample)
                        if hasBegun {
                            target.update(from: hidden(step + 1, sample), count: units)
                        } else {
                            target.update(repeating: 0, count: units)
                        }
                    }
                }
            } : last
        return [sequence] + (layer.returnState ? [last, states(ofStep: time, from: cell)] : [])
    }

    private func states(
        ofStep step: Int, from place: (Int, Int) -> UnsafeMutablePointer<Float>
    ) -> Tensor {
        Tensor(shape: [batch, units]) { result in
            guard let base = result.baseAddress else { return }
            for sample in 0..<batch { (base + sample * units).update(from: place(step, sample), count: units) }
        }
    }

    /// From the cotangents of [output, h, c] to those of [sequence, h_0, c_0], and on request the gradients of the weights.
    ///
    /// These are one product over all steps, rows^T dZ with K = time × batch, which runs at the processor's peak as the products of
    /// single steps do not; dZ is then kept for every step.
    func pullback(_ cotangents: [Tensor?], wantsWeights: Bool) throws -> PulledBack {
        let dh = FloatBuffer(batch * units, zeroed: true)
        let dc = FloatBuffer(batch * units, zeroed: true)
        let stepSize = batch * 4 * units
        let dzs = FloatBuffer(wantsWeights ? time * stepSize : stepSize)
        let inputWidth = features + units
        let dRows = FloatBuffer(batch * inputWidth, zeroed: true)
        if layer.returnState {
            cotangents[1]?.add(to: dh)
            cotangents[2]?.add(to: dc)
        }
        if !layer.returnSequences { cotangents[0]?.add(to: dh) }
        // Transposed once for all steps: OpenBLAS takes 48 us for 32×400 times the transpose of 101×400, and 34 us for the product as is.
        let weights = FloatBuffer(4 * units * inputWidth)
        layer.stacked.values.withUnsafeBufferPointer { stacked in
            if let base = stacked.baseAddress { fovea_transpose(inputWidth, 4 * units, base, weights.base) }
        }
        let dSequence = Tensor(shape: [batch, time, features]) { result in
            guard let dx = result.baseAddress else { return }
            for step in (0..<time).reversed() {
                if layer.returnSequences, let cotangent = cotangents[0] {
                    addSequenceCotangent(cotangent, step, to: dh)
                }
                let (heldH, heldC) = holdMasked(step, dh, dc)
                let dz = dzs.base + (wantsWeights ? step * stepSize : 0)
                stepBackward(step, dh, dc, dz)
                restoreMasked(step, heldC, dc, dz)
                // Nothing asks for the cotangent of the zero state before the first step.
                let isFirst = step == 0 && inputCount == 1
                gemm(
                    false, false, batch, isFirst ? features : inputWidth, 4 * units, 1, dz, 4 * units,
                    weights.base, inputWidth, 0, dRows.base, inputWidth)
                for sample in 0..<batch {
                    let source = dRows.base + sample * inputWidth
                    (dx + (sample * time + timeIndex(step)) * features).update(from: source, count: features)
                    (dh.base + sample * units).update(from: source + features, count: units)
                }
                if let heldH {
                    for sample in 0..<batch where isMasked(step, sample) {
                        (dh.base + sample * units).update(from: heldH.base + sample * units, count: units)
                    }
                }
            }
        }
        let gradients = wantsWeights ? layer.gradients(ofStacked: stackedGradient(dzs)) : []
        guard inputCount == 3 else { return PulledBack([dSequence], weights: gradients) }
        let states = [dh, dc].map { Tensor(copying: $0, shape: [batch, units]) }
        return PulledBack([dSequence] + states, weights: gradients)
    }

    private func stackedGradient(_ dzs: FloatBuffer) -> Tensor {
        Tensor(shape: layer.stacked.shape) { result in
            gemm(
                true, false, width, 4 * units, time * batch, 1, rows.base, width, dzs.base, 4 * units, 0,
                result.baseAddress, 4 * units)
        }
    }

    private func addSequenceCotangent(_ cotangent: Tensor, _ step: Int, to dh: FloatBuffer) {
        cotangent.values.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            for sample in 0..<batch {
                // Outputs before the first valid step are constant zeros.
                if mask != nil, isMasked(step, sample), (0..<step).allSatisfy({ isMasked($0, sample) }) { continue }
                let from = source + (sample * time + step) * units
                let to = dh.base + sample * units
                for unit in 0..<units { to[unit] += from[unit] }
            }
        }
    }

    private func stepBackward(
        _ step: Int, _ dh: FloatBuffer, _ dc: FloatBuffer, _ dz: UnsafeMutablePointer<Float>
    ) {
        let z = gates.base + step * batch * 4 * units
        if isStandard {
            fovea_lstm_gates_backward(
                batch, units, z, cell(step), squashed.base + step * batch * units, dh.base, units, dc.base, dz)
        } else {
            generalGatesBackward(step, z, dh, dc, dz)
        }
    }

    /// A masked step is the identity on both states: their cotangents are put aside and brought back.
    private func holdMasked(_ step: Int, _ dh: FloatBuffer, _ dc: FloatBuffer) -> (FloatBuffer?, FloatBuffer?) {
        guard mask != nil else { return (nil, nil) }
        return (FloatBuffer(copying: dh), FloatBuffer(copying: dc))
    }

    private func restoreMasked(
        _ step: Int, _ heldC: FloatBuffer?, _ dc: FloatBuffer, _ dz: UnsafeMutablePointer<Float>
    ) {
        guard let heldC else { return }
        for sample in 0..<batch where isMasked(step, sample) {
            (dc.base + sample * units).update(from: heldC.base + sample * units, count: units)
            (dz + sample * 4 * units).update(repeating: 0, count: 4 * units)
        }
    }
}

extension LSTMPass {
    // Activations other than tanh and sigmoid take these plain loops; the pre-activations of the four gates and of the
    // output's activation (the cell itself) are kept, since not every derivative follows from the output.

    private func generalGates(_ step: Int, _ z: UnsafeMutablePointer<Float>) {
        guard let preactivations else { return }
        let before = preactivations.base + kept(step) * batch * 5 * units
        before.update(from: z, count: batch * 4 * units)
        for sample in 0..<batch {
            let gate = z + sample * 4 * units
            layer.recurrentActivation.apply(2 * units, width: 2 * units, gate, gate)
            layer.activation.apply(units, width: units, gate + 2 * units, gate + 2 * units)
            layer.recurrentActivation.apply(units, width: units, gate + 3 * units, gate + 3 * units)
            let (previous, next) = (cell(step, sample), cell(step + 1, sample))
            for unit in 0..<units {
                next[unit] = gate[units + unit] * previous[unit] + gate[unit] * gate[2 * units + unit]
            }
            let output = squashed.base + (kept(step) * batch + sample) * units
            layer.activation.apply(units, width: units, next, output)
            (before + batch * 4 * units + sample * units).update(from: next, count: units)
            for unit in 0..<units { hidden(step + 1, sample)[unit] = gate[3 * units + unit] * output[unit] }
        }
    }

    private func generalGatesBackward(
        _ step: Int, _ z: UnsafeMutablePointer<Float>, _ dh: FloatBuffer, _ dc: FloatBuffer,
        _ dz: UnsafeMutablePointer<Float>
    ) {
        guard let preactivations else { return }
        let before = preactivations.base + step * batch * 5 * units
        let state = FloatBuffer(units)
        for sample in 0..<batch {
            let gate = z + sample * 4 * units
            let x = before + sample * 4 * units
            let cellBefore = before + batch * 4 * units + sample * units
            let output = squashed.base + (step * batch + sample) * units
            let (h, c, d) = (dh.base + sample * units, dc.base + sample * units, dz + sample * 4 * units)
            let previous = cell(step, sample)
            for unit in 0..<units {
                state.base[unit] = h[unit] * gate[3 * units + unit]
                d[3 * units + unit] = h[unit] * output[unit]
            }
            layer.activation.multiplyDerivative(units, width: units, x: cellBefore, y: output, state.base)
            for unit in 0..<units {
                let total = state.base[unit] + c[unit]
                d[unit] = total * gate[2 * units + unit]
                d[units + unit] = total * previous[unit]
                d[2 * units + unit] = total * gate[unit]
                c[unit] = total * gate[units + unit]
            }
            layer.recurrentActivation.multiplyDerivative(2 * units, width: 2 * units, x: x, y: gate, d)
            layer.activation.multiplyDerivative(
                units, width: units, x: x + 2 * units, y: gate + 2 * units, d + 2 * units)
            layer.recurrentActivation.multiplyDerivative(
                units, width: units, x: x + 3 * units, y: gate + 3 * units, d + 3 * units)
        }
    }
}
