import Checkpoints
import Foundation
import Networks
import TestSupport
import Testing

@testable import Faithfulness

@Suite("Changes, decisions and evidence follow from what the output is")
struct OutputSpaceTests {
    /// Two steps of three classes.
    private let before: [Float] = [0.5, 0.5, 0, 0.2, 0.3, 0.5]
    private let after: [Float] = [1, 0, 0, 0.2, 0.5, 0.3]

    @Test("Of classes: total variation, divergence in bits, likeliest class, its probability")
    func distribution() {
        let space = OutputSpace(kind: .distribution, width: 3)
        let (a, b) = (before[...], after[...])
        #expect(abs(space.change(a, b) - (0.5 + 0.2) / 2) < 1e-7)
        // JS((1/2, 1/2), (1, 0)) = (log2(2/3) / 2 + 1/2 + log2(4/3)) / 2 bits; the second step's by hand, terms of 0.3 and 0.5.
        let first = (log2(2.0 / 3) / 2 + 0.5 + log2(4.0 / 3)) / 2
        let second = 0.3 * log2(0.3 / 0.4) + 0.5 * log2(0.5 / 0.4)
        #expect(abs(space.divergence(a, b) - (first + second) / 2) < 1e-7)
        // The second step's likeliest class changes from the third to the second.
        #expect(space.decisionDiffers(a, b))
        #expect(!space.decisionDiffers(a[..<3], b[..<3]))
        #expect(abs(space.evidence(b, for: a) - (1 + 0.3) / 2) < 1e-7)
        #expect(space.evidenceGradient(a) == [1, 0, 0, 0, 0, 1])
        #expect(abs(space.explained(b, for: a) - 0.65) < 1e-7)
    }

    @Test("Of single probabilities: their difference, the side of one half, the probability of that side")
    func probability() {
        let space = OutputSpace(kind: .probability, width: 2)
        let (a, b): ([Float], [Float]) = ([0.5, 0.25], [0.25, 0.125])
        #expect(space.change(a[...], b[...]) == 0.1875)
        #expect(space.decisionDiffers(a[...], b[...]))
        #expect(space.evidence(b[...], for: a[...]) == (0.25 + 0.875) / 2)
        #expect(space.evidenceGradient(a[...]) == [1, -1])
        #expect(space.explained(b[...], for: a[...]) == 0.375)
        let one = OutputSpace(kind: .probability, width: 1)
        let expected = (log2(2.0 / 3) / 2 + 0.5 + log2(4.0 / 3)) / 2
        #expect(abs(one.divergence([0.5], [1]) - expected) < 1e-7)
    }

    @Test("Of real numbers: the mean difference, and no decision")
    func regression() {
        let space = OutputSpace(kind: .regression, width: 2)
        #expect(space.change([1, 2], [0, 4]) == 1.5)
        #expect(space.divergence([1, 2], [0, 4]) == 1.5)
        #expect(!space.decisionDiffers([1, 2], [0, 4]))
        #expect(space.evidence([0, 4], for: [1, 2]) == -1.5)
        #expect(space.explained([0, 4], for: [1, 2]) == 4)
    }

    @Test("The gradient of the change is its slope", arguments: OutputKind.allCases)
    func gradient(_ kind: OutputKind) {
        let space = OutputSpace(kind: kind, width: 3)
        var gradient = [Float](repeating: 0, count: 6)
        gradient.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { space.changeGradient(before[...], after[...], into: base) }
        }
        for index in after.indices where before[index] != after[index] {
            var moved = after
            moved[index] += 0.0625
            let slope = (space.change(before[...], moved[...]) - space.change(before[...], after[...])) / 0.0625
            #expect(abs(Double(gradient[index]) - slope) < 1e-6)
        }
    }

    @Test(
        "The kind follows from the last activation",
        arguments: [("linear", OutputKind.regression), ("sigmoid", .probability), ("softmax", .distribution)])
    func kind(_ activation: String, _ kind: OutputKind) throws {
        #expect(try TinyNetwork(.luong).subject(activation: activation).outputKind == kind)
    }
}
