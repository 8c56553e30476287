import CKernels
import Tensors

/// The way back on the processor's matrix unit: each step's dZ goes into parts where it arises, for the product with the weights and for
/// that with the step's rows, which is the gradient of the weights.
///
/// In turn, an epoch of the founding training takes 3 % less than with ``LSTMPlainWayBack``, gradients of inputs 1 to 2 %.
final class LSTMWayBackInParts: LSTMWayBack {
    private(set) var dRows: FloatBuffer
    private(set) var dc: FloatBuffer
    private let pass: LSTMPass
    private let weights: PackedMatrix
    private var previousRows: FloatBuffer
    private var previousCells: FloatBuffer
    private let scratch: FloatBuffer
    private let sum: WeightSum?

    /// Nil where the plain way is needed: for other activations than tanh and sigmoid, for masks, on other machines, and for gradients of
    /// weights in batches that would fill much of a piece with zeros.
    init?(_ pass: LSTMPass, wantsWeights: Bool) {
        let pieces = (pass.batch + Int(FOVEA_LSTM_PIECE) - 1) / Int(FOVEA_LSTM_PIECE)
        let isFull = pass.batch * 5 >= pieces * Int(FOVEA_LSTM_PIECE) * 4
        guard pass.isStandard, pass.mask == nil, pass.batch > 0, isFull || !wantsWeights,
            let weights = pass.layer.pullbackWeights.matrixInParts()
        else { return nil }
        self.pass = pass
        self.weights = weights
        dRows = FloatBuffer(pass.batch * pass.inputWidth, zeroed: true)
        dc = FloatBuffer(pass.batch * pass.units, zeroed: true)
        previousRows = FloatBuffer(dRows.count)
        previousCells = FloatBuffer(dc.count)
        scratch = FloatBuffer(fovea_lstm_parts_scratch(pass.units))
        sum = wantsWeights ? WeightSum(pass, piecesOfStep: pieces) : nil
    }

    var gradient: Tensor? {
        guard let sum else { return nil }
        return Tensor(shape: [pass.width, 4 * pass.units]) { result in
            fovea_lstm_order_from_parts(pass.width, pass.units, sum.ordered.base, result.baseAddress)
        }
    }

    func walk(_ step: Int, output: Tensor?) {
        if let output {
            output.values.withUnsafeBufferPointer { walk(step, $0.baseAddress) }
        } else {
            walk(step, nil)
        }
        swap(&dRows, &previousRows)
        swap(&dc, &previousCells)
        sum?.add(step)
    }

    private func walk(_ step: Int, _ output: UnsafePointer<Float>?) {
        let (batch, units, width) = (pass.batch, pass.units, pass.inputWidth)
        var here = fovea_lstm_step(
            rows: batch, units: units, gates: pass.gates.base + step * batch * 4 * units, c_previous: pass.cell(step),
            tanh_c: pass.squashed.base + step * batch * units, dh: dRows.base, lddh: width,
            doutput: output.map { $0 + step * units }, lddoutput: pass.time * units, dc: dc.base)
        var product = fovea_lstm_product(
            packed: weights.parts, first_column: pass.firstColumn(step), n: width, c: previousRows.base, ldc: width)
        guard let sum else {
            return fovea_lstm_step_backward(&here, previousCells.base, &product, scratch.base, nil)
        }
        var kept = sum.place(ofStep: step)
        fovea_lstm_step_backward(&here, previousCells.base, &product, scratch.base, &kept)
    }

    /// The sum of the steps' products rows^T dZ.
    private final class WeightSum {
        /// width×depth, the gates in the order of the parts.
        let ordered: FloatBuffer
        private let pass: LSTMPass
        private let depth: Int
        private let piecesOfStep: Int
        /// The steps that are kept for one product.
        private let together: Int
        private let dZ: FloatBuffer

        /// The rows of one product, at most.
        private static let rowsOfProduct = 128

        init(_ pass: LSTMPass, piecesOfStep: Int) {
            self.pass = pass
            self.piecesOfStep = piecesOfStep
            let rows = piecesOfStep * Int(FOVEA_LSTM_PIECE)
            // Steps with zeros behind their rows do not follow each other as the rows do.
            together = rows == pass.batch ? min(pass.time, max(1, Self.rowsOfProduct / rows)) : 1
            depth = fovea_lstm_parts_depth(pass.units)
            ordered = FloatBuffer(pass.width * depth, zeroed: true)
            dZ = FloatBuffer(fovea_lstm_parts_kept(pass.units, together * piecesOfStep))
        }

        /// Where a step's dZ goes.
        func place(ofStep step: Int) -> fovea_lstm_kept {
            fovea_lstm_kept(
                packed: dZ.base, pieces: together * piecesOfStep, first: step % together * piecesOfStep)
        }

        /// Adds the product of the steps that are kept, when the first of them is there.
        func add(_ step: Int) {
            guard step % together == 0 else { return }
            let steps = min(step + together, pass.time) - step
            fovea_gemm_packed(
                FOVEA_PARTS, true, pass.width, depth, steps * pass.batch, pass.row(step), pass.width, dZ.base,
                together * piecesOfStep * Int(FOVEA_LSTM_PIECE), 0, ordered.base, depth, true)
        }
    }
}
