import CKernels
import Tensors

/// The core of multi-head attention on a batch: softmax(q k^T) v for every head, and its way back.
///
/// q (scaled before), k and v are B×T×(H w), the heads side by side as the projections leave them. A head's rows are then a power of two
/// apart in most networks and push each other out of the cache: what is read many times is copied together first (on an AMD EPYC 9004
/// these products take 22 instead of 32 % of a block of length 512). A few rows of the weights at a time go through product, mask,
/// softmax and the product with the values while they are in the cache; the weights, B×H×Tq×Tk, are by far the largest array and are
/// written once and read once.
struct ScaledDotProduct {
    let query: Tensor
    let key: Tensor
    let value: Tensor
    let heads: Int

    var batch: Int { query.shape[0] }
    var rows: Int { query.shape[1] }
    var columns: Int { key.shape[1] }
    var keyWidth: Int { query.shape[2] / heads }
    var valueWidth: Int { value.shape[2] / heads }

    /// How many rows of the weights are worked on at once: 128 kB of them at length 512.
    static let block = 64

    /// The weights and what they make of the values.
    struct Result {
        /// B×H×Tq×Tk.
        var weights: Tensor
        /// B×Tq×(H w).
        var joined: Tensor
    }

    /// Attention by the scores.
    ///
    /// - Parameter mask: Lowers the scores of keys that a query must not see: it is given the sample, the query and the row of scores.
    func callAsFunction(mask: ((Int, Int, UnsafeMutableBufferPointer<Float>) -> Void)?) -> Result {
        var joined = Tensor(shape: [0], values: [])
        let weights = Tensor(shape: [batch, heads, rows, columns]) { weights in
            joined = Tensor(shape: [batch, rows, heads * valueWidth]) { joined in
                query.values.withUnsafeBufferPointer { query in
                    guard columns > 0, let q = query.baseAddress, let out = joined.baseAddress,
                        let base = weights.baseAddress
                    else { return joined.update(repeating: 0) }
                    let queries = FloatBuffer(Self.block * keyWidth)
                    let scores = FloatBuffer(Self.block * columns)
                    eachHead { sample, head in
                        let keys = packed(key, sample, head, width: keyWidth, transposed: true)
                        let values = packed(value, sample, head, width: valueWidth, transposed: false)
                        let plane = base + (sample * heads + head) * rows * columns
                        for start in stride(from: 0, to: rows, by: Self.block) {
                            let count = min(Self.block, rows - start)
                            copyRows(
                                count, keyWidth, q + place(sample, start, head, keyWidth, rows), heads * keyWidth,
                                to: queries.base, keyWidth)
                            keys.multiply(count, queries.base, keyWidth, into: scores.base, columns)
                            if let mask {
                                for row in 0..<count {
                                    mask(
                                        sample, start + row,
                                        UnsafeMutableBufferPointer(
                                            start: scores.base + row * columns, count: columns))
                                }
                            }
                            fovea_softmax_rows(count, columns, scores.base, plane + start * columns)
                            values.multiply(
                                count, scores.base, columns, into: out + place(sample, start, head, valueWidth, rows),
                                heads * valueWidth)
                        }
                    }
                }
            }
        }
        return Result(weights: weights, joined: joined)
    }

    /// What given weights make of the values, B×Tq×(H w).
    func weighted(by weights: Tensor) -> Tensor {
        var joined = Tensor(shape: [batch, rows, heads * valueWidth], repeating: 0)
        joined.values.withUnsafeMutableBufferPointer { joined in
            weights.values.withUnsafeBufferPointer { weights in
                guard let out = joined.baseAddress, let base = weights.baseAddress else { return }
                eachHead { sample, head in
                    packed(value, sample, head, width: valueWidth, transposed: false).multiply(
                        rows, base + (sample * heads + head) * rows * columns, columns,
                        into: out + place(sample, 0, head, valueWidth, rows), heads * valueWidth)
                }
            }
        }
        return joined
    }

    func eachHead(_ body: (_ sample: Int, _ head: Int) -> Void) {
        for sample in 0..<batch { for head in 0..<heads { body(sample, head) } }
    }

    /// Where a head's columns of a step begin in B×T×(H w).
    func place(_ sample: Int, _ step: Int, _ head: Int, _ width: Int, _ time: Int) -> Int {
        (sample * time + step) * heads * width + head * width
    }

    /// A head's T×w part of B×T×(H w), packed as it is or as w×T.
    func packed(_ x: Tensor, _ sample: Int, _ head: Int, width: Int, transposed: Bool) -> PackedMatrix {
        let time = x.shape[1]
        return x.values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return PackedMatrix([], rows: 0, columns: 0) }
            return PackedMatrix(
                base + place(sample, 0, head, width, time), stride: heads * width, rows: transposed ? width : time,
                columns: transposed ? time : width, transposed: transposed)
        }
    }
}
