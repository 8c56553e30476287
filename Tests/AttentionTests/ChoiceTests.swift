import Testing

@testable import Attention
@testable import Tensors

@Suite("Heads and queries are chosen as the user says")
struct ChoiceTests {
    /// 2 instances, 2 heads, 3 queries, 4 keys; weight 1000 n + 100 h + 10 q + k.
    private let heads = AttentionMap(
        layer: "mha",
        weights: Tensor(
            shape: [2, 2, 3, 4],
            values: (0..<48).map { (place: Int) -> Float in
                let (n, h, q, k) = (place / 24, place / 12 % 2, place / 4 % 3, place % 4)
                return Float(1000 * n + 100 * h + 10 * q + k)
            }))

    @Test("The default is the last query with heads averaged")
    func defaults() throws {
        let expected: [Float] = [70, 71, 72, 73, 1070, 1071, 1072, 1073]
        #expect(heads.overPositions == Tensor(shape: [2, 4], values: expected))
        #expect(try heads.overPositions(.last) == heads.overPositions)
    }

    @Test("One query, the mean over queries, and every query")
    func queries() throws {
        #expect(try heads.overPositions(.index(1))[row: 1].values == [1060, 1061, 1062, 1063])
        #expect(try heads.overPositions(.mean)[row: 0].values == [60, 61, 62, 63])
        let all = try heads.overPositions(.all)
        #expect(all.shape == [6, 4])
        #expect(all[row: 4].values == [1060, 1061, 1062, 1063])
    }

    @Test("The largest, the smallest, one head, and each head by itself")
    func reductions() throws {
        #expect(try heads.overPositions(.index(0), heads: .max)[row: 0].values == [100, 101, 102, 103])
        #expect(try heads.overPositions(.index(0), heads: .min)[row: 0].values == [0, 1, 2, 3])
        #expect(try heads.overPositions(.index(2), heads: .head(1))[row: 1].values == [1120, 1121, 1122, 1123])
        let each = heads.perHead
        #expect(each.map(\.layout) == [.manyToMany, .manyToMany])
        #expect(each[1].overPositions == (try heads.overPositions(.last, heads: .head(1))))
    }

    @Test("Attention with one row has it whatever the query; features are reduced like heads")
    func singleRow() throws {
        let flat = AttentionMap(layer: "a", weights: Tensor(shape: [1, 3], values: [0.5, 0.25, 0.25]))
        #expect(try flat.overPositions(.index(7)) == flat.weights)
        let features = AttentionMap(
            layer: "f", weights: Tensor(shape: [1, 2, 2], values: [0.25, 0.75, 1, 0]), isPerFeature: true)
        #expect(features.overPositions.values == [0.5, 0.5])
        #expect(try features.overPositions(.last, heads: .max).values == [0.75, 1])
        #expect(try features.overPositions(.last, heads: .head(0)).values == [0.25, 1])
    }

    @Test("A query or head that is not there is refused")
    func outOfRange() {
        #expect(throws: AttentionError.noSuchQuery(layer: "mha", index: 3, queries: 3)) {
            try heads.overPositions(.index(3))
        }
        #expect(throws: AttentionError.noSuchHead(layer: "mha", index: 2, heads: 2)) {
            try heads.overPositions(.last, heads: .head(2))
        }
    }

    @Test("Choices are read as they are written", arguments: ["last", "mean", "all", "index:0", "index:17"])
    func queryText(_ text: String) { #expect(QueryChoice(text)?.description == text) }

    @Test("Reductions are read as they are written", arguments: ["mean", "max", "min", "head:0", "head:11"])
    func headText(_ text: String) { #expect(HeadReduction(text)?.description == text) }

    @Test("Anything else is no choice", arguments: ["", "first", "index", "index:", "index:-1", "Last", "head:1."])
    func refusedText(_ text: String) {
        #expect(QueryChoice(text) == nil)
        #expect(HeadReduction(text) == nil)
    }
}
