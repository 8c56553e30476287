import Foundation
import TestSupport
import Testing

@Suite("What analyze shows on a terminal")
struct TerminalTests {
    private func analyze(_ more: String...) throws -> CommandLineTool.Outcome {
        let folder = try TemporaryFolder()
        return try CommandLineTool.run(
            [
                "analyze", Fixtures.run, "--data", "\(Fixtures.run)/probes.h5:/rnd256", "--delimiter", "0", "--limit",
                "16",
                "--resamples", "100", "--no-render", "-o", folder.path + "/a",
            ] + more)
    }

    @Test("Sparklines and a table come before the verdict, without colours where no terminal is")
    func sketch() throws {
        let output = try analyze().output
        let lines = output.split(separator: "\n")
        let sparks = lines.filter { line in line.contains { "▁█".contains($0) } }
        #expect(sparks.count == 7)
        #expect(sparks.allSatisfy { line in line.count { "▁▂▃▄▅▆▇█".contains($0) } == 30 })
        #expect(lines.contains { $0.hasPrefix("epoch") } && !output.contains("\u{1B}"))
        let table = try #require(output.firstRange(of: "epoch  "))
        let verdict = try #require(output.firstRange(of: "At epoch 200"))
        #expect(table.lowerBound < verdict.lowerBound)
    }

    @Test("--quiet prints nothing, --json only its document")
    func quiet() throws {
        #expect(try analyze("--quiet").output.isEmpty)
        let json = try analyze("--json").output
        #expect(try JSONSerialization.jsonObject(with: Data(json.utf8)) is [String: Any])
    }
}
