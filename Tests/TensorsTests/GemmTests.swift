import CKernels
import Testing

@testable import Tensors

@Suite("Matrix products")
struct GemmTests {
    /// Small whole numbers, so that sums are exact in any order.
    private func numbers(_ count: Int, _ step: Int) -> [Float] { (0..<count).map { Float(($0 * step) % 13 - 6) } }

    /// (rows, columns, inner): below and above what is left to the BLAS, and beyond a block in each direction.
    static let sizes = [
        (1, 1, 1), (7, 400, 20), (8, 400, 20), (17, 33, 65), (200, 9, 40), (40, 390, 16), (13, 17, 300), (16, 7, 200),
        (400, 31, 24), (25, 400, 513), (8, 64, 40), (9, 64, 40), (10, 64, 40), (11, 64, 40), (12, 64, 40),
        (33, 96, 64), (70, 410, 300), (16, 101, 140),
    ]

    @Test("They are the sums of products, with either side transposed, and add where asked", arguments: sizes)
    func equalsPlainProduct(m: Int, n: Int, k: Int) {
        let (a, b) = (numbers(m * k, 7), numbers(k * n, 5))
        let expected = (0..<(m * n)).map { place in
            (0..<k).reduce(Float(0)) { $0 + a[place / n * k + $1] * b[$1 * n + place % n] }
        }
        let turnedA = (0..<(m * k)).map { a[$0 % m * k + $0 / m] }
        let turnedB = (0..<(k * n)).map { b[$0 % k * n + $0 / k] }
        for (isTurnedA, isTurnedB) in [(false, false), (true, false), (false, true), (true, true)] {
            let (left, right) = (isTurnedA ? turnedA : a, isTurnedB ? turnedB : b)
            let (lda, ldb) = (isTurnedA ? m : k, isTurnedB ? k : n)
            // Wider rows than the product's: what lies between is left alone.
            var c = [Float](repeating: 99, count: m * (n + 3))
            gemm(isTurnedA, isTurnedB, m, n, k, 1, left, lda, right, ldb, 0, &c, n + 3)
            #expect(within(c, m, n) == expected)
            gemm(isTurnedA, isTurnedB, m, n, k, 1, left, lda, right, ldb, 1, &c, n + 3)
            #expect(within(c, m, n) == expected.map { $0 * 2 })
            gemm(isTurnedA, isTurnedB, m, n, k, 0.5, left, lda, right, ldb, 0, &c, n + 3)
            #expect(within(c, m, n) == expected.map { $0 / 2 })
            #expect((0..<m).allSatisfy { row in c[(row * (n + 3) + n)...].prefix(3).allSatisfy { $0 == 99 } })
        }
    }

    private func within(_ c: [Float], _ m: Int, _ n: Int) -> [Float] {
        (0..<m).flatMap { c[($0 * (n + 3))...].prefix(n) }
    }

    /// Products of these sizes are the vectors' and, where there is one, the matrix unit's; each with a narrower one of its own kind.
    @Test(
        "An element is the same in every digit whatever rows and columns are beside it",
        .enabled(if: fovea_multiplies_itself(), "this machine's products are the BLAS'"),
        arguments: [(k: 55, narrow: 19), (k: 400, narrow: 37), (k: 397, narrow: 37), (k: 415, narrow: 48)])
    func elementsAreIndependent(k: Int, narrow: Int) {
        let (m, n) = (60, 50)
        let a = Tensor(shape: [m, k], values: (0..<(m * k)).map { Float(($0 * 53) % 97) / 11 })
        let b = (0..<(k * n)).map { Float(($0 * 37) % 101) / 7 }
        let together = a.matmul(Tensor(shape: [k, n], values: b)).values
        for rows in [8, 13, 37] {
            let part = Tensor(shape: [rows, k], values: Array(a.values[..<(rows * k)]))
            #expect(part.matmul(Tensor(shape: [k, n], values: b)).values == Array(together[..<(rows * n)]))
        }
        let right = Tensor(
            shape: [k, narrow], values: (0..<(k * narrow)).map { b[$0 / narrow * n + $0 % narrow] })
        #expect(a.matmul(right).values == (0..<(m * narrow)).map { together[$0 / narrow * n + $0 % narrow] })
    }
}
