import Checkpoints
import Foundation
import HDF5
import Networks
import TestSupport
import Tensors
import Testing

/// Broken and hostile files with what is to become of each (Tests/Fixtures/hostile/MANIFEST.tsv).
struct HostileFile: Sendable, CustomTestStringConvertible {
    let name: String
    let mayBeAccepted: Bool
    let mustBeAccepted: Bool
    let what: String
    var testDescription: String { "\(name): \(what)" }

    static let all: [HostileFile] = {
        let text = (try? String(contentsOfFile: Fixtures.path("hostile/MANIFEST.tsv"), encoding: .utf8)) ?? ""
        return text.split(whereSeparator: \.isNewline).dropFirst().map { line in
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            return HostileFile(
                name: cells[0], mayBeAccepted: cells[1] != "reject", mustBeAccepted: cells[1] == "accept",
                what: cells[2])
        }
    }()
}

@Suite("Hostile files")
struct HostileFileTests {
    @Test("There are some") func present() { #expect(HostileFile.all.count > 70) }

    @Test("Each is refused with an error, or read rightly", arguments: HostileFile.all)
    func class_(_ file: HostileFile) throws {
        let network: Network
        do {
            network = try Network(Checkpoint(path: Fixtures.path("hostile/\(file.name)")))
        } catch {
            #expect(!file.mustBeAccepted, "\(error)")
            #expect("\(error)".contains(file.name), "the message does not name the file: \(error)")
            return
        }
        #expect(file.mayBeAccepted)
        guard file.mustBeAccepted else { return }
        // The good files are of two models.
        let isArchive = file.name.hasSuffix(".keras") && file.name != "h5_named.keras" || file.name == "zip_named.h5"
        let expected = try HDF5File(
            path: Fixtures.path(
                isArchive ? "zoo/tutorial_repeat_permute.k3.expected.h5" : "zoo/pkg_luong.k2.expected.h5"))
        let y = try network.graph.evaluate([expected.tensor("/x0")]).outputs[0]
        #expect(largestDifference(y, try expected.tensor("/y")) <= (file.name == "float16.h5" ? 2e-4 : 2e-5))
    }
}
