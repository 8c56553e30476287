import Foundation
import TestSupport
import Testing

@Suite("fovea train and fovea reproduce")
struct TrainTests {
    private static func training(_ folder: String, epochs: Int = 6) -> [String] {
        [
            "train", "--task", "sum-before-delimiter", "--train", "512", "--validation", "64", "--units", "16",
            "--attention-units", "8", "--epochs", "\(epochs)", "-o", folder,
        ]
    }

    @Test("Killed at any moment it leaves whole files, and --resume comes to the same checkpoints bit for bit")
    func killed() throws {
        let folder = try TemporaryFolder()
        let whole = folder.path + "/whole"
        let started = Date()
        #expect(try CommandLineTool.run(Self.training(whole)).status == 0)
        let seconds = Date().timeIntervalSince(started)
        let checkpoints = (0...6).map { String(format: "ckpt-%03d.h5", $0) }
        for share in [0.2, 0.5, 0.7, 0.9] {
            let killed = folder.path + "/killed-\(share)"
            let process = Process()
            process.executableURL = URL(fileURLWithPath: CommandLineTool.path)
            process.arguments = Self.training(killed)
            (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
            try process.run()
            Thread.sleep(forTimeInterval: seconds * share)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let left = (try? FileManager.default.contentsOfDirectory(atPath: killed)) ?? []
            for name in left where name.hasSuffix(".h5") && !name.hasPrefix(".") {
                let inspected = try CommandLineTool.run(["inspect", "\(killed)/\(name)"])
                #expect(inspected.status == 0 || name == "probes.h5", "\(name): \(inspected.errors)")
            }
            let again = Self.training(killed) + (left.contains("training.state") ? ["--resume"] : [])
            let resumed = try CommandLineTool.run(again)
            #expect(resumed.status == 0, "\(resumed.errors)")
            for name in checkpoints {
                #expect(
                    FileManager.default.contentsEqual(atPath: "\(killed)/\(name)", andPath: "\(whole)/\(name)"),
                    "\(name)")
            }
        }
    }

    @Test("A file that may not grow is an error that names it, and what was whole stays")
    func noSpace() throws {
        let folder = try TemporaryFolder()
        let output = folder.path + "/full"
        #expect(try CommandLineTool.run(Self.training(output, epochs: 1)).status == 0)
        let state = try Data(contentsOf: URL(fileURLWithPath: output + "/training.state"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        // Blocks of 512 bytes: less than a checkpoint takes.
        let words = ([CommandLineTool.path] + Self.training(output) + ["--resume"]).map { "'\($0)'" }
        process.arguments = ["-c", "ulimit -f 8; exec \(words.joined(separator: " "))"]
        let errors = Pipe()
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, errors)
        try process.run()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 1, "\(text)")
        #expect(text.contains(output), "\(text)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: output + "/training.state")) == state)
        let left = try FileManager.default.contentsOfDirectory(atPath: output).sorted()
        #expect(left == ["ckpt-000.h5", "ckpt-001.h5", "history.csv", "probes.h5", "training.state"])
        #expect(try CommandLineTool.run(Self.training(output, epochs: 2) + ["--resume"]).status == 0)
    }

    @Test("reproduce trains, analyses and compares seeds, and goes on where it was")
    func reproduce() throws {
        let folder = try TemporaryFolder()
        let words = [
            "reproduce", "--seeds", "2", "--train", "64", "--no-render", "-o", folder.path + "/r", "--epochs",
        ]
        let first = try CommandLineTool.run(words + ["1"])
        #expect(first.status == 0, "\(first.errors)")
        let again = try CommandLineTool.run(words + ["2", "--resume"])
        #expect(again.status == 0, "\(again.errors)")
        #expect(again.output.contains("seed-7 ") && again.output.contains("seed-8 "), "\(again.output)")
        for seed in ["seed-7", "seed-8"] {
            let run = "\(folder.path)/r/\(seed)"
            let history = try String(contentsOfFile: run + "/history.csv", encoding: .utf8)
            #expect(history.split(separator: "\n").count == 4)
            #expect(FileManager.default.fileExists(atPath: run + "/analysis/report.html"))
        }
        let table = try String(contentsOfFile: folder.path + "/r/comparison/compare.csv", encoding: .utf8)
        #expect(table.contains("seed-7"))
    }
}
