import ArgumentParser
import Foundation
import Fovea

struct MeasureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure", abstract: "Measure maps that were computed elsewhere, by every metric.",
        discussion: """
            MAPS is JSON ({"cases": [{"id", "attention", "mask", "saliency"?}]}, NaN and Infinity as strings), .h5 or .npz with the \
            arrays `attention` or `maps` (N×T), and optionally `saliency`, `lengths`, `delimiter_index`, `masks/<hypothesis>` or \
            `mask_<hypothesis>`; or the maps alone as .npy or .csv, one map a row. Masks may also come from another file (--masks), \
            from the probe set that the maps were computed on (--data), or by rule (--mask), as for `fovea analyze`.

            Printed is each metric's mean over the maps; with --json each map's values, and why it has none. `fovea metrics` \
            explains the metrics.

            Examples:
              fovea measure captum.npz --mask answer=index:4
              fovea measure maps.csv --masks masks.csv --json
              fovea measure maps.h5:/epoch200 --data probes.h5 --delimiter 0 --mask before-delimiter
            """)

    @Argument(
        help: ArgumentHelp(
            "The maps: JSON, .h5, a group of it (FILE.h5:/group), .npz, .npy or .csv.", valueName: "maps"))
    var maps: String

    @Option(help: ArgumentHelp("A file with the masks, in the same formats.", valueName: "file"))
    var masks: String?

    @Option(help: ArgumentHelp("The probe set of the maps, for its masks, lengths and delimiter.", valueName: "file"))
    var data: String?

    @Option(help: ArgumentHelp("A hypothesis by rule; may be repeated.", valueName: "[name=]rule"))
    var mask: [String] = []

    @Option(help: ArgumentHelp("The delimiter's value in the probe set.", valueName: "value"))
    var delimiter: Double?

    @Option(
        help: ArgumentHelp(
            "Of negative weights measure the signed value, the absolute one, or only positive weights. Distributions have no signs: "
                + "such metrics are undefined for maps with signed weights.", valueName: "signed|absolute|positive"))
    var signed: SignTreatment = .signed

    @Option(help: ArgumentHelp("Bootstrap resamples behind the confidence intervals.", valueName: "B"))
    var resamples = 2000

    @Option(help: ArgumentHelp("The seed of the bootstrap.", valueName: "S"))
    var seed: UInt64 = 7

    @Flag(help: "Print every map's values as JSON.")
    var json = false

    @Flag(help: "Print nothing but results and errors.")
    var quiet = false

    func validate() throws {
        guard resamples >= 100 else { throw ValidationError("--resamples needs at least 100.") }
        guard delimiter == nil || data != nil else {
            throw ValidationError("--delimiter needs the inputs: pass the probe set with --data.")
        }
    }

    func run() throws {
        let console = Console(quiet: quiet)
        var set = try MapSet(reading: maps, masks: masks)
        var probes = try data.map(ProbeSet.init(reading:))
        if let delimiter { probes = try probes?.withDelimiter(delimiter) }
        try set.add(probes, rules: mask.map { try MaskRule($0) })
        if signed == .signed, set.negativeCount > 0 {
            console.note(
                "note: \(set.negativeCount) of \(set.cases.count) maps have negative weights; metrics of distributions are "
                    + "undefined for them. --signed absolute measures the weights' sizes.")
        }
        if set.hypotheses.isEmpty {
            console.note(
                "note: without a mask, only metrics of the maps alone have values. Pass --mask, --masks or --data.")
        }
        let measurements = try MapMeasurements(set, signs: signed)
        if json {
            console.print(MeasurementReport(measurements).json)
        } else {
            let overall = try measurements.overall(resamples: resamples, seed: seed)
            console.print(Self.table(overall).lines.joined(separator: "\n"))
        }
    }

    private static func table(_ overall: [MapMeasurements.Overall]) -> TextTable {
        let isNamed = overall.contains { $0.hypothesis != nil }
        return TextTable(
            header: ["metric"] + (isNamed ? ["hypothesis"] : [])
                + ["mean", "sd", "95 % CI from", "to", "n", "undefined", "mostly because"],
            rows: overall.map { row in
                let estimate = row.estimate
                return [row.metric] + (isNamed ? [printable(row.hypothesis ?? "")] : []) + [
                    number(estimate.mean), number(estimate.standardDeviation), number(estimate.interval?.lowerBound),
                    number(estimate.interval?.upperBound), String(estimate.count), String(estimate.undefined),
                    estimate.undefinedReason?.rawValue ?? "",
                ]
            })
    }

    private static func number(_ value: Double?) -> String { value.map { String(format: "%.6g", $0) } ?? "" }
}

extension SignTreatment: ExpressibleByArgument {
    /// The treatment of a name.
    public init?(argument: String) {
        switch argument {
        case "absolute": self = .absolute
        case "positive": self = .positive
        case "signed": self = .signed
        default: return nil
        }
    }

    /// The name as `--help` shows it.
    public var defaultValueDescription: String {
        switch self {
        case .absolute: "absolute"
        case .positive: "positive"
        case .signed: "signed"
        }
    }
}
