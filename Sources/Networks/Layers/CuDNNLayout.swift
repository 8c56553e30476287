import Tensors

/// Weights in the layout of `CuDNNLSTM` and `CuDNNGRU`, which old files hold under the names of the plain layers: gates are stored
/// transposed, and there are two biases, of the input and of the state.
enum CuDNNLayout {
    /// The input weights, F×(gates u): each gate's memory is read in the other order.
    static func kernel(_ stored: Tensor, gates: Int) -> Tensor {
        let (features, units) = (stored.shape[0], stored.shape[1] / gates)
        return rebuilt(stored, gates) { gate, row, column in
            // numpy: k.T.reshape(k.shape, order="F")
            let place = row + column * features
            return stored.values[(place / units) * stored.shape[1] + gate * units + place % units]
        }
    }

    /// The recurrent weights, u×(gates u): each gate's square is transposed.
    static func recurrentKernel(_ stored: Tensor, gates: Int) -> Tensor {
        let units = stored.shape[0]
        return rebuilt(stored, gates) { gate, row, column in
            stored.values[column * stored.shape[1] + gate * units + row]
        }
    }

    private static func rebuilt(_ stored: Tensor, _ gates: Int, _ value: (Int, Int, Int) -> Float) -> Tensor {
        let (rows, width) = (stored.shape[0], stored.shape[1])
        let units = width / gates
        return Tensor(shape: stored.shape) { result in
            for row in 0..<rows {
                for column in 0..<width { result[row * width + column] = value(column / units, row, column % units) }
            }
        }
    }
}
