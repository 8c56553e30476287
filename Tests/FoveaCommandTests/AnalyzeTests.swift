import Foundation
import HDF5
import TestSupport
import Testing

@Suite("fovea analyze on the bundled run")
struct AnalyzeTests {
    /// One analysis shared by the tests.
    private static let analysis: Result<TemporaryFolder, any Error> = Result {
        let folder = try TemporaryFolder()
        let outcome = try CommandLineTool.run([
            "analyze", Fixtures.run, "--data", "\(Fixtures.run)/probes.h5:/rnd256", "--delimiter", "0", "-o",
            folder.path,
            "--no-render",
        ])
        try #require(outcome.status == 0, "\(outcome.errors)")
        return folder
    }

    private func rows() throws -> [[String: String]] {
        let text = try String(contentsOfFile: try Self.analysis.get().path + "/metrics.csv", encoding: .utf8)
        let lines = text.split(whereSeparator: \.isNewline)
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
    }

    @Test("Writes every promised file")
    func files() throws {
        let folder = try Self.analysis.get()
        #expect(
            folder.contents == [
                "analysis.h5", "figures", "metrics.csv", "references.bib", "report.html", "report.md", "summary.json",
                "table.tex",
            ])
    }

    @Test("The masses before, at and after the delimiter are those computed with numpy, within 0.0005")
    func masses() throws {
        let reference = try String(contentsOfFile: Fixtures.path("run-luong/mass.csv"), encoding: .utf8)
            .split(whereSeparator: \.isNewline)
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        let sources = ["attention": "attention", "grad": "saliency", "gradxinput": "gradient_x_input"]
        let rows = try rows()
        var compared = 0
        for line in reference.dropFirst() where line[2] == "rnd256" {
            guard let source = sources[line[3]] else { continue }
            for (metric, column) in [("mass_before", 4), ("mass_at", 5), ("mass_after", 6)] {
                let row = rows.first { $0["epoch"] == line[0] && $0["source"] == source && $0["metric"] == metric }
                let found = try #require(row?["mean"].flatMap(Double.init))
                #expect(abs(found - (try #require(Double(line[column])))) < 0.0005)
                compared += 1
            }
        }
        #expect(compared == 30 * 9)
    }

    @Test("Every mean lies within its interval, and undefined values are counted with a reason")
    func tidy() throws {
        for row in try rows() {
            if let mean = row["mean"].flatMap(Double.init), let low = row["ci_low"].flatMap(Double.init),
                let high = row["ci_high"].flatMap(Double.init)
            {
                #expect(low - 1e-6 <= mean && mean <= high + 1e-6)
            }
            let undefined = try #require(row["undefined"].flatMap(Int.init))
            #expect(try #require(row["n"].flatMap(Int.init)) + undefined == 256)
            #expect((undefined > 0) == (row["undefined_reason"] != ""))
        }
    }

    @Test("The verdict tells the finding")
    func verdict() throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: try Self.analysis.get().path + "/summary.json"))
        let summary = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        let verdict = try #require(summary["verdict"] as? [String: Any])
        let attention = try #require(verdict["attention"] as? [String: Any])
        #expect(attention["hypothesis"] as? String == "delimiter")
        #expect(attention["best_since_epoch"] as? Int == 4)
        let gradient = try #require(verdict["gradient"] as? [String: Any])
        #expect(gradient["hypothesis"] as? String == "before")
        let provenance = try #require(summary["provenance"] as? [String: Any])
        #expect((provenance["checkpoints"] as? [Any])?.count == 30)
        #expect((summary["assumptions"] as? [Any])?.isEmpty == false)
    }

    @Test("analysis.h5 holds the arrays of the contract")
    func arrays() throws {
        let file = try HDF5File(path: try Self.analysis.get().path + "/analysis.h5")
        for (path, shape) in [
            ("/epoch", [30]), ("/checkpoint", [30]), ("/loss", [30]), ("/inputs", [256, 20, 1]),
            ("/targets", [256, 1]),
            ("/predictions", [30, 256, 1]), ("/attention/attention_weight", [30, 256, 20]),
            ("/attribution/saliency", [30, 256, 20]), ("/attribution/gradient_x_input", [30, 256, 20]),
            ("/masks/before", [256, 20]), ("/metrics/attention/before/mass_in_mask", [30, 256]),
            ("/metrics/uniform/at-delimiter/auroc", [30, 256]), ("/metrics/saliency/entropy_nats", [30, 256]),
        ] {
            #expect(file.object(at: path)?.shape == shape, "\(path)")
        }
    }

    @Test("One bad checkpoint stops the run, or is reported and left out with --skip-bad")
    func skipBad() throws {
        let folder = try TemporaryFolder()
        for (name, source) in [("ckpt-1.h5", "broken/nan.h5"), ("ckpt-2.h5", "zoo/pkg_luong.k2w.h5")] {
            try FileManager.default.copyItem(atPath: Fixtures.path(source), toPath: "\(folder.path)/\(name)")
        }
        let arguments = [
            "analyze", folder.path, "--data", Fixtures.path("broken/probes.h5:/good"), "--mask", "index:2",
            "--no-render", "-o",
            folder.path + "/out",
        ]
        let stopped = try CommandLineTool.run(arguments)
        #expect(stopped.status == 1)
        #expect(folder.contents == ["ckpt-1.h5", "ckpt-2.h5"])
        let skipped = try CommandLineTool.run(arguments + ["--skip-bad"])
        #expect(skipped.status == 0)
        #expect(skipped.errors.contains("left out"))
        let file = try HDF5File(path: folder.path + "/out/analysis.h5")
        #expect(try file.integers(at: "/epoch").values == [2])
    }

    @Test("fovea figures draws the very scripts again from analysis.h5")
    func figuresAgain() throws {
        let folder = try Self.analysis.get()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/figures")
            .filter { $0.hasSuffix(".gp") }.map { String($0.dropLast(3)) }
        #expect(Set(names).isSuperset(of: ["focus-evolution", "interventions", "probe", "faithfulness", "hypotheses"]))
        let scripts = try names.map { try String(contentsOfFile: "\(folder.path)/figures/\($0).gp", encoding: .utf8) }
        let outcome = try CommandLineTool.run(["figures", folder.path, "--no-render"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        for (name, script) in zip(names, scripts) {
            #expect(
                try String(contentsOfFile: "\(folder.path)/figures/\(name).gp", encoding: .utf8) == script, "\(name)")
        }
    }

    @Test("A built-in task's data set can be written and analysed")
    func dataset() throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/probes.h5"
        let written = try CommandLineTool.run([
            "dataset", "--task", "sum-before-delimiter", "--count", "20", "--seed", "3", "-o", file,
        ])
        #expect(written.status == 0, "\(written.errors)")
        let outcome = try CommandLineTool.run([
            "analyze", "\(Fixtures.run)/ckpt-200.h5", "--data", file, "--no-render", "--json", "-o",
            folder.path + "/out",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("\"hypothesis\" : \"delimiter\""))
    }
}
