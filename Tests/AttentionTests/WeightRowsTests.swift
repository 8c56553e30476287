import Tensors
import Testing

@testable import Attention

@Suite("Attention is replaced row by row")
struct WeightRowsTests {
    @Test("A causal row takes the part that it may see, and keeps its own weights where it may see none")
    func causal() {
        let own = Tensor(shape: [1, 3, 3], values: [1, 0, 0, 0.5, 0.5, 0, 0.2, 0.3, 0.5])
        let rows = WeightRows(AttentionMap(layer: "a", weights: own), lengths: [3], inputPositions: 3)
        let uniform = rows.replaced(own, by: [[1, 1, 1].map { $0 / 3 }])
        #expect(zip(uniform.values, [1, 0, 0, 0.5, 0.5, 0, 1 / 3, 1 / 3, 1 / 3]).allSatisfy { abs($0 - $1) < 1e-6 })
        let last = rows.replaced(own, by: [[0, 0, 1]])
        #expect(last.values == [1, 0, 0, 0.5, 0.5, 0, 0, 0, 1])
    }

    @Test("Padding gets nothing, and is not shuffled")
    func padding() {
        let own = Tensor(shape: [2, 3], values: [0.6, 0.4, 0, 0.2, 0.3, 0.5])
        let rows = WeightRows(AttentionMap(layer: "a", weights: own), lengths: [2, 3], inputPositions: 3)
        let given = rows.replaced(own, by: [[0.25, 0.25, 0.5], [0.25, 0.25, 0.5]])
        #expect(given.values == [0.5, 0.5, 0, 0.25, 0.25, 0.5])
        let reversed = rows.permuted(own) { Array((0..<$1).reversed()) }
        #expect(reversed.values == [0.4, 0.6, 0, 0.5, 0.3, 0.2])
    }

    @Test("Weights per feature are replaced for each feature alike")
    func perFeature() {
        let own = Tensor(shape: [1, 2, 2], values: [0.1, 0.2, 0.9, 0.8])
        let map = AttentionMap(layer: "a", weights: own, isPerFeature: true)
        let rows = WeightRows(map, lengths: [2], inputPositions: 2)
        #expect(rows.replaced(own, by: [[0.75, 0.25]]).values == [0.75, 0.75, 0.25, 0.25])
        #expect(rows.permuted(own) { _, _ in [1, 0] }.values == [0.9, 0.8, 0.1, 0.2])
    }
}
