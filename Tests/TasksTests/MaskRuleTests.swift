import Tensors
import Testing

@testable import Tasks

@Suite("Masks by rule")
struct MaskRuleTests {
    /// Two sequences of five positions, the delimiter 0 at 2 and at 4; the second is four long in the padded variant.
    func probes(lengths: [Int]? = nil) throws -> ProbeSet {
        try ProbeSet(
            inputs: [Tensor(shape: [2, 5, 1], values: [3, 9, 0, 1, 2, 4, 5, 6, 0, 7])], lengths: lengths,
            delimiterIndex: [2, 3], origin: "test")
    }

    struct Rule: Sendable, CustomTestStringConvertible {
        let text: String
        let first: [Float]
        let second: [Float]
        var testDescription: String { text }
    }

    static let rules = [
        Rule(text: "before-delimiter", first: [1, 1, 0, 0, 0], second: [1, 1, 1, 0, 0]),
        Rule(text: "at-delimiter", first: [0, 0, 1, 0, 0], second: [0, 0, 0, 1, 0]),
        Rule(text: "after-delimiter", first: [0, 0, 0, 1, 1], second: [0, 0, 0, 0, 1]),
        Rule(text: "first", first: [1, 0, 0, 0, 0], second: [1, 0, 0, 0, 0]),
        Rule(text: "last", first: [0, 0, 0, 0, 1], second: [0, 0, 0, 0, 1]),
        Rule(text: "argmax", first: [0, 1, 0, 0, 0], second: [0, 0, 0, 0, 1]),
        Rule(text: "index:0,3", first: [1, 0, 0, 1, 0], second: [1, 0, 0, 1, 0]),
        Rule(text: "range:1-3", first: [0, 1, 1, 1, 0], second: [0, 1, 1, 1, 0]),
        Rule(text: "uniform", first: [1, 1, 1, 1, 1], second: [1, 1, 1, 1, 1]),
    ]

    @Test("Each rule marks what it says", arguments: rules)
    func marks(_ rule: Rule) throws {
        let hypothesis = try MaskRule(rule.text).hypothesis(for: probes(), origin: .user)
        #expect(hypothesis.name == rule.text)
        #expect(hypothesis.mask.values == rule.first + rule.second)
    }

    @Test("Positions behind the end of an instance are never marked")
    func padding() throws {
        let padded = try probes(lengths: [5, 4])
        #expect(try MaskRule("last").hypothesis(for: padded, origin: .user).mask[row: 1].values == [0, 0, 0, 1, 0])
        #expect(try MaskRule("range:0-4").hypothesis(for: padded, origin: .user).mask[row: 1].values == [1, 1, 1, 1, 0])
        #expect(try MaskRule("after-delimiter").hypothesis(for: padded, origin: .user).mask[row: 1].values == [0, 0, 0, 0, 0])
    }

    @Test("A name can stand before the rule")
    func names() throws {
        #expect(try MaskRule("answer=index:4").name == "answer")
        #expect(try MaskRule("index:4").name == "index:4")
    }

    @Test(
        "What is no rule is refused",
        arguments: ["", "nowhere", "index:", "index:a", "index:-1", "range:3-1", "range:1", "=first", "a=b=first"])
    func unknown(_ text: String) {
        #expect(throws: ProbeSetError.unknownRule(text: text)) { try MaskRule(text) }
    }

    @Test("Positions outside the sequences and masks of nothing are refused")
    func impossible() throws {
        let probes = try probes()
        #expect(throws: ProbeSetError.positionOutOfRange(rule: "index:5", positions: 5)) {
            try MaskRule("index:5").hypothesis(for: probes, origin: .user)
        }
        let atStart = try ProbeSet(
            inputs: [Tensor(shape: [1, 2, 1], values: [0, 1])], delimiterIndex: [0], origin: "test")
        #expect(throws: ProbeSetError.emptyMask(origin: "test", mask: "before-delimiter")) {
            try MaskRule("before-delimiter").hypothesis(for: atStart, origin: .user)
        }
        let without = try ProbeSet(inputs: [Tensor(shape: [1, 2, 1], values: [0, 1])], origin: "test")
        #expect(throws: ProbeSetError.ruleNeedsDelimiter(rule: "at-delimiter")) {
            try MaskRule("at-delimiter").hypothesis(for: without, origin: .user)
        }
    }
}
