import Tensors
import Testing

@testable import Figures

@Suite("Layout")
struct LayoutTests {
    @Test("Labels never overlap, stay on the page and keep their order", arguments: 0..<40)
    func labels(seed: Int) {
        var state = UInt64(seed + 1)
        let next = { () -> Double in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 40) / Double(1 << 24)
        }
        let count = 1 + seed % 7
        let labels = (0..<count).map { index in
            LabelStack.Label(
                lines: index.isMultiple(of: 2) ? ["a", "b"] : ["a"], size: 7, colour: "#000000",
                wish: 0.4 + 1.6 * next())
        }
        let placed = LabelStack.place(labels, bottom: 0.3, top: 2.1, gap: 0.01)
        #expect(placed.count == count)
        for (label, centre) in placed {
            #expect(centre - label.height / 2 >= 0.3 - 1e-9 && centre + label.height / 2 <= 2.1 + 1e-9)
        }
        for (lower, upper) in zip(placed, placed.dropFirst()) {
            #expect(lower.centre + lower.label.height / 2 <= upper.centre - upper.label.height / 2 + 1e-9)
            #expect(lower.label.wish <= upper.label.wish)
        }
    }

    @Test("A label with room stands at its wish")
    func freeLabel() {
        let label = LabelStack.Label(lines: ["a"], size: 8, colour: "#000000", wish: 1)
        #expect(LabelStack.place([label], bottom: 0, top: 2).first?.centre == 1)
    }

    @Test("A long run has a logarithmic axis, with epoch 0 apart at the left")
    func logarithmicAxis() {
        let axis = EpochAxis([0, 1, 2, 3, 10, 200])
        #expect(axis.isLogarithmic)
        #expect(axis.position(0) < 1 && axis.range.contains(axis.position(0)))
        #expect(axis.ticks(length: 1.8).map(\.label) == ["0", "1", "3", "10", "30", "200"])
    }

    @Test("A short run has a linear axis")
    func linearAxis() {
        let axis = EpochAxis(Array(0...10))
        #expect(!axis.isLogarithmic)
        #expect(axis.ticks(length: 1.8).map(\.label).last == "10")
    }

    @Test("A run of one checkpoint has an axis too")
    func singleEpoch() {
        let axis = EpochAxis([7])
        #expect(axis.range == 6.5...7.5)
        #expect(axis.ticks(length: 2).map(\.label) == ["7"])
    }

    @Test("The chosen epochs hold the first, the last and the change")
    func epochChoice() {
        let epochs = Array(0..<50)
        let profile = Tensor(shape: [50, 2], values: epochs.flatMap { $0 < 20 ? [1, 0] : [0, 1] as [Float] })
        let chosen = EpochChoice.indices(epochs: epochs, profile: profile, count: 6)
        #expect(chosen.count == 6 && chosen.first == 0 && chosen.last == 49)
        #expect(chosen == chosen.sorted() && Set(chosen).count == 6)
        #expect(chosen.contains { (20...24).contains($0) })
    }

    @Test("A few epochs are all chosen")
    func fewEpochs() { #expect(EpochChoice.indices(epochs: [0, 5], profile: nil, count: 6) == [0, 1]) }

    @Test("The scatter's points are spread over all weights, the same each time")
    func spread() {
        let indices = AttentionVsSaliency.spread(1000, over: 5120)
        #expect(Set(indices).count == 1000 && indices == AttentionVsSaliency.spread(1000, over: 5120))
        #expect(Set(indices.map { $0 % 20 }).count == 20)
    }

    @Test("Text is shortened to a width with an ellipsis")
    func fitting() {
        let text = TextMetrics.fitted(String(repeating: "wide ", count: 40), into: 1, size: 8)
        #expect(text.hasSuffix("…") && TextMetrics.width(text, size: 8) <= 1)
    }

    @Test("The outline of a mask runs between its cells and the others")
    func outline() {
        let edges = MaskShapes.edges(Tensor(shape: [2, 3], values: [1, 0, 0, 1, 1, 0]))
        #expect(Set(edges) == [[0.5, -0.5, 0.5, 0.5], [1.5, 0.5, 1.5, 1.5], [0.5, 0.5, 1.5, 0.5]])
    }

    @Test(
        "Decimals are written without locale or trailing zeros",
        arguments: [(0.5, "0.5"), (-0.05, "-0.05"), (3, "3"), (0.99996, "1")])
    func decimals(value: Double, text: String) { #expect(decimal(value, places: 4) == text) }
}
