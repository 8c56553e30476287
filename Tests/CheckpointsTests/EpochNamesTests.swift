import Testing

@testable import Checkpoints

@Suite("Epochs are read from the names that ModelCheckpoint templates make")
struct EpochNamesTests {
    struct Names: Sendable, CustomTestStringConvertible {
        let names: [String]
        let epochs: [Int]
        var testDescription: String { names.joined(separator: ", ") }
    }

    static let readable = [
        Names(names: ["ckpt-000.h5", "ckpt-007.h5", "ckpt-100.h5"], epochs: [0, 7, 100]),
        Names(names: ["ckpt-003-0.52.weights.h5", "ckpt-010-0.50.weights.h5"], epochs: [3, 10]),
        Names(names: ["ckpt-03--0.52.h5", "ckpt-04--1.00.h5"], epochs: [3, 4]),
        Names(names: ["weights.01-0.52.hdf5", "weights.02-0.47.hdf5"], epochs: [1, 2]),
        Names(names: ["w.5-1.2e-05.h5", "w.6-1.1e-05.h5"], epochs: [5, 6]),
        Names(names: ["run3-ckpt-001.h5", "run3-ckpt-002.h5"], epochs: [1, 2]),
        Names(names: ["epoch=05-step=100.keras", "epoch=06-step=120.keras"], epochs: [5, 6]),
        Names(names: ["lstm128_epoch12_b64.h5"], epochs: [12]),
        Names(names: ["model-200.h5"], epochs: [200]), Names(names: ["model-200.k3.keras"], epochs: [200]),
        Names(names: ["weights12.h5"], epochs: [12]),
        Names(names: ["best.h5"], epochs: [1]),
        Names(names: ["a.h5", "c.h5", "b.h5"], epochs: [1, 3, 2]),
        Names(names: ["ckpt-9.h5", "ckpt-10.h5", "ckpt-1000.h5"], epochs: [9, 10, 1000]),
    ]

    @Test("Without a pattern", arguments: readable)
    func reads(_ example: Names) throws {
        #expect(try EpochNames.epochs(of: example.names, pattern: nil) == example.epochs)
    }

    @Test("With a pattern, its first group counts")
    func pattern() throws {
        let names = ["s1-e04.h5", "s2-e05.h5"]
        #expect(try EpochNames.epochs(of: names, pattern: #"e(\d+)"#) == [4, 5])
    }

    @Test("Names that leave a choice are refused")
    func ambiguous() {
        #expect(throws: CheckpointError.ambiguousEpochs(example: "b1-s10.h5", candidates: ["1", "10"])) {
            try EpochNames.epochs(of: ["b1-s10.h5", "b2-s20.h5"], pattern: nil)
        }
    }

    @Test("A pattern that is none, has no group, or does not match is refused")
    func badPatterns() {
        #expect(throws: CheckpointError.self) { try EpochNames.epochs(of: ["a1.h5"], pattern: "(") }
        #expect(throws: CheckpointError.self) { try EpochNames.epochs(of: ["a1.h5"], pattern: #"\d+"#) }
        #expect(throws: CheckpointError.noEpoch(file: "a1.h5", pattern: #"b(\d+)"#)) {
            try EpochNames.epochs(of: ["a1.h5"], pattern: #"b(\d+)"#)
        }
    }
}
