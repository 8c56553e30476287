import CKernels
import Tensors

/// One batch on its way through an LSTM and back: the buffers of all steps.
///
/// Step s is the s-th in processing order. `rows` holds [x_s, h_(s-1), 1] side by side for every step and sample, so that the
/// step's pre-activations are one matrix product with the stacked weights, and h_s is written where step s+1 reads it.
final class LSTMPass {
    let layer: LSTM
    let mask: Tensor?
    let inputCount: Int
    let batch: Int
    let time: Int
    let features: Int
    let units: Int
    let width: Int
    let rows: FloatBuffer
    let gates: FloatBuffer
    let cells: FloatBuffer
    let squashed: FloatBuffer
    /// The pre-activations, kept for activations other than tanh and sigmoid; nil with those.
    let preactivations: FloatBuffer?
    let recording: Bool
    var isStandard: Bool { preactivations == nil }

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

    func timeIndex(_ step: Int) -> Int { layer.goBackwards ? time - 1 - step : step }
    func row(_ step: Int, _ sample: Int = 0) -> UnsafeMutablePointer<Float> {
        rows.base + (step * batch + sample) * width
    }
    func hidden(_ step: Int, _ sample: Int = 0) -> UnsafeMutablePointer<Float> { row(step, sample) + features }
    func cell(_ step: Int, _ sample: Int = 0) -> UnsafeMutablePointer<Float> {
        cells.base + (step * batch + sample) * units
    }
    func kept(_ step: Int) -> Int { recording ? step : 0 }
    func isMasked(_ step: Int, _ sample: Int) -> Bool {
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
        guard inputCount == 3 else {
            for sample in 0..<batch { hidden(0, sample).update(repeating: 0, count: units) }
            return cell(0).update(repeating: 0, count: batch * units)
        }
        for sample in 0..<batch {
            for unit in 0..<units {
                hidden(0, sample)[unit] = input.tensors[1].values[sample * units + unit]
                cell(0, sample)[unit] = input.tensors[2].values[sample * units + unit]
            }
        }
    }

    /// All steps, and the outputs: the sequence or the last state; then the last h and c where they are asked for.
    func forward() -> [Tensor] {
        guard layer.returnSequences else {
            walk(nil)
            let last = states(ofStep: time, from: hidden)
            return [last] + (layer.returnState ? [last, states(ofStep: time, from: cell)] : [])
        }
        let sequence = Tensor(shape: [batch, time, units]) { result in
            guard let base = result.baseAddress else { return }
            walk(mask == nil ? base : nil)
            if mask != nil { copyMaskedStates(to: base) }
        }
        return [sequence]
            + (layer.returnState ? [states(ofStep: time, from: hidden), states(ofStep: time, from: cell)] : [])
    }

    /// Runs all steps; every h also goes to `sequence`, batch × time × units, if there is one.
    private func walk(_ sequence: UnsafeMutablePointer<Float>?) {
        for step in 0..<time {
            let z = gates.base + kept(step) * batch * 4 * units
            // Before the first step the state is zero, and so is its part of the product.
            let isFirst = step == 0 && inputCount == 1
            layer.stepWeights.multiply(batch, depth: isFirst ? features : width, row(step), width, into: z, 4 * units)
            if isFirst { addBias(to: z) }
            if isStandard {
                fovea_lstm_gates(
                    batch, units, z, cell(step), cell(step + 1), squashed.base + kept(step) * batch * units,
                    hidden(step + 1), width, sequence.map { $0 + step * units }, time * units)
            } else {
                generalGates(step, z)
                if let sequence { copyState(step, to: sequence) }
            }
            keepMaskedStates(step)
        }
    }

    private func copyState(_ step: Int, to sequence: UnsafeMutablePointer<Float>) {
        copyRows(batch, units, hidden(step + 1), width, to: sequence + step * units, time * units)
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

    /// The sequence of outputs with a mask: zeros before the first valid step.
    private func copyMaskedStates(to sequence: UnsafeMutablePointer<Float>) {
        for sample in 0..<batch {
            var hasBegun = false
            for step in 0..<time {
                let target = sequence + (sample * time + step) * units
                hasBegun = hasBegun || !isMasked(step, sample)
                if hasBegun {
                    target.update(from: hidden(step + 1, sample), count: units)
                } else {
                    target.update(repeating: 0, count: units)
                }
            }
        }
    }

    private func states(
        ofStep step: Int, from place: (Int, Int) -> UnsafeMutablePointer<Float>
    ) -> Tensor {
        Tensor(shape: [batch, units]) { result in
            guard let base = result.baseAddress else { return }
            for sample in 0..<batch { (base + sample * units).update(from: place(step, sample), count: units) }
        }
    }
}
