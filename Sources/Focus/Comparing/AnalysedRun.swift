import Files
import Foundation
import HDF5
import Networks
import Tensors

/// A run that `fovea analyze` analysed, as its analysis file tells it: the values of each instance, epoch by epoch.
public struct AnalysedRun: Sendable {
    /// The folder.
    public let path: String
    /// A short name, unlike those of the runs beside it.
    public let name: String
    /// The epochs, ascending.
    public let epochs: [Int]
    /// The hypotheses, in the analysis' order.
    public let hypotheses: [String]
    /// The hypothesis that the user held to be the truth.
    public let expected: String?
    /// The loss' name.
    public let lossName: String
    private let file: HDF5File
    /// N.
    let instances: Int

    /// Opens an analysed run.
    ///
    /// - Throws: ``ComparisonError/noAnalysis(path:)``, `HDF5Error`, or ``AnalysisError/badAnalysis(path:reason:)``.
    public init(path: String, name: String) throws {
        let folder = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        let location = "\(folder)/analysis.h5"
        guard FileManager.default.fileExists(atPath: location) else {
            throw ComparisonError.noAnalysis(path: path)
        }
        self.path = path
        self.name = name
        file = try HDF5File(path: location)
        guard let inputs = file.object(at: "/inputs") ?? file.object(at: "/inputs0"), let count = inputs.shape.first,
            file.object(at: "/epoch") != nil
        else { throw AnalysisError.badAnalysis(path: location, reason: "this is no analysis file of Fovea") }
        instances = count
        epochs = try file.integers(at: "/epoch").values.map(Int.init)
        expected = try file.stringsAttribute("expected", at: "/")?.first
        lossName = try file.stringsAttribute("loss_name", at: "/")?.first ?? "loss"
        let file = file
        hypotheses = try file.children(of: "/masks").map { object in
            (
                order: try file.doublesAttribute("order", at: object.path)?.first ?? 0,
                name: try file.stringsAttribute("name", at: object.path)?.first ?? object.name
            )
        }.sorted { $0.order < $1.order }.map(\.name)
    }

    /// What of the probe set differs from another run's; nil if nothing does.
    func difference(from other: AnalysedRun, hypotheses: [String]) throws -> String? {
        let inputs = file.children(of: "/").map(\.path).filter { $0.hasPrefix("/inputs") }
        guard inputs == other.file.children(of: "/").map(\.path).filter({ $0.hasPrefix("/inputs") }) else {
            return "the inputs"
        }
        for path in inputs + ["/targets", "/lengths"] where try !isSame(path, other) {
            return path.hasPrefix("/inputs") ? "the inputs" : "the \(path.dropFirst())"
        }
        for name in hypotheses where try !isSame("/masks/\(HDF5Path.escape(name))", other) {
            return "the masks of `\(name)`"
        }
        return nil
    }

    private func isSame(_ path: String, _ other: AnalysedRun) throws -> Bool {
        guard let object = file.object(at: path) else { return other.file.object(at: path) == nil }
        guard let second = other.file.object(at: path), object.shape == second.shape else { return false }
        return try file.floats(at: path).values == other.file.floats(at: path).values
    }

    /// The values of each instance at each of the run's epochs, NaN where undefined; nil if the run has no such numbers.
    func values(of metric: ComparedMetric) throws -> [[Double]]? {
        guard let source = metric.source else { return try losses() }
        guard let group = group(of: source) else { return nil }
        let names = try metric.hypothesis.map(equals) ?? [nil]
        let paths = names.map { name in
            ([group] + (name.map { [HDF5Path.escape($0)] } ?? []) + [metric.metric]).joined(separator: "/")
        }
        let path = paths.first { path in
            file.object(at: path).map { $0.kind == .dataset && $0.shape == [epochs.count, instances] } ?? false
        }
        guard let path else { return nil }
        let (_, values) = try file.doubles(at: path)
        return epochs.indices.map { Array(values[($0 * instances)..<(($0 + 1) * instances)]) }
    }

    /// A hypothesis and those that mark the same positions: the analysis file keeps their numbers once, and links the other names to them,
    /// of which the reader sees one.
    private func equals(_ hypothesis: String) throws -> [String?] {
        let path = "/masks/\(HDF5Path.escape(hypothesis))"
        guard file.object(at: path) != nil else { return [hypothesis] }
        let mask = try file.floats(at: path).values
        return try [hypothesis]
            + hypotheses.filter { other in
                try other != hypothesis && file.floats(at: "/masks/\(HDF5Path.escape(other))").values == mask
            }
    }

    /// The group of a source's metrics, the first layer's if there are several.
    private func group(of source: Source.Kind) -> String? {
        file.children(of: "/metrics").first { $0.name == source.rawValue || $0.name.hasPrefix(source.rawValue + ":") }?
            .path
    }

    /// The loss of each instance from predictions and targets.
    private func losses() throws -> [[Double]]? {
        guard let loss = Loss(rawValue: lossName), file.object(at: "/targets") != nil else { return nil }
        let (targetShape, targets) = try file.floats(at: "/targets")
        let (shape, predictions) = try file.floats(at: "/predictions")
        guard shape.count == 3, shape[0] == epochs.count, targetShape.first == instances else { return nil }
        let all = Tensor(shape: shape, values: predictions)
        let target = Tensor(shape: targetShape, values: targets)
        let found = epochs.indices.map { loss.perInstance(predictions: all[row: $0], targets: target) }
        let losses = found.compactMap { $0 }
        return losses.count == found.count ? losses : nil
    }

    /// The names of the metrics there are, for messages.
    func metrics(like metric: ComparedMetric) -> [String] {
        guard let source = metric.source, let group = group(of: source) else {
            return file.children(of: "/metrics").map { $0.name + "/..." }
        }
        let place = metric.hypothesis.map { "\(group)/\(HDF5Path.escape($0))" } ?? group
        let found = file.children(of: place)
        return found.isEmpty
            ? file.children(of: group).filter { $0.kind == .group }.map { "\($0.name)/..." } : found.map(\.name)
    }
}
