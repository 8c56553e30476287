import Attention
import Foundation
import Networks
import Tasks
import Tensors

/// Which interventions an analysis makes.
public enum InterventionChoice: Sendable, Equatable {
    /// All that the probe set and the network allow.
    case all
    /// None.
    case none
    /// Those of the given names (see `AttentionIntervention.name`).
    case named([String])

    /// The choice of a list with commas: `all`, `none`, or names.
    public init(list: String) {
        let names = list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        self = names == ["all"] ? .all : names == ["none"] || names.isEmpty ? .none : .named(names)
    }
}

/// The interventions of an analysis, and the attention that each of them gives to an instance.
struct InterventionPlan: Sendable {
    let interventions: [AttentionIntervention]
    private let masks: [String: Tensor]
    let lengths: [Int]
    private let delimiterIndex: [Int]?
    let positions: Int
    private let seed: UInt64

    /// How often attention is shuffled. With hundreds of instances, each in an order of its own, a few draws settle the mean.
    private static let draws = 5

    /// The interventions that a probe set allows, or those named.
    ///
    /// - Throws: ``AnalysisError/unknownName(option:name:known:)``.
    init(_ choice: InterventionChoice, probes: ProbeSet, hypotheses: HypothesisSet, seed: UInt64) throws {
        lengths = hypotheses.lengths
        delimiterIndex = probes.delimiterIndex
        positions = probes.positions
        self.seed = seed
        var possible: [AttentionIntervention] = [.uniform, .shuffled(draws: Self.draws)]
        var masks: [String: Tensor] = [:]
        let lastStep = hypotheses.hypotheses.first { $0.name == "last" }?.mask
        for (place, hypothesis) in hypotheses.hypotheses.enumerated() {
            // A mask that marks everything, or the last step alone, is an intervention of its own; equal masks are forced once.
            let isFirst = hypotheses.maskIndex.firstIndex(of: hypotheses.maskIndex[place]) == place
            guard isFirst, hypothesis.mask != lastStep, hypotheses.chance[place] < 1 else { continue }
            possible.append(.mask(hypothesis: hypothesis.name))
            masks[hypothesis.name] = hypothesis.mask
        }
        if probes.delimiterIndex != nil {
            possible += [.besideDelimiter(offset: -1), .besideDelimiter(offset: 1)]
        }
        possible += [.lastStep, .queryZeroed]
        self.masks = masks
        switch choice {
        case .all: interventions = possible
        case .none: interventions = []
        case .named(let names):
            interventions = try names.map { name in
                guard let found = possible.first(where: { $0.name == name }) else {
                    throw AnalysisError.unknownName(
                        option: "--interventions", name: name, known: ["all", "none"] + possible.map(\.name))
                }
                return found
            }
        }
    }

    /// The distribution over the key positions that an intervention gives each instance; an empty row where it gives none, nil for
    /// interventions that keep the model's own weights.
    func rows(_ intervention: AttentionIntervention, instances: Range<Int>, keys: Int) -> [[Float]]? {
        switch intervention {
        case .uniform: instances.map { spread(over: 0..<length($0, keys), keys) }
        case .lastStep: instances.map { spread(over: (length($0, keys) - 1)..<length($0, keys), keys) }
        case .mask(let name): masks[name].map { mask in instances.map { row(of: mask, $0, keys) } }
        case .besideDelimiter(let offset):
            delimiterIndex.map { indices in
                instances.map { instance in
                    guard keys == positions else { return [] }
                    let place = min(max(indices[instance] + offset, 0), lengths[instance] - 1)
                    return spread(over: place..<(place + 1), keys)
                }
            }
        case .shuffled, .queryZeroed: nil
        }
    }

    /// The order of an instance's weights in one draw: the same in every run and at every epoch.
    func order(draw: Int, instance: Int, length: Int) -> [Int] {
        var generator = SplitMix64(seed: seed &+ UInt64(draw) &* 0x1_0000_0001 &+ UInt64(instance) &* 0x9E37_79B9)
        var order = Array(0..<length)
        for place in order.indices.dropLast() { order.swapAt(place, generator.integer(in: place..<length)) }
        return order
    }

    /// The valid key positions: those of the sequence where the keys are its steps, else all.
    private func length(_ instance: Int, _ keys: Int) -> Int { keys == positions ? lengths[instance] : keys }

    private func spread(over range: Range<Int>, _ keys: Int) -> [Float] {
        var row = [Float](repeating: 0, count: keys)
        for key in range { row[key] = 1 / Float(range.count) }
        return row
    }

    private func row(of mask: Tensor, _ instance: Int, _ keys: Int) -> [Float] {
        guard keys == positions else { return [] }
        let marks = mask.values[(instance * positions)..<((instance + 1) * positions)]
        let count = marks.reduce(0, +)
        return count == 0 ? [] : marks.map { $0 / count }
    }
}
