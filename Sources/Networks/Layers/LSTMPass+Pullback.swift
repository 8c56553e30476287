import CKernels
import Tensors

extension LSTMPass {
    /// From the cotangents of [output, h, c] to those of [sequence, h_0, c_0], and on request the gradients of the weights.
    ///
    /// These are products over several steps at a time, rows^T dZ with K = steps × batch: enough for full speed, few enough for dZ to be
    /// in the second-level cache still: an epoch of the founding training takes 3 to 5 % less than with one product over all steps.
    func pullback(_ cotangents: [Tensor?], wantsWeights: Bool) throws -> PulledBack {
        // For each sample the cotangents of the state and of the step's input, as the product with the weights leaves them.
        let dRows = FloatBuffer(batch * inputWidth, zeroed: true)
        let dc = FloatBuffer(batch * units, zeroed: true)
        let stepSize = batch * 4 * units
        let together = wantsWeights ? min(time, max(1, Self.rowsOfProduct / max(1, batch))) : 1
        let dzs = FloatBuffer(together * stepSize)
        var stacked = wantsWeights ? Tensor(shape: [width, 4 * units], repeating: 0) : nil
        if layer.returnState {
            addToState(cotangents[1], dRows)
            cotangents[2]?.add(to: dc)
        }
        if !layer.returnSequences { addToState(cotangents[0], dRows) }
        let dSequence = Tensor(shape: [batch, time, features]) { result in
            guard let dx = result.baseAddress else { return }
            for step in (0..<time).reversed() {
                var output: Tensor?
                if layer.returnSequences, let cotangent = cotangents[0] {
                    // With the gates' own cotangent, where nothing else needs the sum.
                    if isStandard, mask == nil {
                        output = cotangent
                    } else {
                        addSequenceCotangent(cotangent, step, to: dRows)
                    }
                }
                // A masked step is the identity on both states: their cotangents are put aside and brought back.
                let held = mask == nil ? nil : (rows: FloatBuffer(copying: dRows), cells: FloatBuffer(copying: dc))
                let dz = dzs.base + step % together * stepSize
                stepBackward(step, dRows, output, dc, dz)
                if let held { restoreMasked(step, held.cells, dc, dz) }
                // Nothing asks for the cotangent of the zero state before the first step.
                let isFirst = step == 0 && inputCount == 1
                layer.pullbackWeights.multiply(
                    batch, from: isFirst ? units : 0, dz, 4 * units, into: dRows.base, inputWidth)
                if step % together == 0 {
                    addWeightGradient(ofSteps: step..<min(step + together, time), dzs, to: &stacked)
                }
                copyRows(
                    batch, features, dRows.base + units, inputWidth, to: dx + timeIndex(step) * features,
                    time * features)
                if let held {
                    for sample in 0..<batch where isMasked(step, sample) {
                        let start = sample * inputWidth
                        (dRows.base + start).update(from: held.rows.base + start, count: units)
                    }
                }
            }
        }
        let gradients = stacked.map { layer.gradients(ofStacked: $0) } ?? []
        guard inputCount == 3 else { return PulledBack([dSequence], weights: gradients) }
        let dh = Tensor(shape: [batch, units]) { result in
            guard let base = result.baseAddress else { return }
            copyRows(batch, units, dRows.base, inputWidth, to: base, units)
        }
        return PulledBack([dSequence, dh, Tensor(copying: dc, shape: [batch, units])], weights: gradients)
    }

    private var inputWidth: Int { units + features }

    private func addToState(_ cotangent: Tensor?, _ dRows: FloatBuffer) {
        guard let cotangent else { return }
        for sample in 0..<batch {
            for unit in 0..<units { dRows.base[sample * inputWidth + unit] += cotangent.values[sample * units + unit] }
        }
    }

    /// K of the products that yield the gradients of the weights.
    private static let rowsOfProduct = 256

    private func addWeightGradient(ofSteps steps: Range<Int>, _ dzs: FloatBuffer, to stacked: inout Tensor?) {
        stacked?.values.withUnsafeMutableBufferPointer { result in
            gemm(
                true, false, width, 4 * units, steps.count * batch, 1, row(steps.lowerBound), width, dzs.base,
                4 * units, 1, result.baseAddress, 4 * units)
        }
    }

    private func addSequenceCotangent(_ cotangent: Tensor, _ step: Int, to dRows: FloatBuffer) {
        cotangent.values.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            for sample in 0..<batch {
                // Outputs before the first valid step are constant zeros.
                if mask != nil, isMasked(step, sample), (0..<step).allSatisfy({ isMasked($0, sample) }) { continue }
                let from = source + (sample * time + step) * units
                let to = dRows.base + sample * inputWidth
                for unit in 0..<units { to[unit] += from[unit] }
            }
        }
    }

    private func stepBackward(
        _ step: Int, _ dRows: FloatBuffer, _ output: Tensor?, _ dc: FloatBuffer, _ dz: UnsafeMutablePointer<Float>
    ) {
        let z = gates.base + step * batch * 4 * units
        guard isStandard else { return generalGatesBackward(step, z, dRows.base, inputWidth, dc, dz) }
        func gatesBackward(_ cotangent: UnsafePointer<Float>?) {
            fovea_lstm_gates_backward(
                batch, units, z, cell(step), squashed.base + step * batch * units, dRows.base, inputWidth,
                cotangent.map { $0 + step * units }, time * units, dc.base, dz)
        }
        if let output {
            output.values.withUnsafeBufferPointer { gatesBackward($0.baseAddress) }
        } else {
            gatesBackward(nil)
        }
    }

    private func restoreMasked(
        _ step: Int, _ heldC: FloatBuffer, _ dc: FloatBuffer, _ dz: UnsafeMutablePointer<Float>
    ) {
        for sample in 0..<batch where isMasked(step, sample) {
            (dc.base + sample * units).update(from: heldC.base + sample * units, count: units)
            (dz + sample * 4 * units).update(repeating: 0, count: 4 * units)
        }
    }
}
