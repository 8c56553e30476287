import ArgumentParser
import Foundation
import Fovea

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show what a checkpoint holds: layers, shapes, attention, epoch.")

    @Argument(help: ArgumentHelp("Checkpoints, folders of them, or globs.", valueName: "path"))
    var paths: [String]

    @Option(help: ArgumentHelp("The architecture, for files without one.", valueName: "file"))
    var model: String?

    @Option(help: ArgumentHelp("A regular expression whose first group is the epoch.", valueName: "regex"))
    var epochPattern: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let architecture = try model.map(Architecture.init(reading:))
        let run = try Run(paths: paths, epochPattern: epochPattern)
        let inspections = try run.entries.indices.map { index in
            Inspection(try run.checkpoint(at: index), architecture: architecture)
        }
        let console = Console(quiet: false)
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            console.print(String(decoding: try encoder.encode(inspections.map(InspectionJSON.init)), as: UTF8.self))
        } else {
            console.print(inspections.map(Self.text).joined(separator: "\n\n"))
        }
        if inspections.contains(where: \.isUnusable) { throw ExitCode.failure }
    }

    private static func text(_ inspection: Inspection) -> String {
        var lines = [printable(inspection.path)]
        let version = inspection.kerasVersion.map { ", Keras \(printable($0))" } ?? ""
        let epoch = inspection.epoch.map { ", epoch \($0)" } ?? ""
        lines.append("  \(inspection.format)\(version)\(epoch), \(inspection.parameterCount) parameters")
        lines += table(inspection).lines.map { "  " + $0 }
        lines += inspection.attention.map { found in
            let over = found.over.isEmpty ? "" : ", over " + found.over.map(printable).joined(separator: ", ")
            return "  attention: \(printable(found.layer)): \(printable(found.kind))\(over)"
        }
        lines += inspection.assumptions.map { "  assumed: \(printable($0.layer)): \(printable($0.text))" }
        lines += inspection.warnings.map { "  warning: \($0)" }
        return lines.joined(separator: "\n")
    }

    /// The graph layer by layer; where there is none, the stored weights.
    private static func table(_ inspection: Inspection) -> TextTable {
        let hasGraph = inspection.rows.contains { $0.className != nil }
        return TextTable(
            header: hasGraph
                ? ["layer", "class", "output shape", "parameters", "inputs"] : ["layer", "parameters", "weights"],
            rows: inspection.rows.map { row in
                let weights = row.weights.map { "\(printable($0.name)) \(shape($0.shape))" }.joined(separator: ", ")
                guard hasGraph else { return [printable(row.name), String(row.parameterCount), weights] }
                return [
                    printable(row.name), row.className.map(printable) ?? "?",
                    row.outputShape.map(kerasShapeText) ?? "?", String(row.parameterCount),
                    row.inputs.map(printable).joined(separator: ", "),
                ]
            })
    }

    private static func shape(_ shape: [Int]) -> String { "(" + shape.map(String.init).joined(separator: ", ") + ")" }
}

/// The JSON form of an inspection.
private struct InspectionJSON: Encodable {
    struct Layer: Encodable {
        let name: String
        let `class`: String?
        let outputShape: [Int?]?
        let parameters: Int
        let weights: [Weight]
        let inputs: [String]

        enum CodingKeys: String, CodingKey {
            case name
            case `class`
            case outputShape = "output_shape"
            case parameters
            case weights
            case inputs
        }
    }

    struct Attention: Encodable {
        let layer: String
        let kind: String
        let over: [String]
    }

    struct Weight: Encodable {
        let name: String
        let shape: [Int]
    }

    let path: String
    let format: String
    let kerasVersion: String?
    let epoch: Int?
    let parameters: Int
    let layers: [Layer]
    let attentionLayers: [String]
    let attention: [Attention]
    let assumptions: [String]
    let warnings: [String]

    init(_ inspection: Inspection) {
        path = inspection.path
        format = inspection.format
        kerasVersion = inspection.kerasVersion
        epoch = inspection.epoch
        parameters = inspection.parameterCount
        layers = inspection.rows.map { row in
            Layer(
                name: row.name, class: row.className, outputShape: row.outputShape.map { [nil] + $0 },
                parameters: row.parameterCount, weights: row.weights.map { Weight(name: $0.name, shape: $0.shape) },
                inputs: row.inputs)
        }
        attentionLayers = inspection.attention.map(\.layer)
        attention = inspection.attention.map { Attention(layer: $0.layer, kind: $0.kind, over: $0.over) }
        assumptions = inspection.assumptions.map { "\($0.layer): \($0.text)" }
        warnings = inspection.warnings
    }

    enum CodingKeys: String, CodingKey {
        case path
        case format
        case kerasVersion = "keras_version"
        case epoch
        case parameters
        case layers
        case attentionLayers = "attention_layers"
        case attention
        case assumptions
        case warnings
    }
}
