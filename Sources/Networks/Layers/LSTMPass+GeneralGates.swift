import Tensors

/// Activations other than tanh and sigmoid take these plain loops; the pre-activations of the four gates and of the
/// output's activation (the cell itself) are kept, since not every derivative follows from the output.
extension LSTMPass {
    func generalGates(_ step: Int, _ z: UnsafeMutablePointer<Float>) {
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

    func generalGatesBackward(
        _ step: Int, _ z: UnsafeMutablePointer<Float>, _ dh: UnsafePointer<Float>, _ lddh: Int, _ dc: FloatBuffer,
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
            let (h, c, d) = (dh + sample * lddh, dc.base + sample * units, dz + sample * 4 * units)
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
