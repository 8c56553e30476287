import Focus
import Foundation
import Metrics
import Networks

/// The machine-readable verdict, `summary.json`, and the same document on standard output with `--json`.
public struct Summary: Encodable {
    let schema = "fovea.summary/1"
    let run: String
    let epochs: [Int]
    let instances: Int
    let positions: Int
    let verdict: VerdictJSON
    let loss: LossJSON?
    let hypotheses: [HypothesisJSON]
    let rankingAndTimeline: SeriesJSON
    let assumptions: [AssumptionJSON]
    let skipped: [SkippedJSON]
    let provenance: ProvenanceJSON

    /// The summary of an analysis.
    public init(_ result: Analysis.Result, verdict: Verdict, provenance: Provenance) {
        let timeline = result.timeline
        run = timeline.run
        epochs = timeline.epochs
        instances = timeline.instanceCount
        positions = timeline.positionCount
        self.verdict = VerdictJSON(verdict, expected: timeline.expected)
        loss = timeline.loss.map { LossJSON(name: timeline.lossName, values: $0) }
        hypotheses = timeline.hypotheses.map {
            HypothesisJSON($0, chance: timeline.chance(of: $0.name))
        }
        rankingAndTimeline = SeriesJSON(timeline: timeline)
        assumptions = result.assumptions.map { AssumptionJSON(layer: $0.layer, assumed: $0.text) }
        skipped = result.skipped.map { SkippedJSON(path: $0.path, reason: $0.reason) }
        self.provenance = ProvenanceJSON(provenance)
    }

    /// What the encoder spells; ``SeriesJSON`` adds the rest.
    enum CodingKeys: String, CodingKey {
        case schema
        case run
        case epochs
        case instances
        case positions
        case verdict
        case loss
        case hypotheses
        case assumptions
        case skipped
        case provenance
    }

    /// The document as JSON text, its keys sorted but for the ranking and the timeline, which come last.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        let head = String(decoding: try encoder.encode(self), as: UTF8.self).dropLast(2)
        return head + ",\n" + rankingAndTimeline.members + "\n}\n"
    }

    struct LossJSON: Encodable {
        let name: String
        let values: [Double]
    }

    struct HypothesisJSON: Encodable {
        let name: String
        let origin: String
        /// The chance levels: the mass of uniform maps, their divergence, and KL(mask | uniform).
        let chance: Double
        let divergence: Double?
        let kl: Double?

        init(_ summary: FocusTimeline.HypothesisSummary, chance levels: FocusTimeline.HypothesisFit.Chance?) {
            name = summary.name
            origin = summary.origin.rawValue
            chance = summary.chance
            divergence = levels?.divergenceBits
            kl = levels?.klNats
        }

        enum CodingKeys: String, CodingKey {
            case name
            case origin
            case chance
            case divergence = "chance_js_divergence_bits"
            case kl = "chance_kl_nats"
        }
    }

    struct AssumptionJSON: Encodable {
        let layer: String
        let assumed: String
    }

    struct SkippedJSON: Encodable {
        let path: String
        let reason: String
    }

    struct EstimateJSON: Encodable {
        let mean: Double?
        let ciLow: Double?
        let ciHigh: Double?
        let n: Int
        let undefined: Int

        init(_ estimate: Estimate) {
            mean = estimate.mean
            ciLow = estimate.interval?.lowerBound
            ciHigh = estimate.interval?.upperBound
            n = estimate.count
            undefined = estimate.undefined
        }

        enum CodingKeys: String, CodingKey {
            case mean
            case ciLow = "ci_low"
            case ciHigh = "ci_high"
            case n
            case undefined
        }
    }

    struct FindingJSON: Encodable {
        let source: String
        let layer: String?
        let hypothesis: String
        let massInMask: EstimateJSON?
        let chance: Double
        let auroc: EstimateJSON?
        let divergence: Double?
        let isBest: Bool
        let bestSince: Int?

        init(_ finding: Verdict.Finding) {
            source = finding.source.kind.rawValue
            layer = finding.source.layer
            hypothesis = finding.hypothesis
            massInMask = finding.mass.map(EstimateJSON.init)
            chance = finding.chance
            auroc = finding.auroc.map(EstimateJSON.init)
            divergence = finding.divergenceBits
            isBest = finding.isBest
            bestSince = finding.bestSince
        }

        enum CodingKeys: String, CodingKey {
            case source
            case layer
            case hypothesis
            case massInMask = "mass_in_mask"
            case chance
            case auroc
            case divergence = "js_divergence_bits"
            case isBest = "is_best"
            case bestSince = "best_since_epoch"
        }
    }

    struct VerdictJSON: Encodable {
        let epoch: Int
        let sentences: [String]
        let expected: String?
        let attention: FindingJSON?
        let others: [FindingJSON]
        let gradient: FindingJSON?

        init(_ verdict: Verdict, expected: String?) {
            epoch = verdict.epoch
            sentences = verdict.sentences
            self.expected = expected
            attention = verdict.attention.map(FindingJSON.init)
            others = verdict.others.map(FindingJSON.init)
            gradient = verdict.gradient.map(FindingJSON.init)
        }
    }

    struct ProvenanceJSON: Encodable {
        struct File: Encodable {
            let path: String
            let sha256: String?
            let epoch: Int?
        }
        let fovea: String
        let commandLine: [String]
        let checkpoints: [File]
        let probeSet: File
        let architecture: File?
        let bootstrapSeed: UInt64
        let bootstrapResamples: Int

        init(_ provenance: Provenance) {
            fovea = provenance.version
            commandLine = provenance.commandLine
            checkpoints = provenance.checkpoints.map { File(path: $0.path, sha256: $0.sha256, epoch: $0.epoch) }
            probeSet = File(path: provenance.probeSet, sha256: provenance.probeSetSHA256, epoch: nil)
            architecture = provenance.architecture.map { File(path: $0.path, sha256: $0.sha256, epoch: nil) }
            bootstrapSeed = provenance.seed
            bootstrapResamples = provenance.resamples
        }

        enum CodingKeys: String, CodingKey {
            case fovea
            case commandLine = "command_line"
            case checkpoints
            case probeSet = "probe_set"
            case architecture
            case bootstrapSeed = "bootstrap_seed"
            case bootstrapResamples = "bootstrap_resamples"
        }
    }
}
