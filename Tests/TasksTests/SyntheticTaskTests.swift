import Foundation
import TestSupport
import Tensors
import Testing

@testable import Tasks

@Suite("Built-in tasks")
struct SyntheticTaskTests {
    static let names = TaskRegistry.types.map { $0.name }

    /// Best constant answers: loss, and mean or share of right answers. Exact, or measured on 2·10⁵ draws of the originals' generators.
    static let baselines: [(name: String, loss: Double, other: Double)] = [
        ("sum-before-delimiter", 8.333_333, 5), ("add-two-numbers", 0.041_667, 0.5), ("find-max", 0.083_333, 0.5),
        ("adding-problem", 0.166_667, 1), ("first-token", 2.079_442, 0.125), ("last-token", 2.079_442, 0.125),
        ("token-after-delimiter", 2.079_442, 0.125), ("key-value-recall", 2.079_442, 0.125),
        ("majority", 0.693_147, 0.5),
    ]

    @Test("Best constant answers are those of the literature", arguments: baselines)
    func knownBaseline(_ known: (name: String, loss: Double, other: Double)) throws {
        let baseline = try TaskRegistry.task(named: known.name).baseline
        #expect(abs(baseline.loss - known.loss) < 1e-6)
        #expect(baseline.mean ?? baseline.accuracy == known.other)
    }

    /// Options that change the answers' distribution, or the way they are drawn.
    static let variants: [(name: String, options: TaskOptions)] =
        names.map { ($0, TaskOptions()) } + [
            ("sum-before-delimiter", TaskOptions(length: 7)), ("sum-before-delimiter", TaskOptions(delimiterIndex: 4)),
            ("add-two-numbers", TaskOptions(length: 12, gap: 5)), ("add-two-numbers", TaskOptions(gap: 1)),
            ("find-max", TaskOptions(length: 3)), ("adding-problem", TaskOptions(length: 5)),
            ("token-after-delimiter", TaskOptions(length: 5, delimiterIndex: 2, tokens: 3)),
            ("token-after-delimiter", TaskOptions(delimiter: 0)),
            ("key-value-recall", TaskOptions(length: 7, tokens: 3)), ("majority", TaskOptions(length: 1)),
        ]

    @Test("A simulation finds the best constant answer's loss", arguments: variants)
    func simulatedBaseline(_ variant: (name: String, options: TaskOptions)) throws {
        let task = try TaskRegistry.task(named: variant.name, options: variant.options)
        let targets = try #require(try task.probeSet(count: 40_000, seed: 11).targets).values.map(Double.init)
        let baseline = task.baseline
        if let mean = baseline.mean {
            let found = targets.reduce(0, +) / 40_000
            let variance = targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 40_000
            // Five standard errors; a variance's own is at most about 1 % here.
            #expect(abs(found - mean) < 5 * (baseline.loss / 40_000).squareRoot())
            #expect(abs(variance / baseline.loss - 1) < 0.05)
        } else {
            let shares = Dictionary(grouping: targets) { $0 }.values.map { Double($0.count) / 40_000 }
            let entropy = -shares.reduce(0) { $0 + $1 * log($1) }
            #expect(abs(entropy - baseline.loss) < 0.002)
            #expect(abs((shares.max() ?? 0) - (baseline.accuracy ?? 0)) < 0.0125)
        }
    }

    @Test("The masks mark what the answer follows from", arguments: variants, [3, 4, 5] as [UInt64])
    func masks(_ variant: (name: String, options: TaskOptions), _ seed: UInt64) throws {
        let task = try TaskRegistry.task(named: variant.name, options: variant.options)
        let probes = try task.probeSet(count: 300, seed: seed)
        #expect(probes.hypotheses.map(\.name) == type(of: task).hypotheses.map(\.name))
        let features = if case .numbers(let count) = task.inputs { count } else { 1 }
        var unsolvable = 0
        for row in 0..<300 {
            let target = try #require(probes.targets).values[row]
            let x = Array(
                probes.inputs[0].values[(row * task.length * features)..<((row + 1) * task.length * features)])
            func marked(_ name: String) throws -> [Int] {
                let mask = try #require(probes.hypotheses.first { $0.name == name }).mask
                return (0..<task.length).filter { mask.values[row * task.length + $0] == 1 }
            }
            #expect(probes.hypotheses.contains { $0.name == "last" })
            #expect(try marked("last") == [task.length - 1])
            switch variant.name {
            case "sum-before-delimiter":
                let delimiter = try marked("delimiter")
                #expect(delimiter.map { x[$0] } == [0] && delimiter == [probes.delimiterIndex?[row]])
                #expect(try marked("before") == Array(0..<delimiter[0]))
                #expect(abs(x[..<delimiter[0]].reduce(0, +) - target) < 1e-5)
            case "add-two-numbers":
                let (addends, delimiters) = try (marked("addends"), marked("delimiters"))
                #expect(addends.count == 2 && addends == delimiters.map { $0 + 1 })
                #expect(delimiters.allSatisfy { x[$0] == 0 })
                #expect(addends[1] - addends[0] >= variant.options.gap ?? 2)
                if abs(addends.map { x[$0] }.reduce(0, +) / 2 - target) > 1e-6 { unsolvable += 1 }
            case "find-max":
                let position = try marked("argmax")
                #expect(position.count == 1 && x[position[0]] == target && x.max() == target)
            case "adding-problem":
                let positions = try marked("marked")
                #expect(positions == (0..<task.length).filter { x[2 * $0 + 1] == 1 })
                #expect(positions.count == 2 && positions[0] < task.length / 2 && positions[1] >= task.length / 2)
                #expect(positions.map { x[2 * $0] }.reduce(0, +) == target)
            case "first-token", "last-token":
                #expect(try marked("first") == [0])
                #expect(target == (variant.name == "first-token" ? x.first : x.last))
            case "token-after-delimiter":
                let cue = try marked("cue")
                let delimiter = Float(variant.options.delimiter ?? Double(variant.options.tokens ?? 8) + 1)
                #expect(cue == x.indices.filter { x[$0] == delimiter } && cue == [probes.delimiterIndex?[row]])
                #expect(try marked("answer") == [cue[0] + 1])
                #expect(x[cue[0] + 1] == target)
            case "key-value-recall":
                let keys = x.indices.dropLast().filter { $0 % 2 == 0 }
                #expect(Set(keys.map { x[$0] }).count == keys.count)
                #expect(try marked("cue") == keys.filter { x[$0] == x.last })
                #expect(try marked("answer") == marked("cue").map { $0 + 1 })
                #expect(try marked("answer").map { x[$0] } == [target])
            case "majority":
                let ones = x.count { $0 == 1 }
                #expect(target == (2 * ones > task.length ? 1 : 0))
                #expect(try marked("winners") == x.indices.filter { x[$0] == target })
            default: Issue.record("no rule for \(variant.name)")
            }
        }
        if variant.name == "add-two-numbers" {
            // 2/(T-1) of the original's instances have a number overwritten.
            #expect(variant.options.gap == 1 ? (15...55).contains(unsolvable) : unsolvable == 0)
        }
    }

    @Test("Inputs and answers are of the kind that the task says", arguments: variants)
    func kinds(_ variant: (name: String, options: TaskOptions)) throws {
        let task = try TaskRegistry.task(named: variant.name, options: variant.options)
        let probes = try task.probeSet(count: 500, seed: 1)
        let targets = try #require(probes.targets)
        switch task.inputs {
        case .numbers(let features):
            #expect(probes.inputs[0].shape == [500, task.length, features])
            #expect(probes.inputs[0].values.allSatisfy { 0...1 ~= $0 })
        case .tokens(let vocabulary):
            #expect(probes.inputs[0].shape == [500, task.length])
            #expect(probes.inputs[0].values.allSatisfy { 0..<Float(vocabulary) ~= $0 && $0 == $0.rounded() })
            #expect(probes.inputs[0].values.max() == Float(vocabulary - 1) || variant.options.delimiter == 0)
        }
        if case .number = task.answer { return }
        let classes = if case .token(let classes) = task.answer { classes } else { 2 }
        #expect(targets.values.allSatisfy { 0..<Float(classes) ~= $0 && $0 == $0.rounded() })
    }

    @Test("The same seed gives the same numbers, another seed others", arguments: names)
    func seeds(_ name: String) throws {
        let task = try TaskRegistry.task(named: name)
        let first = try task.probeSet(count: 50, seed: 3)
        #expect(try task.probeSet(count: 50, seed: 3).inputs == first.inputs)
        #expect(try task.probeSet(count: 50, seed: 4).inputs != first.inputs)
        // More instances begin with the same ones.
        #expect(try task.probeSet(count: 80, seed: 3).prefix(50).inputs == first.inputs)
    }

    @Test("A data set that is written is the same when it is read", arguments: names)
    func written(_ name: String) throws {
        let folder = try TemporaryFolder()
        let probes = try TaskRegistry.task(named: name).probeSet(count: 20, seed: 2)
        try probes.write(to: folder.path("data.h5"))
        let again = try ProbeSet(reading: folder.path("data.h5"))
        #expect(again.inputs == probes.inputs && again.targets == probes.targets)
        #expect(again.delimiterIndex == probes.delimiterIndex)
        for hypothesis in probes.hypotheses {
            #expect(again.hypotheses.first { $0.name == hypothesis.name }?.mask == hypothesis.mask)
        }
    }

    @Test(
        "Options that make no sense are an error",
        arguments: [
            ("add-two-numbers", TaskOptions(length: 3)), ("add-two-numbers", TaskOptions(gap: 0)),
            ("add-two-numbers", TaskOptions(delimiterIndex: 3)), ("find-max", TaskOptions(length: 1)),
            ("find-max", TaskOptions(delimiter: 0)), ("adding-problem", TaskOptions(tokens: 4)),
            ("first-token", TaskOptions(tokens: 1)), ("last-token", TaskOptions(length: -5)),
            ("token-after-delimiter", TaskOptions(delimiter: 3)),
            ("token-after-delimiter", TaskOptions(delimiter: 9.5)),
            ("token-after-delimiter", TaskOptions(length: 5, delimiterIndex: 4)),
            ("key-value-recall", TaskOptions(length: 8)), ("key-value-recall", TaskOptions(length: 9, tokens: 3)),
            ("majority", TaskOptions(length: 20)), ("majority", TaskOptions(length: 1 << 40)),
        ])
    func refused(_ name: String, _ options: TaskOptions) {
        #expect(throws: ProbeSetError.self) { try TaskRegistry.task(named: name, options: options) }
    }
}
