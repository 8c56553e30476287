import CKernels
import Foundation
import Testing

@testable import Tensors

@Suite("Products with a packed matrix")
struct PackedMatrixTests {
    /// Small whole numbers, so that sums are exact in any order.
    private func numbers(_ count: Int, _ step: Int) -> [Float] { (0..<count).map { Float(($0 * step) % 13 - 6) } }

    private func product(_ a: [Float], _ b: [Float], _ m: Int, _ n: Int, _ k: Int, depth: Int) -> [Float] {
        (0..<(m * n)).map { place in
            (0..<depth).reduce(Float(0)) { $0 + a[place / n * k + $1] * b[$1 * n + place % n] }
        }
    }

    @Test(
        "They are the sums of products, for any number of rows and columns",
        arguments: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 25, 32],
        [1, 7, 8, 9, 15, 16, 17, 24, 32, 40, 67])
    func equalsPlainProduct(m: Int, n: Int) {
        let k = 5
        let (a, b) = (numbers(m * k, 7), numbers(k * n, 5))
        let expected = product(a, b, m, n, k, depth: k)
        let packed = PackedMatrix(b, rows: k, columns: n)
        let tensor = Tensor(shape: [m, k], values: a)
        #expect(tensor.matmul(packed).values == expected)
        let added = tensor.matmul(packed, onto: Tensor(shape: [m, n], repeating: 2))
        #expect(added.values == expected.map { $0 + 2 })
        let transposed = (0..<(n * k)).map { b[$0 % k * n + $0 / k] }
        #expect(tensor.matmul(PackedMatrix(transposed, rows: k, columns: n, transposed: true)).values == expected)
    }

    @Test("Some rows and columns of the matrix, among wider rows, leave what lies between alone")
    func parts() {
        let (m, n, k, depth, stride) = (9, 37, 6, 2, 40)
        let (a, b) = (numbers(m * k, 7), numbers(k * n, 5))
        let expected = product(a, b, m, n, k, depth: depth)
        var c = [Float](repeating: 99, count: m * stride)
        PackedMatrix(b, rows: k, columns: n).multiply(m, depth: depth, from: 20, a, k, into: &c, stride)
        for row in 0..<m {
            for column in 0..<stride {
                let value = c[row * stride + column]
                if (20..<n).contains(column) { #expect(value == expected[row * n + column]) }
                if column < 16 || column >= n { #expect(value == 99) }
            }
        }
    }

    @Test(
        "Rows that push each other out of the cache make the same sums",
        arguments: [1023, 1024, 2053], [(1, 9), (12, 1008), (97, 9), (200, 40)])
    func rowsFarApart(stride: Int, size: (rows: Int, depth: Int)) {
        let (m, n, k) = (size.rows, 70, size.depth)
        let (a, b) = (numbers(m * stride, 7), numbers(k * n, 5))
        let expected = (0..<(m * n)).map { place in
            (0..<k).reduce(Float(2)) { $0 + a[place / n * stride + $1] * b[$1 * n + place % n] }
        }
        var c = [Float](repeating: 2, count: m * n)
        PackedMatrix(b, rows: k, columns: n).multiply(m, a, stride, into: &c, n, adds: true)
        #expect(c == expected)
    }

    @Test("A row's product is the same in every digit whatever rows are beside it")
    func rowsAreIndependent() {
        let (n, k) = (51, 300)
        let b = (0..<(k * n)).map { Float(($0 * 37) % 101) / 7 }
        let a = (0..<(14 * k)).map { Float(($0 * 53) % 97) / 11 }
        let packed = PackedMatrix(b, rows: k, columns: n)
        let together = Tensor(shape: [14, k], values: a).matmul(packed).values
        for m in 1..<14 {
            #expect(
                Tensor(shape: [m, k], values: Array(a[..<(m * k)])).matmul(packed).values == Array(together[..<(m * n)])
            )
        }
    }

    /// Numbers of many magnitudes, none of which is exact in fewer digits.
    private func uneven(_ count: Int, _ seed: UInt64) -> [Float] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            Float.random(in: -1...1, using: &generator)
                * Float(pow(2, Double(Int.random(in: -9...9, using: &generator))))
        }
    }

    @Test(
        "Large products are as exact as sums of floats can be, whichever part of the processor makes them",
        arguments: [1, 15, 17, 40], [(80, 64), (101, 400), (400, 102), (90, 129), (80, 77), (33, 273), (257, 47)])
    func largeProducts(m: Int, size: (n: Int, k: Int)) {
        let (n, k) = size
        let (a, b) = (uneven(m * k, 1), uneven(k * n, 2))
        let packed = PackedMatrix(b, rows: k, columns: n)
        let result = Tensor(shape: [m, k], values: a).matmul(packed).values
        let added = Tensor(shape: [m, k], values: a).matmul(packed, onto: Tensor(shape: [m, n], repeating: 3)).values
        for row in 0..<m {
            for column in 0..<n {
                var (sum, magnitude) = (0.0, 0.0)
                for step in 0..<k {
                    let product = Double(a[row * k + step]) * Double(b[step * n + column])
                    sum += product
                    magnitude += abs(product)
                }
                let bound = magnitude * 2e-6
                #expect(abs(Double(result[row * n + column]) - sum) <= bound)
                #expect(abs(Double(added[row * n + column]) - sum - 3) <= bound + 1e-6)
            }
        }
    }

    @Test(
        "The leading rows of a large matrix make the product of a smaller one",
        arguments: [(113, 113), (113, 100), (113, 96), (113, 64), (128, 101), (112, 1)])
    func leadingRows(k: Int, depth: Int) {
        let (m, n) = (18, 85)
        let (a, b) = (numbers(m * k, 7), numbers(k * n, 5))
        var c = [Float](repeating: 0, count: m * n)
        PackedMatrix(b, rows: k, columns: n).multiply(m, depth: depth, a, k, into: &c, n)
        #expect(c == product(a, b, m, n, k, depth: depth))
    }

    @Test(
        "A row of a large product is the same in every digit whatever rows are beside it", arguments: [102, 117, 300])
    func rowsOfLargeProductsAreIndependent(k: Int) {
        let (m, n) = (35, 101)
        let a = uneven(m * k, 3)
        let packed = PackedMatrix(uneven(k * n, 4), rows: k, columns: n)
        let together = Tensor(shape: [m, k], values: a).matmul(packed).values
        for row in 0..<m {
            let alone = Tensor(shape: [1, k], values: Array(a[(row * k)..<((row + 1) * k)])).matmul(packed).values
            #expect(alone == Array(together[(row * n)..<((row + 1) * n)]))
        }
    }

    @Test(
        "Infinities, NaN and the largest floats go through large products as they do through sums of products",
        arguments: [Float.infinity, -.infinity, .nan, .greatestFiniteMagnitude], [false, true])
    func extremes(value: Float, isInMatrix: Bool) {
        let (m, n, k) = (19, 90, 140)
        // Whole numbers: no digit is lost beside them, and the largest float makes its sums finite or not whatever else is there.
        var (a, b) = (numbers(m * k, 7), numbers(k * n, 5))
        for index in b.indices where b[index] == 0 { b[index] = 1 }
        for index in a.indices where a[index] == 0 { a[index] = -1 }
        if isInMatrix { b[135 * n + 81] = value } else { a[17 * k + 133] = value }
        let expected = product(a, b, m, n, k, depth: k)
        let result = Tensor(shape: [m, k], values: a).matmul(PackedMatrix(b, rows: k, columns: n)).values
        for (found, wanted) in zip(result, expected) { #expect(found == wanted || (found.isNaN && wanted.isNaN)) }
    }

    @Test(
        "Layers' weights give every row the same digits whatever rows are beside it, in both directions",
        .enabled(if: fovea_multiplies_itself(), "this machine's products are the BLAS'"),
        arguments: [(20, 1), (1, 20), (7, 5), (102, 100), (100, 102)])
    func rowsOfWeightsAreIndependent(k: Int, n: Int) {
        let m = 21
        let weights = PackedWeights(Tensor(shape: [k, n], values: uneven(k * n, 5)))
        for (isTransposed, width) in [(false, k), (true, n)] {
            let a = uneven(m * width, 6)
            let together = Tensor(shape: [m, width], values: a).matmul(weights, transposed: isTransposed)
            let plain = Tensor(shape: [m, width], values: a).matmul(weights.values, rightTransposed: isTransposed)
            #expect(together.shape == plain.shape)
            let largest = plain.values.map(abs).max() ?? 0
            #expect(zip(together.values, plain.values).allSatisfy { abs($0 - $1) <= 1e-5 * largest })
            for row in 0..<m {
                let alone = Tensor(shape: [1, width], values: Array(a[(row * width)..<((row + 1) * width)]))
                    .matmul(weights, transposed: isTransposed)
                let columns = alone.values.count
                #expect(alone.values == Array(together.values[(row * columns)..<((row + 1) * columns)]))
            }
        }
    }

    /// More rows than go through the cache at a time, and weights that are kept packed and that are not.
    @Test(
        "Rows that are finished or made block by block are those that are finished or made at once",
        arguments: [(500, 20, 256), (3, 5, 4), (70_000, 2, 1), (61, 1100, 1000), (0, 3, 2)])
    func blocks(m: Int, k: Int, n: Int) {
        let weights = PackedWeights(Tensor(shape: [k, n], values: numbers(k * n, 5)))
        let a = Tensor(shape: [m, k], values: numbers(m * k, 7))
        var rowsSeen = 0
        let finished = a.matmul(weights) { rows, product in
            rowsSeen += rows
            for index in 0..<(rows * n) { product[index] = 2 * product[index] + Float(index % n) }
        }
        #expect(rowsSeen == m && finished.shape == [m, n])
        let product = a.matmul(weights).values
        #expect(finished.values == product.indices.map { 2 * product[$0] + Float($0 % n) })

        let d = Tensor(shape: [m, n], values: numbers(m * n, 3))
        let made = weights.transposedProduct(shape: [m, n]) { first, rows, target in
            for index in 0..<(rows * n) { target[index] = d.values[first * n + index] }
        }
        #expect(made == d.matmul(weights, transposed: true))
    }

    @Test("Products over no features are zeros, or what they are added to")
    func noFeatures() {
        let x = Tensor(shape: [3, 0], values: [])
        let none = Tensor(shape: [0, 2], values: [])
        #expect(x.matmul(PackedWeights(none)).values == [0, 0, 0, 0, 0, 0])
        let packed = PackedMatrix([], rows: 0, columns: 2)
        #expect(x.matmul(packed).values == [0, 0, 0, 0, 0, 0])
        #expect(x.matmul(packed, onto: Tensor(shape: [3, 2], repeating: 4)).values == [4, 4, 4, 4, 4, 4])
        #expect(Tensor(shape: [3, 2], repeating: 1).matmul(PackedWeights(none), transposed: true).shape == [3, 0])
    }
}
