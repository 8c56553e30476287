import CKernels
import Tensors

/// The way back with the pre-activations' cotangent dZ in the order of the gates: for any activations and masks, on any machine.
///
/// The gradients of the weights are products over several steps at a time, rows^T dZ with K = steps × batch: enough for full speed, few
/// enough for dZ to be in the second-level cache still: an epoch of the founding training takes 3 to 5 % less than with one product over
/// all steps.
final class LSTMPlainWayBack: LSTMWayBack {
    let dRows: FloatBuffer
    let dc: FloatBuffer
    private(set) var gradient: Tensor?
    private let pass: LSTMPass
    private let weights: PackedMatrix
    /// The steps whose dZ are kept for one product.
    private let together: Int
    private let dzs: FloatBuffer

    /// K of the products that yield the gradients of the weights.
    private static let rowsOfProduct = 256

    init(_ pass: LSTMPass, wantsWeights: Bool) {
        self.pass = pass
        weights = pass.layer.pullbackWeights.matrix()
        dRows = FloatBuffer(pass.batch * pass.inputWidth, zeroed: true)
        dc = FloatBuffer(pass.batch * pass.units, zeroed: true)
        together = wantsWeights ? min(pass.time, max(1, Self.rowsOfProduct / max(1, pass.batch))) : 1
        dzs = FloatBuffer(together * pass.batch * 4 * pass.units)
        gradient = wantsWeights ? Tensor(shape: [pass.width, 4 * pass.units], repeating: 0) : nil
    }

    func walk(_ step: Int, output: Tensor?) {
        let (batch, units) = (pass.batch, pass.units)
        var output = output
        // With the gates' own cotangent, where nothing else needs the sum.
        if let cotangent = output, !pass.isStandard || pass.mask != nil {
            addSequenceCotangent(cotangent, step)
            output = nil
        }
        // A masked step is the identity on both states: their cotangents are put aside and brought back.
        let held = pass.mask == nil ? nil : (rows: FloatBuffer(copying: dRows), cells: FloatBuffer(copying: dc))
        let dz = dzs.base + step % together * batch * 4 * units
        gatesBackward(step, output, dz)
        if let held { restoreMasked(step, held.cells, dz) }
        weights.multiply(batch, from: pass.firstColumn(step), dz, 4 * units, into: dRows.base, pass.inputWidth)
        if step % together == 0 { addWeightGradient(ofSteps: step..<min(step + together, pass.time)) }
        guard let held else { return }
        for sample in 0..<batch where pass.isMasked(step, sample) {
            let start = sample * pass.inputWidth
            (dRows.base + start).update(from: held.rows.base + start, count: units)
        }
    }

    private func addWeightGradient(ofSteps steps: Range<Int>) {
        gradient?.values.withUnsafeMutableBufferPointer { result in
            gemm(
                true, false, pass.width, 4 * pass.units, steps.count * pass.batch, 1, pass.row(steps.lowerBound),
                pass.width, dzs.base, 4 * pass.units, 1, result.baseAddress, 4 * pass.units)
        }
    }

    private func addSequenceCotangent(_ cotangent: Tensor, _ step: Int) {
        let (time, units) = (pass.time, pass.units)
        cotangent.values.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            for sample in 0..<pass.batch {
                // Outputs before the first valid step are constant zeros.
                if pass.mask != nil, pass.isMasked(step, sample), (0..<step).allSatisfy({ pass.isMasked($0, sample) }) {
                    continue
                }
                let from = source + (sample * time + step) * units
                let to = dRows.base + sample * pass.inputWidth
                for unit in 0..<units { to[unit] += from[unit] }
            }
        }
    }

    private func gatesBackward(_ step: Int, _ output: Tensor?, _ dz: UnsafeMutablePointer<Float>) {
        let (batch, units) = (pass.batch, pass.units)
        let z = pass.gates.base + step * batch * 4 * units
        guard pass.isStandard else {
            return pass.generalGatesBackward(step, z, dRows.base, pass.inputWidth, dc, dz)
        }
        func backward(_ cotangent: UnsafePointer<Float>?) {
            fovea_lstm_gates_backward(
                batch, units, z, pass.cell(step), pass.squashed.base + step * batch * units, dRows.base,
                pass.inputWidth, cotangent.map { $0 + step * units }, pass.time * units, dc.base, dz)
        }
        if let output {
            output.values.withUnsafeBufferPointer { backward($0.baseAddress) }
        } else {
            backward(nil)
        }
    }

    private func restoreMasked(_ step: Int, _ heldC: FloatBuffer, _ dz: UnsafeMutablePointer<Float>) {
        let units = pass.units
        for sample in 0..<pass.batch where pass.isMasked(step, sample) {
            (dc.base + sample * units).update(from: heldC.base + sample * units, count: units)
            (dz + sample * 4 * units).update(repeating: 0, count: 4 * units)
        }
    }
}
