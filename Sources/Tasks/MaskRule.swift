import Tensors

/// A rule that makes a hypothesis' mask from the data, as `--mask` takes it: `rule` or `name=rule`.
public struct MaskRule: Sendable, Equatable {
    /// The rules.
    public enum Kind: Sendable, Equatable {
        case beforeDelimiter
        case atDelimiter
        case afterDelimiter
        case first
        case last
        case argmax
        case positions([Int])
        /// Every valid position: the hypothesis of no focus at all.
        case uniform
    }

    /// The hypothesis' name: the one given, or the rule's text.
    public let name: String
    /// The rule.
    public let kind: Kind
    private let text: String

    /// A rule of the given kind and name.
    public init(_ kind: Kind, name: String) {
        self.kind = kind
        self.name = name
        text = name
    }

    /// Parses `rule` or `name=rule`. Positions count from 0.
    ///
    /// - Throws: ``ProbeSetError/unknownRule(text:)``.
    public init(_ argument: String) throws(ProbeSetError) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        text = String(parts.last ?? "")
        name = String(parts[0])
        guard !name.isEmpty, let kind = Self.kind(of: text) else { throw .unknownRule(text: argument) }
        self.kind = kind
    }

    private static func kind(of text: String) -> Kind? {
        switch text {
        case "before-delimiter": return .beforeDelimiter
        case "at-delimiter": return .atDelimiter
        case "after-delimiter": return .afterDelimiter
        case "first": return .first
        case "last": return .last
        case "argmax": return .argmax
        case "uniform": return .uniform
        default: break
        }
        if text.hasPrefix("index:") {
            let numbers = text.dropFirst(6).split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
            let positions = numbers.compactMap { $0 }
            return positions.count == numbers.count && positions.allSatisfy { $0 >= 0 } ? .positions(positions) : nil
        }
        if text.hasPrefix("range:") {
            let ends = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard ends.count == 2, let low = ends[0], let high = ends[1], 0 <= low, low <= high, high - low < 1 << 20 else {
                return nil
            }
            return .positions(Array(low...high))
        }
        return nil
    }

    /// The hypothesis for a probe set.
    ///
    /// - Parameters:
    ///   - probes: The data.
    ///   - origin: Where the hypothesis comes from.
    /// - Throws: ``ProbeSetError`` if the rule needs a delimiter that is not known, names positions that do not exist, or marks
    ///   no position at all.
    public func hypothesis(for probes: ProbeSet, origin: Hypothesis.Origin) throws(ProbeSetError) -> Hypothesis {
        let (count, positions) = (probes.count, probes.positions)
        if case .positions(let list) = kind, list.contains(where: { $0 >= positions }) {
            throw .positionOutOfRange(rule: text, positions: positions)
        }
        var mask = Tensor(shape: [count, positions], repeating: 0)
        for instance in 0..<count {
            let length = probes.length(of: instance)
            for position in try marked(instance, probes) where position < length {
                mask.values[instance * positions + position] = 1
            }
        }
        guard mask.values.contains(1) else { throw .emptyMask(origin: probes.origin, mask: name) }
        return Hypothesis(name: name, mask: mask, origin: origin)
    }

    private func marked(_ instance: Int, _ probes: ProbeSet) throws(ProbeSetError) -> [Int] {
        let length = probes.length(of: instance)
        switch kind {
        case .beforeDelimiter: return Array(0..<(try delimiter(instance, probes)))
        case .atDelimiter: return [try delimiter(instance, probes)]
        case .afterDelimiter: return Array((try delimiter(instance, probes) + 1)..<max(length, try delimiter(instance, probes) + 1))
        case .first: return [0]
        case .last: return [length - 1]
        case .argmax: return [largest(instance, probes)]
        case .positions(let list): return list
        case .uniform: return Array(0..<length)
        }
    }

    private func delimiter(_ instance: Int, _ probes: ProbeSet) throws(ProbeSetError) -> Int {
        guard let index = probes.delimiterIndex else { throw .ruleNeedsDelimiter(rule: text) }
        return index[instance]
    }

    /// The position of the largest value of the first feature; the first one of several.
    private func largest(_ instance: Int, _ probes: ProbeSet) -> Int {
        let input = probes.inputs[0]
        let features = input.count / (probes.count * probes.positions)
        let value = { position in input.values[(instance * probes.positions + position) * features] }
        return (0..<probes.length(of: instance)).max { value($0) < value($1) } ?? 0
    }
}
