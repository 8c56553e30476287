import Foundation
import HDF5
import TestSupport
import Testing

@Suite("fovea watch beside a training", .serialized)
struct WatchTests {
    private let folder: TemporaryFolder
    private var checkpoints: String { folder.path + "/run" }
    private var output: String { folder.path + "/out" }

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/run", withIntermediateDirectories: true)
    }

    private func arguments(_ command: String = "watch", to output: String? = nil, _ more: String...) -> [String] {
        [
            command, checkpoints, "--data", "\(Fixtures.run)/probes.h5:/rnd256", "--delimiter", "0", "--limit", "8",
            "--resamples", "100", "--no-render", "-o", output ?? self.output,
        ] + more
    }

    private func watch(_ more: String...) throws -> RunningTool {
        try RunningTool(arguments() + ["--poll", "0.05", "--refresh", "0"] + more)
    }

    private func train(_ epochs: Int...) throws {
        for epoch in epochs {
            let name = String(format: "ckpt-%03d.h5", epoch)
            try FileManager.default.copyItem(atPath: "\(Fixtures.run)/\(name)", toPath: "\(checkpoints)/\(name)")
        }
    }

    private func text(_ name: String, in output: String? = nil) -> String {
        (try? String(contentsOfFile: "\(output ?? self.output)/\(name)", encoding: .utf8)) ?? ""
    }

    /// The epochs of `metrics.csv`.
    private var epochs: [Int] {
        Set(text("metrics.csv").split(separator: "\n").dropFirst().compactMap { Int($0.split(separator: ",")[1]) })
            .sorted()
    }

    /// No temporary file is left, and every promised file is whole.
    private func expectWhole(_ epochs: [Int]) throws {
        #expect(self.epochs == epochs)
        let contents = try FileManager.default.contentsOfDirectory(atPath: output).sorted()
        #expect(
            contents == [
                ".watch", "analysis.h5", "figures", "metrics.csv", "references.bib", "report.html", "report.md",
                "summary.json", "table.tex",
            ])
        #expect(try HDF5File(path: output + "/analysis.h5").integers(at: "/epoch").values.map(Int.init) == epochs)
        let summary = try JSONSerialization.jsonObject(with: Data(text("summary.json").utf8)) as? [String: Any]
        #expect(summary?["epochs"] as? [Int] == epochs)
        let kept = FileManager.default.enumerator(atPath: output + "/.watch")?.compactMap { $0 as? String } ?? []
        #expect(!kept.contains { $0.hasSuffix(".tmp") })
    }

    @Test("In two stages it writes just what analyze writes of the same checkpoints")
    func equalsAnalyze() throws {
        try train(0, 2, 4, 10)
        let first = try CommandLineTool.run(arguments() + ["--once", "--poll", "0.05"])
        try #require(first.status == 0, "\(first.errors)")
        try train(1, 28, 64)
        let second = try CommandLineTool.run(arguments() + ["--once", "--poll", "0.05"])
        try #require(second.status == 0, "\(second.errors)")
        #expect(second.errors.contains("4 checkpoints known from before"))
        #expect(
            second.output.split(separator: "\n").count { $0.hasPrefix("epoch ") && $0.contains("attention: ") } == 3)
        let reference = folder.path + "/reference"
        let analyzed = try CommandLineTool.run(arguments("analyze", to: reference))
        try #require(analyzed.status == 0, "\(analyzed.errors)")
        #expect(second.output.hasSuffix(analyzed.output.replacing("/reference/", with: "/out/")))
        for name in ["metrics.csv", "table.tex", "references.bib"] {
            #expect(text(name) == text(name, in: reference), "\(name)")
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: reference + "/figures") {
            #expect(text("figures/" + name) == text("figures/" + name, in: reference), "\(name)")
        }
        try expectEqual(HDF5File(path: output + "/analysis.h5"), HDF5File(path: reference + "/analysis.h5"), at: "/")
        try expectWhole([0, 1, 2, 4, 10, 28, 64])
    }

    /// Compares groups, attributes, and every number bit for bit.
    private func expectEqual(_ first: HDF5File, _ second: HDF5File, at group: String) throws {
        let children = (first.children(of: group), second.children(of: group))
        #expect(Set(children.0.map(\.path)) == Set(children.1.map(\.path)))
        for object in children.0 {
            let path = object.path
            guard [.group, .dataset].contains(object.kind) else {
                // A second name of a group, which is compared under its first.
                #expect(object.kind == children.1.first { $0.path == path }?.kind)
                continue
            }
            #expect(first.attributeNames(at: path).sorted() == second.attributeNames(at: path).sorted(), "\(path)")
            if object.kind == .group {
                try expectEqual(first, second, at: path)
            } else if path == "/checkpoint" {
                #expect(try first.strings(at: path) == second.strings(at: path))
            } else {
                let (one, other) = (try first.doubles(at: path), try second.doubles(at: path))
                #expect(one.shape == other.shape, "\(path)")
                #expect(one.values.map(\.bitPattern) == other.values.map(\.bitPattern), "\(path)")
            }
        }
    }

    @Test("It waits for half-written files, takes renamed ones, outlives deleted ones, and ends whole on SIGINT")
    func training() throws {
        let tool = try watch()
        let whole = try Data(contentsOf: URL(fileURLWithPath: "\(Fixtures.run)/ckpt-002.h5"))
        try train(1)
        #expect(eventually { epochs == [1] })
        // Written bit by bit, under its own name.
        let path = checkpoints + "/ckpt-002.h5"
        try whole.prefix(100_000).write(to: URL(fileURLWithPath: path))
        // Written elsewhere and moved.
        try train(4)
        try FileManager.default.moveItem(
            atPath: checkpoints + "/ckpt-004.h5", toPath: folder.path + "/ckpt-004.h5")
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: whole.dropFirst(100_000))
        try handle.close()
        try FileManager.default.moveItem(
            atPath: folder.path + "/ckpt-004.h5", toPath: checkpoints + "/ckpt-004.h5")
        #expect(eventually { epochs == [1, 2, 4] })
        try FileManager.default.removeItem(atPath: checkpoints + "/ckpt-001.h5")
        try FileManager.default.removeItem(atPath: checkpoints + "/ckpt-002.h5")
        try train(10)
        #expect(eventually { epochs == [1, 2, 4, 10] })
        #expect(tool.end(by: SIGINT) == 0, "\(tool.errors)")
        try expectWhole([1, 2, 4, 10])
        #expect(tool.output.contains("At epoch 10"))
    }

    @Test("A file that never becomes readable is reported once, and ends nothing")
    func broken() throws {
        try FileManager.default.copyItem(
            atPath: Fixtures.path("broken/truncated.h5"), toPath: checkpoints + "/ckpt-000.h5")
        try train(1)
        let tool = try watch("--until", "4")
        #expect(eventually { tool.errors.contains("left out: ") })
        try train(4)
        tool.process.waitUntilExit()
        #expect(tool.process.terminationStatus == 0)
        #expect(tool.errors.components(separatedBy: "left out: ").count == 2)
        #expect(text("summary.json").contains("ckpt-000.h5"))
        try expectWhole([1, 4])
    }

    @Test("Killed, it goes on where it was, and another watch is refused meanwhile")
    func killed() throws {
        try train(1, 2)
        let first = try watch()
        #expect(eventually { epochs == [1, 2] })
        let other = try CommandLineTool.run(arguments() + ["--once"])
        #expect(other.status == 1 && other.errors.contains("another `fovea watch`"))
        #expect(first.end(by: SIGKILL) == SIGKILL)
        let left = "\(output)/.metrics.csv.\(first.process.processIdentifier).tmp"
        try Data("half".utf8).write(to: URL(fileURLWithPath: left))
        try FileManager.default.removeItem(atPath: checkpoints + "/ckpt-001.h5")
        try train(4)
        let second = try watch("--json", "--until", "4")
        second.process.waitUntilExit()
        #expect(second.process.terminationStatus == 0, "\(second.errors)")
        let lines = try second.output.split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
        #expect(lines.map { $0?["epoch"] as? Int } == [4])
        #expect(lines.first??["checkpoints"] as? Int == 3)
        try expectWhole([1, 2, 4])
    }

    @Test("Without any checkpoint it ends after --idle with an error and leaves nothing; asked to end, without one")
    func nothing() throws {
        let idle = try watch("--idle", "0.1")
        idle.process.waitUntilExit()
        #expect(idle.process.terminationStatus == 1)
        #expect(idle.errors.contains("no Keras checkpoint found"))
        #expect(folder.contents == ["run"])
        let tool = try watch()
        #expect(eventually { tool.errors.contains("watching") })
        #expect(tool.end(by: SIGTERM) == 0)
        #expect(folder.contents == ["run"])
    }

    @Test("On a terminal the timeline is redrawn in place")
    func terminal() throws {
        var (master, slave): (Int32, Int32) = (-1, -1)
        var size = winsize(ws_row: 40, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0)
        try #require(openpty(&master, &slave, nil, nil, &size) == 0)
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
        try train(1, 2, 4)
        let tool = try RunningTool(
            arguments() + ["--poll", "0.05", "--until", "4"], terminal: FileHandle(fileDescriptor: slave))
        var shown: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        // Read on, lest the terminal's queue is full.
        #expect(
            eventually {
                let count = read(master, &buffer, buffer.count)
                if count > 0 { shown += buffer[..<count] }
                return count <= 0 && !tool.process.isRunning
            })
        #expect(tool.process.terminationStatus == 0)
        let text = String(decoding: shown, as: UTF8.self)
        #expect(text.contains("epoch 2, 2 checkpoints; waiting for more"))
        // Seven sparklines and the line below them are taken away before the next timeline.
        #expect(text.contains("\u{1B}[8A\u{1B}[J"))
        #expect(!text.contains("attention: before"))
        close(master)
        close(slave)
    }
}
