import Foundation
import TestSupport
import Testing

@Suite("fovea measure")
struct MeasureTests {
    /// The values of one case as the command prints them.
    private struct Measured {
        let metrics: [String: Double?]
        let undefined: [String: String]
    }

    private func measure(_ arguments: String...) throws -> [(id: String, Measured)] {
        let outcome = try CommandLineTool.run(["measure"] + arguments + ["--json", "--quiet"])
        try #require(outcome.status == 0, "\(outcome.errors)")
        let document = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        let cases = try #require(document?["cases"] as? [[String: Any]])
        return try cases.map { item in
            #expect(Set(item.keys) == ["id", "metrics", "undefined"])
            let metrics = try #require(item["metrics"] as? [String: Any]).mapValues(Self.number)
            let undefined = try #require(item["undefined"] as? [String: String])
            #expect(Set(undefined.keys) == Set(metrics.filter { $0.value == nil }.keys))
            return (try #require(item["id"] as? String), Measured(metrics: metrics, undefined: undefined))
        }
    }

    private static func number(_ value: Any) -> Double? {
        (value as? NSNumber)?.doubleValue ?? (value as? String).flatMap { Double($0) }
    }

    /// Cases whose question has no answer for some metrics although the references return a number; docs/metrics.md says which.
    private static let withoutAnswer: Set = [
        "mask_empty", "n1_irrelevant", "nan_present", "negative_signed", "near_constant",
    ]
    /// What the references overflow on, and Fovea does not.
    private static let overflowing: Set = ["hoyer_sparsity", "cosine_similarity", "nss", "s_cosine"]

    @Test("The reference cases have the references' values, 1e-12 for closed forms and 1e-9 for p-values")
    func golden() throws {
        let path = Fixtures.path("golden_metrics.json")
        let document = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
        let golden = try #require((document as? [String: Any])?["cases"] as? [[String: Any]])
        let measured = try measure(path)
        #expect(measured.map(\.id) == golden.map { $0["id"] as? String })
        var compared = 0
        for (item, (id, found)) in zip(golden, measured) {
            for (metric, value) in try #require(item["metrics"] as? [String: Any]) {
                let value = Self.number(value)
                let entry = try #require(found.metrics[metric], "\(id) has no \(metric)")
                guard let entry, entry.isFinite else {
                    let isKnown = value.map { !$0.isFinite } ?? true || Self.withoutAnswer.contains(id)
                    #expect(isKnown, "\(id): \(metric) is undefined, the reference has \(String(describing: value))")
                    continue
                }
                if id == "unnormalised_large", Self.overflowing.contains(metric) { continue }
                let reference = try #require(value, "\(id): \(metric) has \(entry), the reference nothing")
                let tolerance = max(1e-15, (metric.hasSuffix("pvalue") ? 1e-9 : 1e-12) * abs(reference))
                #expect(abs(entry - reference) <= tolerance, "\(id): \(metric) \(entry), reference \(reference)")
                compared += 1
            }
        }
        #expect(compared > 2000)
    }

    @Test("Infinite divergences are the reference's, and reasons are said")
    func reasons() throws {
        let measured = Dictionary(uniqueKeysWithValues: try measure(Fixtures.path("golden_metrics.json")))
        let outside = try #require(measured["onehot_outside"])
        #expect(outside.metrics["kl_mask_to_attention"] == .some(.infinity))
        #expect(measured["mask_empty"]?.undefined["auroc"] == "empty_mask")
        #expect(measured["zeros"]?.undefined["mass_in_mask"] == "no_mass")
        #expect(measured["nan_present"]?.undefined["entropy_nats"] == "non_finite")
        #expect(measured["negative_signed"]?.undefined["gini"] == "negative_weights")
    }

    @Test("Signs are kept, made absolute, or negative weights left out")
    func signs() throws {
        let path = Fixtures.path("golden_metrics.json")
        func mass(_ signs: String) throws -> Double? {
            try measure(path, "--signed", signs).first { $0.id == "negative_signed" }?.1.metrics["mass_in_mask"] ?? nil
        }
        // The map is -0.3, 0.5, 0.2, -0.1, 0.7 with the mask on the second and third position.
        #expect(abs(try #require(try mass("signed")) - 0.7 / 1.0) < 1e-12)
        #expect(abs(try #require(try mass("absolute")) - 0.7 / 1.8) < 1e-12)
        #expect(abs(try #require(try mass("positive")) - 0.7 / 1.4) < 1e-12)
    }

    @Test("The same maps have the same values from every format")
    func formats() throws {
        let folder = try TemporaryFolder()
        let (maps, masks) = (folder.path + "/maps.csv", folder.path + "/masks.csv")
        try "a0,a1,a2\n0.5,0.25,0.25\n0.125,0.875,\n".write(toFile: maps, atomically: true, encoding: .utf8)
        try "1,0,0\n0,1,0\n".write(toFile: masks, atomically: true, encoding: .utf8)
        let json = folder.path + "/maps.json"
        try
            #"{"cases": [{"id": 0, "attention": [0.5, 0.25, 0.25], "mask": [1, 0, 0]}, {"attention": [0.125, 0.875], "mask": [0, true]}]}"#
            .write(toFile: json, atomically: true, encoding: .utf8)
        let fromTable = try measure(maps, "--masks", masks)
        let fromJSON = try measure(json)
        let byRule = try measure(maps, "--mask", "argmax=index:0", "--masks", masks)
        #expect(fromTable.map(\.id) == ["0", "1"])
        #expect(byRule.map(\.id) == ["0:mask", "0:argmax", "1:mask", "1:argmax"])
        for ((_, table), (_, json)) in zip(fromTable, fromJSON) {
            #expect(table.metrics == json.metrics)
            #expect(table.undefined == json.undefined)
        }
        #expect(fromTable[0].1.metrics["mass_in_mask"] == .some(0.5))
        #expect(fromTable[1].1.metrics["mass_in_mask"] == .some(0.875))
        #expect(fromTable[1].1.undefined["s_pearson"] == "no_reference")
    }

    @Test("Archives, a probe set's masks and its delimiter")
    func probeSet() throws {
        let measured = try measure(
            Fixtures.path("arrays/maps.npz"), "--data", Fixtures.path("arrays/probes.npz"), "--mask", "last")
        #expect(measured.count == 12)
        for (_, item) in measured {
            let parts = ["mass_before", "mass_at", "mass_after"].compactMap { item.metrics[$0] ?? nil }
            #expect(abs(parts.reduce(0, +) - 1) < 1e-12)
        }
        #expect(measured.contains { $0.1.metrics["s_pearson"] != .some(nil) })
    }

    @Test("The table has each metric's mean, and counts what is undefined")
    func table() throws {
        let path = Fixtures.path("golden_metrics.json")
        let outcome = try CommandLineTool.run(["measure", path, "--quiet"])
        #expect(outcome.status == 0)
        let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        let auroc = try #require(lines.first { $0.first == "auroc" })
        let values = try measure(path).compactMap { $0.1.metrics["auroc"] ?? nil }
        let mean = values.reduce(0, +) / Double(values.count)
        #expect(abs(try #require(Double(auroc[1])) - mean) < 1e-5)
        #expect(Array(auroc.suffix(3)) == ["28", "5", "empty_mask"])
        #expect(lines.count == 83)
    }
}
