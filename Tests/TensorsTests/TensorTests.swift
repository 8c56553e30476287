import Testing

@testable import Tensors

@Suite("Tensors")
struct TensorTests {
    let a = Tensor(shape: [2, 3], values: [1, 2, 3, 4, 5, 6])
    let b = Tensor(shape: [3, 2], values: [7, 8, 9, 10, 11, 12])

    @Test("Matrix products, plain and transposed")
    func matmul() {
        let product: [Float] = [58, 64, 139, 154]
        #expect(a.matmul(b).values == product)
        #expect(a.matmul(b.transposed([1, 0]), rightTransposed: true).values == product)
        #expect(a.transposed([1, 0]).matmul(b, transposed: true).values == product)
        #expect(a.reshaped([1, 2, 3]).matmul(b).shape == [1, 2, 2])
    }

    @Test("A product over nothing is zero")
    func empty() {
        let product = Tensor(shape: [2, 0], values: []).matmul(Tensor(shape: [0, 3], values: []))
        #expect(product == Tensor(shape: [2, 3], repeating: 0))
    }

    @Test("Batched products are those of each pair")
    func batched() {
        let left = Tensor(shape: [2, 2, 3], values: a.values + a.values.map { -$0 })
        let right = Tensor(shape: [2, 3, 2], values: b.values + b.values)
        let product = a.matmul(b).values
        #expect(left.batchedMatmul(right).values == product + product.map { -$0 })
        #expect(
            left.transposed([0, 2, 1]).batchedMatmul(
                right.transposed([0, 2, 1]), transposed: true, rightTransposed: true
            )
            .values == product + product.map { -$0 })
    }

    @Test("Axes can be reordered")
    func transposition() {
        let x = Tensor(shape: [2, 3, 4], values: (0..<24).map(Float.init))
        let y = x.transposed([2, 0, 1])
        #expect(y.shape == [4, 2, 3])
        for i in 0..<2 {
            for j in 0..<3 {
                for k in 0..<4 { #expect(y.values[(k * 2 + i) * 3 + j] == x.values[(i * 3 + j) * 4 + k]) }
            }
        }
    }

    @Test("Rows, steps and columns are cut out of their places")
    func slices() {
        let x = Tensor(shape: [2, 2, 2], values: [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(x[row: 1].values == [5, 6, 7, 8])
        #expect(x[rows: 0..<1].shape == [1, 2, 2])
        #expect(x.step(1).values == [3, 4, 7, 8])
        #expect(a.columns(1..<3).values == [2, 3, 5, 6])
        #expect(Tensor.joined([a, a]).shape == [4, 3])
        #expect(a.reshaped([-1, 2]).shape == [3, 2])
    }
}
