import Focus
import Metrics

extension ComparisonReport {
    /// The comparison as JSON: per metric the groups' series with each seed's, and the tests.
    public var json: String {
        let epochs = comparison.epochs.map(String.init).joined(separator: ", ")
        let groups = comparison.groups.map { group in
            let runs = group.runs.map { "{\"name\": \(jsonString($0.name)), \"path\": \(jsonString($0.path))}" }
            return "    {\"name\": \(jsonString(group.name)), \"runs\": [\(runs.joined(separator: ", "))]}"
        }
        return """
            {
              "schema": "fovea.comparison/1",
              "epoch": \(comparison.epochs.last ?? 0),
              "epochs": [\(epochs)],
              "loss": \(jsonString(comparison.lossName)),
              "groups": [
            \(groups.joined(separator: ",\n"))
              ],
              "left_out": [\(comparison.leftOut.map(jsonString).joined(separator: ", "))],
              "metrics": [
            \(comparison.results.map(metric).joined(separator: ",\n"))
              ]
            }
            """
    }

    private func metric(_ result: Comparison.Result) -> String {
        let series = result.series.map { series in
            let seeds = zip(series.runs, series.seeds).map { run, estimates in
                "{\"run\": \(jsonString(run)), \"mean\": \(list(estimates.map(\.mean)))}"
            }
            return "        {\"group\": \(jsonString(series.group)), \"mean\": \(list(series.means.map(\.mean))), "
                + "\"ci_low\": \(list(series.means.map { $0.interval?.lowerBound })), "
                + "\"ci_high\": \(list(series.means.map { $0.interval?.upperBound })), "
                + "\"seeds\": [\(seeds.joined(separator: ", "))]}"
        }
        let tests = result.tests.map { "        \(test($0))" }
        return "    {\"metric\": \(jsonString(result.metric.metric)), "
            + "\"source\": \(result.metric.source.map { jsonString($0.rawValue) } ?? "null"), "
            + "\"hypothesis\": \(result.metric.hypothesis.map(jsonString) ?? "null"),\n"
            + "      \"groups\": [\n\(series.joined(separator: ",\n"))\n      ],\n"
            + "      \"differences\": [" + (tests.isEmpty ? "" : "\n\(tests.joined(separator: ",\n"))\n      ") + "]}"
    }

    private func test(_ test: GroupTest) -> String {
        "{\"first\": \(jsonString(test.first)), \"second\": \(jsonString(test.second)), \"n\": \(test.instances), "
            + "\"mean\": \(number(test.difference.mean)), \"ci_low\": \(number(test.difference.interval?.lowerBound)), "
            + "\"ci_high\": \(number(test.difference.interval?.upperBound)), \"p_sign_flip\": \(number(test.signFlip?.pValue)), "
            + "\"p_holm\": \(number(test.adjusted)), \"p_wilcoxon\": \(number(test.wilcoxon?.pValue)), "
            + "\"d_z\": \(number(test.dz)), \"cliffs_delta\": \(number(test.cliffsDelta)), "
            + "\"cliffs_delta_low\": \(number(test.cliffsInterval?.lowerBound)), "
            + "\"cliffs_delta_high\": \(number(test.cliffsInterval?.upperBound)), \"p_seeds\": \(number(test.seeds?.pValue)), "
            + "\"cliffs_delta_seeds\": \(number(test.seedsDelta))}"
    }

    private func list(_ values: [Double?]) -> String { "[" + values.map(number).joined(separator: ", ") + "]" }

    private func number(_ value: Double?) -> String {
        value.map { $0.isFinite ? $0.description : jsonNumber($0) } ?? "null"
    }
}
