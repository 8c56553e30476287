import Files
import Foundation

/// The findings of a run's checkpoints, a file for each, in a folder for each way of analysing: results of other options are never mixed.
struct FindingsStore {
    private let base: String
    private let folder: String

    /// Makes the folder.
    ///
    /// - Parameters:
    ///   - base: The folder of all stores of an output folder.
    ///   - fingerprint: What tells this way of analysing from others.
    /// - Throws: `FileError` if it cannot be made.
    init(in base: String, fingerprint: String) throws {
        self.base = base
        folder = "\(base)/\(fingerprint.prefix(16))"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw FileError.cannotWrite(
                path: folder, reason: "the folder cannot be made; check the permissions, and that the disk is not full")
        }
        AtomicFile.removeAbandoned(in: folder)
    }

    /// Where the findings of a checkpoint are.
    func path(of name: String) -> String {
        // A name as long as the system allows leaves no room for an ending.
        let stem = name.utf8.count < 200 ? name : FileBytes.sha256(of: Array(name.utf8))
        return "\(folder)/\(stem).findings"
    }

    /// The paths of all findings.
    var all: [String] { Self.findings(in: folder).map { "\(folder)/\($0)" } }

    /// How many checkpoints have findings of other options only.
    var foreignCount: Int {
        let own = Set(Self.findings(in: folder))
        let others = ((try? FileManager.default.contentsOfDirectory(atPath: base)) ?? [])
            .flatMap { Self.findings(in: "\(base)/\($0)") }
        return Set(others).subtracting(own).count
    }

    private static func findings(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { $0.hasSuffix(".findings") && !$0.hasPrefix(".") }.sorted()
    }
}

extension Analysis {
    /// What findings depend on, beyond the checkpoint: the probe set with its hypotheses, and those options that change what is computed.
    /// Which epochs are probed and tested, and how intervals are taken, is left out: findings serve all of them.
    func fingerprint(_ identity: [String]) -> String {
        var bytes: [UInt8] = []
        func add(_ text: String) { bytes += Array(text.utf8) + [0] }
        add("findings \(FindingsHeader.currentFormat)")
        identity.forEach(add)
        for tensor in probes.inputs + [probes.targets].compactMap({ $0 }) + hypotheses.hypotheses.map(\.mask) {
            add("\(tensor.shape)")
            tensor.values.withUnsafeBytes { bytes += Array($0) }
        }
        add("\(String(describing: probes.lengths)) \(String(describing: probes.delimiterIndex))")
        add("\(hypotheses.hypotheses.map(\.name))")
        add(options.architecture?.sha256 ?? "own architecture")
        add("\(options.attentionLayers) \(options.loss?.rawValue ?? "own loss") \(options.seed)")
        for request in options.methods { add("\(request.isOptional) \(String(reflecting: request.method))") }
        add(String(reflecting: options.reading) + String(reflecting: options.output))
        add("\(options.excludesDelimiter) \(options.interventions) \(options.tests)")
        return FileBytes.sha256(of: bytes)
    }
}
