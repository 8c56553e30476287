import Testing

@testable import Tensors

@Suite("Sums of outer products")
struct OuterSumsTests {
    /// Small whole numbers, so that sums are exact in any order.
    private func numbers(_ count: Int, _ step: Int) -> [Float] { (0..<count).map { Float(($0 * step) % 13 - 6) } }

    /// (blocks of rows, columns, width), with and without a rest, and more than is taken at a time.
    static let sizes = [
        ([1], 64, 24), ([64, 64], 512, 32), ([64, 37], 100, 33), ([17, 16, 15], 65, 40), ([200], 80, 130), ([5], 3, 2),
    ]

    @Test("They are A^T B of all rows, on either way", arguments: sizes, [true, false])
    func equalsPlainSums(of sample: ([Int], Int, Int), isInParts: Bool) {
        let (blocks, columns, width) = sample
        let rows = blocks.reduce(0, +)
        // Wider rows than the sums': what lies between is left alone.
        let (lda, ldb, ldc) = (columns + 5, width + 2, width + 3)
        let (a, b) = (numbers(rows * lda, 7), numbers(rows * ldb, 5))
        let expected = (0..<(columns * width)).map { place in
            (0..<rows).reduce(Float(0)) { $0 + a[$1 * lda + place / width] * b[$1 * ldb + place % width] }
        }
        let sums = OuterSums(columns: columns, width: width, isInParts: isInParts)
        for _ in 0..<2 {
            sums.clear()
            var first = 0
            for block in blocks {
                let isRight = a.withUnsafeBufferPointer { a in
                    b.withUnsafeBufferPointer { b in
                        sums.add(block, a.baseAddress! + first * lda, lda, b.baseAddress! + first * ldb, ldb)
                    }
                }
                #expect(isRight)
                first += block
            }
            var c = [Float](repeating: 99, count: columns * ldc)
            sums.write(to: &c, ldc)
            #expect((0..<columns).flatMap { c[($0 * ldc)...].prefix(width) } == expected)
            #expect((0..<columns).allSatisfy { row in c[(row * ldc + width)...].prefix(3).allSatisfy { $0 == 99 } })
        }
    }

    @Test("What has no parts is told, and summed on the plain way", arguments: [Float.infinity, .nan, 3.4e38])
    func tellsWhatHasNoParts(value: Float) {
        let (rows, columns, width) = (40, 80, 32)
        for place in [0, 17 * columns + 79, 39 * columns + 40] {
            var a = [Float](repeating: 1, count: rows * columns)
            a[place] = value
            let b = [Float](repeating: 0.5, count: rows * width)
            let sums = OuterSums(columns: columns, width: width)
            #expect(sums.add(rows, a, columns, b, width) != sums.isInParts)
            let plain = OuterSums(columns: columns, width: width, isInParts: false)
            #expect(plain.add(rows, a, columns, b, width))
            var c = [Float](repeating: 0, count: columns * width)
            plain.write(to: &c, width)
            for (index, sum) in c.enumerated() {
                let expected = index / width == place % columns ? (value + 39) / 2 : 20
                #expect(sum == expected || (sum.isNaN && expected.isNaN))
            }
        }
    }
}
