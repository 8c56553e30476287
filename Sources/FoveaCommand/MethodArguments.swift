import ArgumentParser
import Files
import Foundation
import Fovea
import Tensors

/// Which attributions are made, and how.
struct MethodArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Attribution methods, with commas between: \((MethodArguments.names + MethodArguments.stacked).joined(separator: ", ")), or all that the network allows.",
            valueName: "list"))
    var methods = "saliency,gradient_x_input"

    @Option(
        help: ArgumentHelp(
            "The query whose row of many-to-many attention is measured: last, mean, all (each row by itself) or index:K.",
            valueName: "which"))
    var query: QueryChoice = .last

    @Option(
        help: ArgumentHelp(
            "How heads become one map: mean, max, min, head:K, or each (the mean, and every head by itself).",
            valueName: "how"))
    var heads = "mean"

    @Option(
        name: .customLong("output-unit"),
        help: ArgumentHelp(
            "The output that attributions explain: auto (the predicted class of a softmax, else the sum), sum, predicted, or a unit's index.",
            valueName: "which"))
    var outputUnit = "auto"

    @Option(
        help: "How saliency reduces features: \(FeatureReduction.allCases.map(\.rawValue).joined(separator: ", ")).")
    var reduction: FeatureReduction = .l2

    @Option(help: ArgumentHelp("Steps of integrated gradients.", valueName: "N"))
    var steps = 50

    @Option(
        help: "Where integrated gradients step: \(Quadrature.Rule.allCases.map(\.rawValue).joined(separator: ", ")).")
    var rule: Quadrature.Rule = .gaussLegendre

    @Option(
        help: ArgumentHelp(
            "What inputs are compared with by integrated gradients and occlusion: zero, mean (of the probe set), a number, or a .npy or .h5 file.",
            valueName: "baseline"))
    var baseline = "zero"

    @Option(
        help: ArgumentHelp(
            "Double the steps of integrated gradients until this relative completeness gap is met.", valueName: "gap"))
    var targetGap: Double?

    @Option(help: ArgumentHelp("Positions that occlusion replaces at once.", valueName: "N"))
    var window = 1

    @Option(help: ArgumentHelp("How far apart occlusion's windows begin.", valueName: "N"))
    var stride = 1

    @Option(help: ArgumentHelp("Noisy copies of SmoothGrad and VarGrad.", valueName: "N"))
    var noiseSamples = 50

    @Option(help: ArgumentHelp("The noise's standard deviation as a share of the inputs' range.", valueName: "share"))
    var noise = 0.15

    @Flag(help: "Leave the delimiter's own cell out of attributions, which may outweigh all others.")
    var withoutDelimiter = false

    @Option(
        help: ArgumentHelp(
            "How many sequences go through the network at once, which bounds the memory; by default at most 24, fewer of large ones.",
            valueName: "N"))
    var chunk: Int?

    /// The names that can be asked for.
    static let names = [
        Saliency.id, GradientTimesInput.id, IntegratedGradients.id, SmoothGrad.id, SmoothGradSquared.id, VarGrad.id,
        Occlusion.id, LeaveOneOut.id, AttentionTimesGradient.id, FrozenGradient.id,
        LayerwiseRelevance.id,
    ]
    /// Methods that follow the attention of stacked layers.
    static let stacked = [Source.Kind.attentionRollout.rawValue, Source.Kind.attentionFlow.rawValue]

    func validate() throws {
        for (name, value) in [
            ("steps", steps), ("window", window), ("stride", stride), ("noise-samples", noiseSamples),
        ] {
            guard value > 0 else { throw ValidationError("--\(name) needs at least 1.") }
        }
        guard chunk.map({ $0 > 0 }) ?? true else { throw ValidationError("--chunk needs at least 1.") }
        guard noise >= 0, noise.isFinite else { throw ValidationError("--noise needs a share of 0 or more.") }
        guard targetGap.map({ $0 > 0 }) ?? true else { throw ValidationError("--target-gap needs a gap above 0.") }
        guard heads == "each" || HeadReduction(heads) != nil else {
            throw ValidationError("--heads takes mean, max, min, head:K or each, not `\(heads)`.")
        }
        _ = try output()
        _ = try chosen()
    }

    /// The requests, with what their options need read from files.
    func requests(seed: UInt64) throws -> [MethodRequest] {
        let baseline = try parsedBaseline()
        let isAll = methods == "all"
        return try chosen().filter { !Self.stacked.contains($0) }.map {
            MethodRequest(try method($0, baseline, seed), isOptional: isAll)
        }
    }

    /// How attention is read.
    func reading() throws -> AttentionReading {
        let chosen = try chosen()
        return AttentionReading(
            query: query, heads: heads == "each" ? .mean : HeadReduction(heads) ?? .mean, eachHead: heads == "each",
            rollout: chosen.contains(Self.stacked[0]), flow: chosen.contains(Self.stacked[1]))
    }

    /// Which scalar is explained.
    func output() throws -> OutputChoice {
        switch outputUnit {
        case "auto": return .automatic
        case "sum": return .sum
        case "predicted": return .predicted
        default:
            guard let index = Int(outputUnit), index >= 0 else {
                throw ValidationError(
                    "--output-unit takes auto, sum, predicted or an index from 0, not `\(outputUnit)`.")
            }
            return .index(index)
        }
    }

    private func chosen() throws -> [String] {
        if methods == "all" { return Self.names }
        let aliases = ["ig": IntegratedGradients.id, "loo": LeaveOneOut.id, "frozen": FrozenGradient.id]
        var chosen: [String] = []
        for part in methods.split(separator: ",") {
            let name = part.trimmingCharacters(in: .whitespaces)
            let full = aliases[name] ?? name
            guard (Self.names + Self.stacked).contains(full) else {
                throw ValidationError(
                    "--methods: there is no method `\(name)`. There are: "
                        + (Self.names + Self.stacked).joined(separator: ", ") + ", all.")
            }
            if !chosen.contains(full) { chosen.append(full) }
        }
        guard !chosen.isEmpty else { throw ValidationError("--methods needs at least one method.") }
        return chosen
    }

    private func method(_ name: String, _ baseline: Baseline, _ seed: UInt64) throws -> any AttributionMethod {
        let noisy = NoisyGradients(samples: noiseSamples, level: .ofRange(noise), seed: seed, chunkSize: chunk)
        switch name {
        case IntegratedGradients.id:
            return IntegratedGradients(
                rule: rule, steps: steps, baseline: baseline, targetGap: targetGap, chunkSize: chunk)
        case SmoothGrad.id: return SmoothGrad(noise: noisy)
        case SmoothGradSquared.id: return SmoothGradSquared(noise: noisy)
        case VarGrad.id: return VarGrad(noise: noisy)
        case Occlusion.id:
            return Occlusion(window: window, stride: stride, baseline: baseline, chunkSize: chunk)
        case LeaveOneOut.id: return LeaveOneOut(chunkSize: chunk)
        case AttentionTimesGradient.id: return AttentionTimesGradient()
        case FrozenGradient.id: return FrozenGradient()
        case GradientTimesInput.id: return GradientTimesInput()
        case LayerwiseRelevance.id: return LayerwiseRelevance()
        default: return Saliency(reduction: reduction)
        }
    }

    private func parsedBaseline() throws -> Baseline {
        switch baseline {
        case "zero": return .zero
        case "mean": return .mean
        default:
            if let value = Float(baseline), value.isFinite { return .constant(value) }
            return .given(try Self.tensor(reading: baseline))
        }
    }

    /// The one array of a file.
    private static func tensor(reading path: String) throws -> Tensor {
        try ProbeSet(reading: path).inputs[0]
    }
}

extension FeatureReduction: ExpressibleByArgument {}

extension QueryChoice: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
    public var defaultValueDescription: String { description }
}
extension Quadrature.Rule: ExpressibleByArgument {}
