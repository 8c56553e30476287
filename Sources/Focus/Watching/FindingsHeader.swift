import Checkpoints
import Files
import Networks

/// The part of stored findings that is no array of numbers.
struct FindingsHeader: Codable {
    /// Grows with every change of the layout; files of another number are made again.
    static let currentFormat = 1

    var format = FindingsHeader.currentFormat
    var name: String
    var stamp: FileStamp
    var sha256: String
    var assumptions: [String]
    var assumedLayers: [String]
    var notes: [String]
    var lossName: String?
    var isProbed: Bool
    var isTested: Bool
    var interventions: [Intervention]
    var probes: [Probe]
    var attention: [AttentionLayer]
    var maps: [StoredSource]
    /// The maps whose measurements cannot be made again from what is stored.
    var measured: [StoredSource]
    var tests: [Test]
    var faithfulness: [Test]
    var hasOutcome: Bool
    var hasProbe: Bool
    var hasAlignedProbe: Bool

    struct Intervention: Codable {
        var name: String
        var label: String
        var layer: String?
        var hypothesis: String?
    }

    struct Probe: Codable {
        var target: String
        var label: String
        var layer: String
    }

    struct AttentionLayer: Codable {
        var layer: String
        var isPerFeature: Bool
    }

    struct StoredSource: Codable {
        var kind: String
        var layer: String?
        var head: Int?

        init(_ source: Source) {
            (kind, layer, head) = (source.kind.rawValue, source.layer, source.head)
        }

        var source: Source? { Source.Kind(rawValue: kind).map { Source($0, layer: layer, head: head) } }
    }

    struct Test: Codable {
        var name: String
        var source: StoredSource?
        var label: String

        init(_ key: TestKey) {
            (name, source, label) = (key.name, key.source.map(StoredSource.init), key.label)
        }

        var key: TestKey { TestKey(name: name, source: source?.source, label: label) }
    }
}

extension FindingsHeader {
    /// What is to be said of findings.
    init(_ findings: CheckpointFindings, name: String, stamp: FileStamp) {
        let result = findings.result
        self.init(
            name: name, stamp: stamp, sha256: findings.sha256, assumptions: findings.assumptions.map(\.text),
            assumedLayers: findings.assumptions.map(\.layer), notes: findings.notes,
            lossName: findings.lossKind?.rawValue, isProbed: findings.isProbed, isTested: findings.isTested,
            interventions: findings.plan.interventions.map {
                Intervention(name: $0.name, label: $0.label, layer: $0.layer, hypothesis: $0.hypothesis)
            },
            probes: findings.plan.probes.map { Probe(target: $0.target, label: $0.label, layer: $0.layer) },
            attention: result.attention.map {
                AttentionLayer(layer: $0.layer, isPerFeature: $0.layout == .perFeature)
            },
            maps: result.maps.keys.filter { $0.kind != .attention }.sorted().map(StoredSource.init),
            measured: result.maps.keys.filter(\.isStacked).sorted().map(StoredSource.init),
            tests: result.tests.map { Test($0.key) }, faithfulness: findings.faithfulness.map { Test($0.key) },
            hasOutcome: result.interventions != nil, hasProbe: findings.probe != nil,
            hasAlignedProbe: findings.probe?.aligned != nil)
    }

    /// What the answers are about.
    var plan: AnswerPlan {
        AnswerPlan(
            interventions: interventions.map {
                AnswerPlan.Intervention(name: $0.name, label: $0.label, layer: $0.layer, hypothesis: $0.hypothesis)
            }, probes: probes.map { AnswerPlan.Probe(target: $0.target, label: $0.label, layer: $0.layer) })
    }
}

extension Source {
    /// Whether it follows the attention of a stack of layers: its measurements may be of more rows than its map keeps.
    var isStacked: Bool { kind == .attentionRollout || kind == .attentionFlow }
}
