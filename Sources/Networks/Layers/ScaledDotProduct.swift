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

    private var batch: Int { query.shape[0] }
    private var rows: Int { query.shape[1] }
    private var columns: Int { key.shape[1] }
    private var keyWidth: Int { query.shape[2] / heads }
    private var valueWidth: Int { value.shape[2] / heads }

    /// How many rows of the weights are worked on at once: 128 kB of them at length 512.
    private static let block = 64

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
        var joined = Tensor(shape: [batch, rows, heads * valueWidth], repeating: 0)
        let weights = Tensor(shape: [batch, heads, rows, columns]) { weights in
            joined.values.withUnsafeMutableBufferPointer { joined in
                query.values.withUnsafeBufferPointer { query in
                    guard let q = query.baseAddress, let out = joined.baseAddress, let base = weights.baseAddress else {
                        return
                    }
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

    /// The cotangents of query (scaled), key and value, each of its shape.
    struct Cotangents {
        var query: Tensor
        var key: Tensor
        var value: Tensor
    }

    /// From the cotangent of the joined heads to those of query, key and value.
    ///
    /// - Parameters:
    ///   - weights: B×H×Tq×Tk, as the softmax left them.
    ///   - isConstant: Rows of the weights (of B H Tq) that do not depend on the scores.
    func pullback(_ cotangent: Tensor, weights: Tensor, isConstant: Set<Int>) -> Cotangents {
        var result = Cotangents(
            query: Tensor(shape: query.shape, repeating: 0), key: Tensor(shape: key.shape, repeating: 0),
            value: Tensor(shape: value.shape, repeating: 0))
        let scores = FloatBuffer(Self.block * columns)
        let (queries, joined) = (FloatBuffer(Self.block * keyWidth), FloatBuffer(Self.block * valueWidth))
        let dKeys = FloatBuffer(columns * keyWidth, zeroed: true)
        let dValues = FloatBuffer(columns * valueWidth, zeroed: true)
        withBases(&result, query, cotangent, weights) { bases in
            eachHead { sample, head in
                let values = packed(value, sample, head, width: valueWidth, transposed: true)
                let keys = packed(key, sample, head, width: keyWidth, transposed: false)
                let firstRow = (sample * heads + head) * rows
                for start in stride(from: 0, to: rows, by: Self.block) {
                    let count = min(Self.block, rows - start)
                    let probabilities = bases.weights + (firstRow + start) * columns
                    let queryPlace = place(sample, start, head, keyWidth, rows)
                    copyRows(
                        count, valueWidth, bases.cotangent + place(sample, start, head, valueWidth, rows),
                        heads * valueWidth, to: joined.base, valueWidth)
                    copyRows(
                        count, keyWidth, bases.query + queryPlace, heads * keyWidth, to: queries.base, keyWidth)
                    values.multiply(count, joined.base, valueWidth, into: scores.base, columns)
                    // Reads the weights in order, as fast as memory yields them; the product below would jump from row to row.
                    fovea_softmax_rows_backward(count, columns, probabilities, scores.base)
                    let sum: Float = start == 0 ? 0 : 1
                    // dv += a^T d
                    gemm(
                        true, false, columns, valueWidth, count, 1, probabilities, columns, joined.base, valueWidth,
                        sum, dValues.base, valueWidth)
                    for row in 0..<count where isConstant.contains(firstRow + start + row) {
                        (scores.base + row * columns).update(repeating: 0, count: columns)
                    }
                    keys.multiply(count, scores.base, columns, into: bases.dQuery + queryPlace, heads * keyWidth)
                    // dk += ds^T q
                    gemm(
                        true, false, columns, keyWidth, count, 1, scores.base, columns, queries.base, keyWidth, sum,
                        dKeys.base, keyWidth)
                }
                copyRows(
                    columns, keyWidth, dKeys.base, keyWidth,
                    to: bases.dKey + place(sample, 0, head, keyWidth, columns), heads * keyWidth)
                copyRows(
                    columns, valueWidth, dValues.base, valueWidth,
                    to: bases.dValue + place(sample, 0, head, valueWidth, columns), heads * valueWidth)
            }
        }
        return result
    }

    /// From the cotangent of the joined heads to those of given weights, B×H×Tq×Tk, and of the values.
    func pullbackOfGiven(_ cotangent: Tensor, weights: Tensor) -> (weights: Tensor, value: Tensor) {
        var dValue = Tensor(shape: value.shape, repeating: 0)
        let dWeights = Tensor(shape: [batch, heads, rows, columns]) { result in
            dValue.values.withUnsafeMutableBufferPointer { dValue in
                cotangent.values.withUnsafeBufferPointer { cotangent in
                    weights.values.withUnsafeBufferPointer { weights in
                        guard let d = cotangent.baseAddress, let a = weights.baseAddress, let out = result.baseAddress,
                            let v = dValue.baseAddress
                        else { return }
                        eachHead { sample, head in
                            let plane = (sample * heads + head) * rows * columns
                            let joined = d + place(sample, 0, head, valueWidth, rows)
                            packed(value, sample, head, width: valueWidth, transposed: true).multiply(
                                rows, joined, heads * valueWidth, into: out + plane, columns)
                            gemm(
                                true, false, columns, valueWidth, rows, 1, a + plane, columns, joined,
                                heads * valueWidth, 0, v + place(sample, 0, head, valueWidth, columns),
                                heads * valueWidth)
                        }
                    }
                }
            }
        }
        return (dWeights, dValue)
    }

    private func eachHead(_ body: (_ sample: Int, _ head: Int) -> Void) {
        for sample in 0..<batch { for head in 0..<heads { body(sample, head) } }
    }

    /// Where a head's columns of a step begin in B×T×(H w).
    private func place(_ sample: Int, _ step: Int, _ head: Int, _ width: Int, _ time: Int) -> Int {
        (sample * time + step) * heads * width + head * width
    }

    /// A head's T×w part of B×T×(H w), packed as it is or as w×T.
    private func packed(_ x: Tensor, _ sample: Int, _ head: Int, width: Int, transposed: Bool) -> PackedMatrix {
        let time = x.shape[1]
        return x.values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return PackedMatrix([], rows: 0, columns: 0) }
            return PackedMatrix(
                base + place(sample, 0, head, width, time), stride: heads * width, rows: transposed ? width : time,
                columns: transposed ? time : width, transposed: transposed)
        }
    }

    private struct Bases {
        let query: UnsafePointer<Float>
        let cotangent: UnsafePointer<Float>
        let weights: UnsafePointer<Float>
        let dQuery: UnsafeMutablePointer<Float>
        let dKey: UnsafeMutablePointer<Float>
        let dValue: UnsafeMutablePointer<Float>
    }

    /// Calls `body` with the elements of all; not at all if one is empty.
    private func withBases(
        _ result: inout Cotangents, _ query: Tensor, _ cotangent: Tensor, _ weights: Tensor, _ body: (Bases) -> Void
    ) {
        result.query.values.withUnsafeMutableBufferPointer { dQuery in
            result.key.values.withUnsafeMutableBufferPointer { dKey in
                result.value.values.withUnsafeMutableBufferPointer { dValue in
                    query.values.withUnsafeBufferPointer { query in
                        cotangent.values.withUnsafeBufferPointer { cotangent in
                            weights.values.withUnsafeBufferPointer { weights in
                                guard let q = query.baseAddress, let d = cotangent.baseAddress,
                                    let a = weights.baseAddress, let dq = dQuery.baseAddress,
                                    let dk = dKey.baseAddress, let dv = dValue.baseAddress
                                else { return }
                                body(Bases(query: q, cotangent: d, weights: a, dQuery: dq, dKey: dk, dValue: dv))
                            }
                        }
                    }
                }
            }
        }
    }
}
