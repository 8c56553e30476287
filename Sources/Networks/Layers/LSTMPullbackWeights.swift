import CKernels
import Synchronization
import Tensors

/// [U^T W^T] of an LSTM, 4u×(u+F): from the pre-activations' cotangent to those of the state and the input.
///
/// Packed at the first use, in the order of the gates or, for machines that walk back faster so, in that of `fovea_lstm_step_backward`.
final class LSTMPullbackWeights: Sendable {
    private let rows: [Float]
    private let units: Int
    private let count: Int
    private let plain = Mutex<PackedMatrix?>(nil)
    private let inParts = Mutex<PackedMatrix?>(nil)

    /// - Parameter previous: The weights before these, in training: what was packed of them will be used again, and is packed at once,
    ///   for workers that begin together would wait for the first.
    init(recurrentKernel: Tensor, kernel: Tensor, after previous: LSTMPullbackWeights? = nil) {
        units = recurrentKernel.shape[0]
        count = units + kernel.shape[0]
        rows = recurrentKernel.values + kernel.values
        if previous?.plain.withLock({ $0 != nil }) ?? false { _ = matrix() }
        if previous?.inParts.withLock({ $0 != nil }) ?? false { _ = matrixInParts() }
    }

    /// The weights in the order of the gates.
    func matrix() -> PackedMatrix {
        plain.withLock { kept in
            let matrix = kept ?? PackedMatrix(rows, rows: 4 * units, columns: count, transposed: true)
            kept = matrix
            return matrix
        }
    }

    /// The weights in parts, where that is faster and they have parts.
    func matrixInParts() -> PackedMatrix? {
        guard fovea_lstm_suits_parts(units, count) else { return nil }
        let matrix = inParts.withLock { kept in
            let matrix = kept ?? packedInParts()
            kept = matrix
            return matrix
        }
        return matrix.parts == nil ? nil : matrix
    }

    private func packedInParts() -> PackedMatrix {
        let depth = fovea_lstm_parts_depth(units)
        let ordered = [Float](unsafeUninitializedCapacity: count * depth) { buffer, written in
            fovea_lstm_order_for_parts(count, units, rows, buffer.baseAddress)
            written = count * depth
        }
        return PackedMatrix(ordered, rows: depth, columns: count, transposed: true)
    }
}
