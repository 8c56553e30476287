import Tensors
import Testing

@testable import Networks

@Suite("The core of multi-head attention")
struct ScaledDotProductTests {
    /// Wide and long enough for the processor's matrix unit, where there is one, with a rest of rows.
    private let time = 70
    private let width = 32
    private let heads = 2

    private func numbers(_ step: Int) -> Tensor {
        let count = time * heads * width
        return Tensor(shape: [1, time, heads * width], values: (0..<count).map { Float(($0 * step) % 101 - 50) / 100 })
    }

    /// The columns of a head.
    private func part(_ x: Tensor, _ head: Int) -> [Float] {
        (0..<time).flatMap { step in x.values[(step * heads * width + head * width)...].prefix(width) }
    }

    @Test("An infinite cotangent of one head stays infinite there, and leaves the other head alone")
    func infiniteCotangent() {
        let core = ScaledDotProduct(query: numbers(37), key: numbers(53), value: numbers(29), heads: heads)
        let weights = core(mask: nil).weights
        let cotangent = numbers(71)
        var infinite = cotangent
        let column = 5
        infinite.values[66 * heads * width + width + column] = .infinity
        let expected = core.pullback(cotangent, weights: weights, isConstant: [])
        let found = core.pullback(infinite, weights: weights, isConstant: [])
        for (one, other) in [(expected.query, found.query), (expected.key, found.key), (expected.value, found.value)] {
            #expect(part(one, 0) == part(other, 0))
        }
        // Positive weights of an infinite cotangent; the other columns are what they were, but for the order of their sums.
        for (place, (one, other)) in zip(part(expected.value, 1), part(found.value, 1)).enumerated() {
            #expect(place % width == column ? other == .infinity : abs(one - other) < 1e-5)
        }
    }
}
