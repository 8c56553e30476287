import ArgumentParser
import Foundation
import Fovea

struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "List the metrics, or explain some of them.",
        discussion: """
            Written are each metric's range, whether higher or lower is better, what chance yields, where it comes from, and when it \
            has no value. a are the weights over n positions, p = a / sum a; the mask m marks k of them, q = m / k; s is a second \
            map. `fovea analyze` reports those marked *, `fovea measure` all. Beside these, where a delimiter is known, there are \
            mass_before, mass_at and mass_after, which add up to 1.
            """)

    @Argument(help: ArgumentHelp("The metrics to explain, by id or another name they go by.", valueName: "id"))
    var ids: [String] = []

    @Flag(help: "List all metrics, one line each.")
    var list = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard list != !ids.isEmpty else { throw ValidationError("Give either --list or the id of a metric.") }
    }

    func run() throws {
        let console = Console(quiet: false)
        let metrics = list ? MetricCatalog.every : try ids.map(Self.metric)
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let document = ["metrics": metrics.map(MetricJSON.init)]
            console.print(String(decoding: try encoder.encode(document), as: UTF8.self))
        } else if list {
            console.print(Self.table(metrics).lines.joined(separator: "\n"))
        } else {
            console.print(metrics.map(Self.explanation).joined(separator: "\n\n"))
        }
    }

    private static func metric(_ name: String) throws -> MetricDefinition {
        if let metric = MetricCatalog.definition(name) { return metric }
        let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }
        let alike = MetricCatalog.every.map(\.id).filter { id in words.contains { id.contains($0) } }
        throw UnknownMetric(name: name, alike: alike)
    }

    /// Whether `fovea analyze` computes it.
    fileprivate static func isAnalysed(_ metric: MetricDefinition) -> Bool { FocusTimeline.metrics.contains(metric.id) }

    private static func table(_ metrics: [MetricDefinition]) -> TextTable {
        TextTable(
            header: ["metric", "", "range", "better", "chance", "source", "no value if"],
            rows: metrics.map { metric in
                [
                    metric.id, isAnalysed(metric) ? "*" : "", metric.range, better(metric), metric.chance ?? "-",
                    metric.source.isEmpty ? "closed form" : metric.source,
                    metric.undefinedReasons.map(\.rawValue).joined(separator: ", "),
                ]
            })
    }

    private static func better(_ metric: MetricDefinition) -> String {
        metric.direction == .neither ? "-" : metric.direction.rawValue
    }

    private static func explanation(_ metric: MetricDefinition) -> String {
        let needs =
            switch metric.needs {
            case .map: "the map"
            case .mask: "the map and a mask"
            case .reference: "the map and a second map"
            }
        let direction =
            switch metric.direction {
            case .higherIsBetter: "higher is better"
            case .lowerIsBetter: "lower is better"
            case .neither: "a description, neither good nor bad"
            }
        var lines = [
            "\(metric.id): \(metric.summary)", "  formula    \(metric.formula)", "  needs      \(needs)",
            "  range      \(metric.range)", "  direction  \(direction)",
            "  chance     \(metric.chance ?? "depends on the map")",
            "  source     \(metric.source.isEmpty ? "its closed form" : metric.source)",
        ]
        if !metric.aliases.isEmpty { lines.append("  also       \(metric.aliases.joined(separator: ", "))") }
        let reasons = metric.undefinedReasons
        if reasons.isEmpty { lines.append("  has a value for every map") }
        for (place, reason) in reasons.enumerated() {
            lines.append((place == 0 ? "  no value   " : "             ") + "\(reason.rawValue): \(reason.explanation)")
        }
        return lines.joined(separator: "\n")
    }
}

/// The error for a name that stands for no metric.
private struct UnknownMetric: Error, CustomStringConvertible {
    let name: String
    let alike: [String]

    var description: String {
        "there is no metric `\(printable(name))`. "
            + (alike.isEmpty
                ? "`fovea metrics --list` shows all." : "Similar ones: \(alike.prefix(12).joined(separator: ", ")).")
    }
}

/// The JSON form of a metric's definition.
private struct MetricJSON: Encodable {
    let id: String
    let summary: String
    let formula: String
    let needs: String
    let direction: String
    let range: String
    let chance: String?
    let source: String
    let aliases: [String]
    let undefined: [String]
    let analysed: Bool

    init(_ metric: MetricDefinition) {
        id = metric.id
        summary = metric.summary
        formula = metric.formula
        needs = metric.needs.rawValue
        direction = metric.direction.rawValue
        range = metric.range
        chance = metric.chance
        source = metric.source
        aliases = metric.aliases
        undefined = metric.undefinedReasons.map(\.rawValue)
        analysed = MetricsCommand.isAnalysed(metric)
    }
}
