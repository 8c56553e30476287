import Foundation
import TestSupport
import Testing

/// A command line whose whole answer is kept in Tests/Fixtures/cli/NAME.txt. `OUT` stands for a fresh folder.
///
/// After a wanted change, `FOVEA_RECORD=1 swift test --filter SnapshotTests` writes them anew; read the difference.
struct Snapshot: Sendable, CustomTestStringConvertible {
    let name: String
    let arguments: [String]
    let status: Int32
    var testDescription: String { name }

    init(_ name: String, _ status: Int32, _ arguments: String...) {
        self.name = name
        self.status = status
        self.arguments = arguments
    }

    private static let good = "Tests/Fixtures/zoo/pkg_luong.k2w.h5"
    private static let probes = "Tests/Fixtures/broken/probes.h5:/good"

    private static func analyze(
        _ name: String, _ checkpoint: String, _ more: String..., status: Int32 = 1
    ) -> Snapshot {
        let data = more.contains("--data") || more.contains("--task") ? [] : ["--data", probes]
        return Snapshot(
            name: name, arguments: ["analyze", checkpoint] + data + more + ["-o", "OUT/a"], status: status)
    }

    private init(name: String, arguments: [String], status: Int32) {
        self.name = name
        self.arguments = arguments
        self.status = status
    }

    static let all: [Snapshot] = [
        Snapshot("help", 0, "--help"), Snapshot("help-analyze", 0, "analyze", "--help"),
        Snapshot("help-inspect", 0, "inspect", "--help"), Snapshot("help-figures", 0, "figures", "--help"),
        Snapshot("help-dataset", 0, "dataset", "--help"), Snapshot("help-activations", 0, "activations", "--help"),
        Snapshot("help-compare", 0, "compare", "--help"), Snapshot("compare-nothing", 64, "compare"),
        Snapshot("compare-one", 1, "compare", "docs"), Snapshot("compare-no-analysis", 1, "compare", "docs", "scripts"),
        Snapshot("compare-twice", 1, "compare", "docs", "docs/", "-o", "OUT/c"),
        Snapshot("compare-bad-group", 64, "compare", "--group", "docs"),
        Snapshot("help-train", 0, "train", "--help"), Snapshot("help-reproduce", 0, "reproduce", "--help"),
        Snapshot("reproduce-seeds", 64, "reproduce", "--seeds", "0", "-o", "OUT/t"),
        Snapshot("train-nothing", 64, "train", "-o", "OUT/t"),
        Snapshot("train-no-such-task", 1, "train", "--task", "sum", "-o", "OUT/t"),
        Snapshot("train-units", 64, "train", "--task", "sum-before-delimiter", "--units", "0", "-o", "OUT/t"),
        Snapshot(
            "train-name", 64, "train", "--task", "sum-before-delimiter", "--checkpoint-name", "best.h5", "-o", "OUT/t"),
        Snapshot(
            "train-no-architecture", 64, "train", "--data", "Tests/Fixtures/broken/probes.h5:/good", "--validation",
            "1",
            "-o", "OUT/t"),
        Snapshot(
            "train-nothing-to-resume", 1, "train", "--task", "find-max", "--train", "10", "--validation", "0",
            "--resume", "-o", "OUT/t"),
        Snapshot(
            "train-unwritable", 1, "train", "--task", "find-max", "--train", "10", "--validation", "0", "-o",
            "/proc/fovea"),
        Snapshot("help-metrics", 0, "metrics", "--help"), Snapshot("help-measure", 0, "measure", "--help"),
        Snapshot("metrics-list", 0, "metrics", "--list"),
        Snapshot("metrics-explain", 0, "metrics", "rma", "nss", "s_tvd"),
        Snapshot("metrics-json", 0, "metrics", "auroc", "--json"), Snapshot("metrics-unknown", 1, "metrics", "mass"),
        Snapshot("metrics-nothing", 64, "metrics"),
        Snapshot("measure-no-maps", 1, "measure", "Tests/Fixtures/broken/probes.h5"),
        Snapshot("measure-pickle", 1, "measure", "Tests/Fixtures/arrays/pickle.npy"),
        Snapshot("measure-text", 1, "measure", "LICENSE"),
        Snapshot(
            "measure-masks-misfit", 1, "measure", "Tests/Fixtures/arrays/maps.npz", "--masks",
            "Tests/Fixtures/arrays/bool.npy"),
        Snapshot("measure-needs-data", 1, "measure", "Tests/Fixtures/arrays/maps.npz", "--mask", "argmax"),
        Snapshot("measure-delimiter", 64, "measure", "Tests/Fixtures/arrays/maps.npz", "--delimiter", "0"),
        Snapshot(
            "activations-no-layer", 1, "activations", "Tests/Fixtures/zoo/lstm_last.k2.h5", "--data",
            "Tests/Fixtures/zoo/lstm_last.k2.expected.h5", "--layer", "nowhere", "-o", "OUT/a.h5"),
        Snapshot("dataset-list", 0, "dataset", "--list"),
        Snapshot("dataset-list-json", 0, "dataset", "--list", "--task", "add-two-numbers", "--gap", "3", "--json"),
        Snapshot("dataset-nothing", 64, "dataset"),
        Snapshot("dataset-no-output", 64, "dataset", "--task", "majority"),
        Snapshot("dataset-even", 1, "dataset", "--task", "majority", "--length", "20", "-o", "OUT/d.h5"),
        Snapshot("dataset-no-use", 1, "dataset", "--task", "find-max", "--gap", "2", "-o", "OUT/d.h5"),
        Snapshot("help-convert", 0, "convert", "--help"),
        Snapshot("convert-ending", 64, "convert", good, "-o", "OUT/model.pb"),
        Snapshot("convert-misnamed", 64, "convert", good, "-o", "OUT/w.weights.h5", "--format", "weights-h5"),
        Snapshot("convert-format", 64, "convert", good, "-o", "OUT/w.h5", "--format", "onnx"),
        Snapshot(
            "convert-no-architecture", 1, "convert", "Tests/Fixtures/zoo/transformer.k3.weights.h5", "-o", "OUT/m.h5"),
        Snapshot("convert-hard-sigmoid", 1, "convert", "Tests/Fixtures/zoo/activations.k2.h5", "-o", "OUT/m.keras"),
        Snapshot("convert-no-folder", 1, "convert", good, "-o", "OUT/nowhere/m.h5"),
        Snapshot("inspect-functional", 0, "inspect", "Tests/Fixtures/zoo/transformer.k3.keras"),
        Snapshot("inspect-v3-weights", 0, "inspect", "Tests/Fixtures/zoo/transformer.k3.weights.h5"),
        Snapshot("inspect-lambda", 1, "inspect", "Tests/Fixtures/hostile/lambda_layer.h5"),
        Snapshot("inspect-hand-made", 0, "inspect", "Tests/Fixtures/zoo/bilstm_concat_att.k2.h5"),
        Snapshot("inspect-guessed-graph", 0, "inspect", "Tests/Fixtures/keras/weighted_average.k2w.h5"),
        Snapshot("inspect-endless", 1, "inspect", "Tests/Fixtures/broken/endless.h5"),
        Snapshot("inspect-called-on-nothing", 1, "inspect", "Tests/Fixtures/broken/called-on-nothing.h5"),
        Snapshot("help-watch", 0, "watch", "--help"),
        Snapshot("watch-no-folder", 1, "watch", "Tests/nowhere", "--data", probes, "-o", "OUT/a"),
        Snapshot("watch-file", 1, "watch", "LICENSE", "--data", probes, "-o", "OUT/a"),
        Snapshot("watch-once-nothing", 1, "watch", "docs", "--data", probes, "--once", "-o", "OUT/a"),
        Snapshot("watch-output-is-file", 1, "watch", "docs", "--data", probes, "-o", "LICENSE"),
        Snapshot("watch-output-not-writable", 1, "watch", "docs", "--data", probes, "-o", "/proc/fovea"),
        Snapshot("watch-no-mask", 1, "watch", "docs", "--data", probes, "--expect", "answer", "-o", "OUT/a"),
        Snapshot("watch-bad-pattern", 1, "watch", "docs", "--data", probes, "--epoch-pattern", "(", "-o", "OUT/a"),
        Snapshot("watch-bad-poll", 64, "watch", "docs", "--data", probes, "--poll", "0", "-o", "OUT/a"),
        Snapshot("version", 0, "--version"),
        Snapshot("unknown-command", 64, "look"),
        Snapshot("inspect", 0, "inspect", "Tests/Fixtures/zoo/pkg_luong.k2.h5"),
        Snapshot("inspect-weights", 0, "inspect", "Tests/Fixtures/zoo/pkg_bahdanau.k2w.h5"),
        Snapshot("inspect-json", 0, "inspect", "--json", "Tests/Fixtures/zoo/pkg_luong.k2w.h5"),
        Snapshot("inspect-nan", 1, "inspect", "Tests/Fixtures/broken/nan.h5"),
        Snapshot("inspect-unknown", 0, "inspect", "Tests/Fixtures/broken/unknown-layer.h5"),
        analyze("no-file", "Tests/Fixtures/nowhere.h5"), analyze("no-checkpoints", "docs"),
        analyze("text", "Tests/Fixtures/broken/text.h5"), analyze("truncated", "Tests/Fixtures/broken/truncated.h5"),
        analyze("missing-weight", "Tests/Fixtures/broken/missing-weight.h5"),
        analyze("wrong-shape", "Tests/Fixtures/broken/wrong-shape.h5"),
        analyze(
            "wrong-shape-model", "Tests/Fixtures/broken/wrong-shape.h5", "--model", "Tests/Fixtures/zoo/pkg_luong.k2.h5"
        ),
        analyze("unknown-layer", "Tests/Fixtures/broken/unknown-layer.h5"),
        analyze("nan", "Tests/Fixtures/broken/nan.h5"),
        analyze("not-a-checkpoint", "Tests/Fixtures/broken/probes.h5"),
        analyze("features", good, "--data", "Tests/Fixtures/broken/probes.h5:/features"),
        analyze(
            "length", good, "--data", "Tests/Fixtures/broken/probes.h5:/good", "--model",
            "Tests/Fixtures/zoo/lstm_last.k2.h5"),
        analyze("empty-mask", good, "--data", "Tests/Fixtures/broken/probes.h5:/emptymask"),
        analyze("no-inputs", good, "--data", "Tests/Fixtures/broken/probes.h5:/noinputs"),
        analyze("no-group", good, "--data", "Tests/Fixtures/broken/probes.h5:/nowhere"),
        analyze("targets", good, "--data", "Tests/Fixtures/broken/probes.h5:/targets"),
        analyze("no-delimiter", good, "--delimiter", "0"), analyze("bad-rule", good, "--mask", "nowhere"),
        analyze("rule-needs-delimiter", good, "--mask", "at-delimiter"),
        analyze("no-such-attention", good, "--attention", "nowhere"),
        analyze("rule-outside", good, "--mask", "index:6"),
        analyze("no-such-task", good, "--task", "sudoku"), analyze("unknown-hypothesis", good, "--expect", "answer"),
        analyze("data-and-task", good, "--data", probes, "--task", "sum-before-delimiter", status: 64),
        analyze("bad-format", good, "--format", "bmp", status: 64),
        analyze("bad-epochs", good, "--epochs", "1,20-10", status: 64),
        analyze("bad-font", good, "--font", "\"><script>", status: 64),
    ]
}

@Suite("Help, results and errors read as they should")
struct SnapshotTests {
    @Test("The answer is the one on record", arguments: Snapshot.all)
    func answer(_ snapshot: Snapshot) throws {
        let folder = try TemporaryFolder()
        let outcome = try CommandLineTool.run(snapshot.arguments.map { $0.replacing("OUT", with: folder.path) })
        #expect(outcome.status == snapshot.status)
        let text = "$ fovea \(snapshot.arguments.joined(separator: " "))\n\(outcome.output)\(outcome.errors)"
            .replacing(folder.path, with: "OUT").replacing(Fixtures.root + "/", with: "")
        let path = Fixtures.path("cli/\(snapshot.name).txt")
        if ProcessInfo.processInfo.environment["FOVEA_RECORD"] != nil {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }
        #expect(text == (try? String(contentsOfFile: path, encoding: .utf8)))
        if snapshot.status != 0 { #expect(folder.contents.isEmpty, "something half-written is left behind") }
    }
}
