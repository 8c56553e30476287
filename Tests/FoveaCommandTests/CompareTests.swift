import Foundation
import TestSupport
import Testing

@Suite("fovea compare")
struct CompareTests {
    /// Two analysed runs of two epochs: the bundled run's checkpoints under other epochs.
    private static let analyses: Result<TemporaryFolder, any Error> = Result {
        let folder = try TemporaryFolder()
        for (run, names) in [("a", ["000", "200"]), ("b", ["002", "175"])] {
            let source = "\(folder.path)/checkpoints-\(run)"
            try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
            for (epoch, name) in names.enumerated() {
                try FileManager.default.copyItem(
                    atPath: "\(Fixtures.run)/ckpt-\(name).h5", toPath: "\(source)/ckpt-\(epoch).h5")
            }
            let outcome = try CommandLineTool.run([
                "analyze", source, "--data", "\(Fixtures.run)/probes.h5:/rnd256", "--delimiter", "0", "--expect",
                "before",
                "--limit", "30", "--interventions", "none", "--probe-epochs", "none", "--no-render", "-o",
                "\(folder.path)/\(run)",
            ])
            try #require(outcome.status == 0, "\(outcome.errors)")
        }
        return folder
    }

    @Test("Writes tables and the figure's script, and prints the same numbers")
    func files() throws {
        let folder = try Self.analyses.get()
        let output = folder.path + "/comparison"
        let outcome = try CommandLineTool.run([
            "compare", "\(folder.path)/a", "\(folder.path)/b", "-o", output, "--no-render", "--resamples", "200",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let written = try FileManager.default.contentsOfDirectory(atPath: output).sorted()
        #expect(written == ["compare.csv", "compare.md", "compare.tex", "figures"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: output + "/figures") == ["compare.gp"])
        let lines = try String(contentsOfFile: output + "/compare.csv", encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        #expect(lines.allSatisfy { $0.count == lines[0].count })
        // Per metric: two epochs of two seeds and of their mean, and one difference.
        #expect(lines.count == 1 + 7 * (2 * 3 + 1))
        let rows = lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
        let difference = try #require(rows.first { $0["level"] == "difference" && $0["metric"] == "mass_at" })
        func seed(_ run: String) -> Double? {
            rows.first { $0["run"] == run && $0["epoch"] == "1" && $0["metric"] == "mass_at" }?["mean"].flatMap {
                Double($0)
            }
        }
        let (a, b) = (try #require(seed("a")), try #require(seed("b")))
        let mean = try #require(difference["mean"].flatMap { Double($0) })
        #expect(abs(mean - (a - b)) < 1e-6)
        #expect(difference["group"] == "a - b" && difference["n"] == "30")
        #expect(outcome.output.contains(String(format: "%.4g", mean)))
        let latex = try String(contentsOfFile: output + "/compare.tex", encoding: .utf8)
        #expect(latex.contains("\\toprule") && latex.contains("mass\\_at") && latex.contains("\\bottomrule"))
    }

    @Test("--json is one document with every seed's series")
    func json() throws {
        let folder = try Self.analyses.get()
        let outcome = try CommandLineTool.run([
            "compare", "--group", "x=\(folder.path)/a", "--group", "y=\(folder.path)/b", "--metric",
            "saliency/before/auroc",
            "--json", "--resamples", "200",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let document = try #require(
            JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let metric = try #require((document["metrics"] as? [[String: Any]])?.first)
        #expect(metric["source"] as? String == "saliency" && metric["hypothesis"] as? String == "before")
        let groups = try #require(metric["groups"] as? [[String: Any]])
        #expect(groups.map { $0["group"] as? String } == ["x", "y"])
        #expect((groups[0]["mean"] as? [Double])?.count == 2)
        #expect((metric["differences"] as? [[String: Any]])?.count == 1)
    }
}
