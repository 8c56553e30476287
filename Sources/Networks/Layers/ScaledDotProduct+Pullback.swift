import CKernels
import Tensors

extension ScaledDotProduct {
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
        let room = PullbackRoom(self)
        return cotangents(cotangent, weights) { bases in
            eachHead { sample, head in
                if pullHead(sample, head, bases, isConstant, room) { return }
                // Infinities or NaN.
                _ = pullHead(sample, head, bases, isConstant, PullbackRoom(self, isInParts: false))
            }
        }
    }

    /// What a head needs on its way back: some rows of the scores, of the query and of the joined heads' cotangent, and sums for the
    /// cotangents of key and value.
    private struct PullbackRoom {
        let scores: FloatBuffer
        let queries: FloatBuffer
        let joined: FloatBuffer
        let dKeys: OuterSums
        let dValues: OuterSums

        init(_ product: ScaledDotProduct, isInParts: Bool = true) {
            let (rows, columns) = (ScaledDotProduct.block, product.columns)
            scores = FloatBuffer(rows * columns)
            queries = FloatBuffer(rows * product.keyWidth)
            joined = FloatBuffer(rows * product.valueWidth)
            dKeys = OuterSums(columns: columns, width: product.keyWidth, isInParts: isInParts)
            dValues = OuterSums(columns: columns, width: product.valueWidth, isInParts: isInParts)
        }
    }

    /// The way back of one head. Returns false if the sums are in parts and something has none.
    private func pullHead(
        _ sample: Int, _ head: Int, _ bases: Bases, _ isConstant: Set<Int>, _ room: PullbackRoom
    ) -> Bool {
        let (scores, queries, joined) = (room.scores.base, room.queries.base, room.joined.base)
        let values = packed(value, sample, head, width: valueWidth, transposed: true)
        let keys = packed(key, sample, head, width: keyWidth, transposed: false)
        let firstRow = (sample * heads + head) * rows
        room.dKeys.clear()
        room.dValues.clear()
        for start in stride(from: 0, to: rows, by: Self.block) {
            let count = min(Self.block, rows - start)
            let probabilities = bases.weights + (firstRow + start) * columns
            let queryPlace = place(sample, start, head, keyWidth, rows)
            copyRows(
                count, valueWidth, bases.cotangent + place(sample, start, head, valueWidth, rows), heads * valueWidth,
                to: joined, valueWidth)
            copyRows(count, keyWidth, bases.query + queryPlace, heads * keyWidth, to: queries, keyWidth)
            values.multiply(count, joined, valueWidth, into: scores, columns)
            // Reads the weights in order, as fast as memory yields them; the sum below would jump from row to row.
            fovea_softmax_rows_backward(count, columns, probabilities, scores)
            // dv += a^T d
            guard room.dValues.add(count, probabilities, columns, joined, valueWidth) else { return false }
            for row in 0..<count where isConstant.contains(firstRow + start + row) {
                (scores + row * columns).update(repeating: 0, count: columns)
            }
            keys.multiply(count, scores, columns, into: bases.dQuery + queryPlace, heads * keyWidth)
            // dk += ds^T q
            guard room.dKeys.add(count, scores, columns, queries, keyWidth) else { return false }
        }
        room.dKeys.write(to: bases.dKey + place(sample, 0, head, keyWidth, columns), heads * keyWidth)
        room.dValues.write(to: bases.dValue + place(sample, 0, head, valueWidth, columns), heads * valueWidth)
        return true
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

    private struct Bases {
        let query: UnsafePointer<Float>
        let cotangent: UnsafePointer<Float>
        let weights: UnsafePointer<Float>
        let dQuery: UnsafeMutablePointer<Float>
        let dKey: UnsafeMutablePointer<Float>
        let dValue: UnsafeMutablePointer<Float>
    }

    /// The cotangents that `body` writes, given the elements of all; zeros if one is empty.
    private func cotangents(_ cotangent: Tensor, _ weights: Tensor, _ body: (Bases) -> Void) -> Cotangents {
        var (dKey, dValue) = (Tensor(shape: [0], values: []), Tensor(shape: [0], values: []))
        let dQuery = Tensor(shape: query.shape) { dQuery in
            dKey = Tensor(shape: key.shape) { dKey in
                dValue = Tensor(shape: value.shape) { dValue in
                    query.values.withUnsafeBufferPointer { query in
                        cotangent.values.withUnsafeBufferPointer { cotangent in
                            weights.values.withUnsafeBufferPointer { weights in
                                guard !weights.isEmpty, let q = query.baseAddress, let d = cotangent.baseAddress,
                                    let a = weights.baseAddress, let dq = dQuery.baseAddress,
                                    let dk = dKey.baseAddress, let dv = dValue.baseAddress
                                else { return [dQuery, dKey, dValue].forEach { $0.update(repeating: 0) } }
                                body(Bases(query: q, cotangent: d, weights: a, dQuery: dq, dKey: dk, dValue: dv))
                            }
                        }
                    }
                }
            }
        }
        return Cotangents(query: dQuery, key: dKey, value: dValue)
    }
}
