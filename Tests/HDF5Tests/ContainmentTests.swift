import Files
@testable import HDF5
import Testing

/// SplitMix64: the same mutants in every run.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite("Containment") struct ContainmentTests {
    /// Reads all there is; true if the reader crashed.
    private func readAll(_ bytes: [UInt8]) -> Bool {
        func isCrash(_ error: any Error) -> Bool {
            if case HDF5Error.readerCrashed = error { return true }
            return false
        }
        var limits = HDF5Limits()
        limits.seconds = 1  // some of them would loop for ever
        do {
            let file = try HDF5File(bytes: bytes, name: "mutant.h5", limits: limits)
            for object in file.objects where object.kind != .group {
                do { _ = try file.doubles(at: object.path) } catch { if isCrash(error) { return true } }
            }
            for path in ["/"] + file.objects.map(\.path) {
                for name in file.attributeNames(at: path) {
                    do { _ = try file.stringsAttribute(name, at: path) } catch { if isCrash(error) { return true } }
                }
            }
        } catch { return isCrash(error) }
        return false
    }

    @Test("several hundred damaged files crash readers, never this process, and the next file is read well")
    func mutants() throws {
        let original = try FileBytes(reading: fixture("keras.h5")).bytes
        var generator = SeededGenerator(state: 2020)
        var crashes = 0
        for _ in 0..<400 {
            var mutant = original
            for _ in 0..<Int.random(in: 1...24, using: &generator) {
                let place = Int.random(in: 96..<mutant.count, using: &generator)
                mutant[place] = UInt8.random(in: 0...255, using: &generator)
            }
            if readAll(mutant) { crashes += 1 }
        }
        #expect(crashes > 0, "without a crash this test shows nothing: choose another seed")
        #expect(!readAll(original))
    }

    @Test("every prefix of a file is an error or a file, never a crash of this process")
    func prefixes() throws {
        let original = try FileBytes(reading: fixture("keras.h5")).bytes
        for length in stride(from: 0, to: original.count, by: 601) { _ = readAll(Array(original.prefix(length))) }
    }

    @Test("a reader that takes too long is ended")
    func timeOut() throws {
        // So many bytes that handing them over must wait for the reader: it cannot have answered before the clock is looked at.
        let bytes = try FileBytes(reading: fixture("keras.h5")).bytes + [UInt8](repeating: 0, count: 64 << 20)
        var limits = HDF5Limits()
        limits.seconds = 0
        let text = message { _ = try HDF5File(bytes: bytes, name: "long.h5", limits: limits) }
        #expect(text.contains("took more than 0 seconds"))
        #expect(try HDF5File(path: fixture("keras.h5")).objects.count == 11)
    }

    @Test("a crash names the file and the object")
    func crashMessage() throws {
        let crash = HDF5Error.readerCrashed(file: "a.h5", object: "the attribute names of /", signal: 11)
        #expect(
            "\(crash)" == "a.h5: the reader crashed on the attribute names of / (signal 11): the file is damaged; "
                + "copy or write it again")
    }

    @Test("hundreds of readers later a file that was open all the while is still read")
    func nurseryOutlivesItsReaders() throws {
        // Raising 1500 readers takes the nursery more processor time than a reader may spend on a small file.
        let file = try HDF5File(path: fixture("storage.h5"))
        let bytes = try FileBytes(reading: fixture("keras.h5")).bytes
        for _ in 0..<1500 { _ = try ReaderNursery.adopt() }
        #expect(try file.floats(at: "gzip", rows: 0..<1).values.first == 0)
        #expect(!readAll(bytes))
    }

    @Test("a reader that was killed is not held against the file")
    func lostReader() throws {
        let lost = HDF5Error.readerLost(file: "a.h5", object: "/x")
        #expect("\(lost)".contains("ended from outside"))
        var cause: ReaderFailure?
        // The number of a process that never was a reader.
        cause = ReaderNursery.causeOfDeath(1)
        guard case .lost = cause else { Issue.record("\(String(describing: cause))"); return }
    }

    @Test("many files are read at once from many threads")
    func concurrency() async throws {
        let path = fixture("keras.h5")
        try await withThrowingTaskGroup(of: [Float].self) { group in
            for _ in 0..<64 {
                group.addTask {
                    let file = try HDF5File(path: path)
                    return try file.floats(at: "/model_weights/lstm/lstm/kernel:0").values
                }
            }
            var first: [Float]?
            for try await values in group {
                #expect(values == (first ?? values))
                first = values
            }
        }
    }

    @Test("one file is read from many threads")
    func sharedFile() async throws {
        let file = try HDF5File(path: fixture("storage.h5"))
        try await withThrowingTaskGroup(of: Float.self) { group in
            for row in 0..<100 {
                group.addTask { try file.floats(at: "gzip", rows: row..<row + 1).values[0] / 6 - Float(row) }
            }
            for try await difference in group { #expect(difference == 0) }
        }
    }
}
