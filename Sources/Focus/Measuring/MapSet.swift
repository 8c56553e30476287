import Metrics
import Tasks
import Tensors

/// Maps that were computed elsewhere, by captum, PyTorch or by hand, with what they are measured against.
public struct MapSet: Sendable {
    /// One map.
    public struct Case: Sendable {
        /// Its name in the results.
        public var id: String
        /// The weights of its valid positions, n values; may hold NaN and infinities.
        public var attention: [Double]
        /// A second map to compare it with, n values.
        public var saliency: [Double]?
        /// Its masks by hypothesis, n values each.
        public var masks: [String: [Bool]]

        /// A map.
        public init(id: String, attention: [Double], saliency: [Double]? = nil, masks: [String: [Bool]] = [:]) {
            self.id = id
            self.attention = attention
            self.saliency = saliency
            self.masks = masks
        }
    }

    /// The maps.
    public private(set) var cases: [Case]
    /// The hypotheses in order; a case need not have a mask for each.
    public private(set) var hypotheses: [String]
    /// Where each instance's delimiter is; nil if that is not known.
    public private(set) var delimiterIndex: [Int]?
    /// Where the maps come from, for messages.
    public let origin: String

    /// A set of maps.
    ///
    /// - Precondition: Saliencies and masks have as many values as their maps.
    public init(cases: [Case], hypotheses: [String], delimiterIndex: [Int]? = nil, origin: String) {
        self.cases = cases
        self.hypotheses = hypotheses
        self.delimiterIndex = delimiterIndex
        self.origin = origin
    }

    /// Whether any weight is negative.
    public var negativeCount: Int { cases.count { $0.attention.contains { $0 < 0 } } }

    /// Adds the masks, lengths and delimiter of the probe set that the maps were computed on, and the hypotheses of rules.
    ///
    /// - Parameters:
    ///   - probes: The probe set, if there is one; rules that look at the inputs need it.
    ///   - rules: Rules for masks.
    /// - Throws: ``MapSetError`` if the probe set does not fit the maps, `ProbeSetError` for rules that do not fit it.
    public mutating func add(_ probes: ProbeSet?, rules: [MaskRule]) throws {
        if let probes { try fit(to: probes) }
        let known = try probes ?? placeholder()
        var added = probes?.hypotheses ?? []
        for rule in rules {
            if probes == nil, rule.kind == .argmax { throw MapSetError.ruleNeedsData(rule: rule.name) }
            added.append(try rule.hypothesis(for: known, origin: .user))
        }
        for hypothesis in added { add(hypothesis) }
    }

    /// Adds a hypothesis; one of the same name is replaced.
    private mutating func add(_ hypothesis: Hypothesis) {
        if !hypotheses.contains(hypothesis.name) { hypotheses.append(hypothesis.name) }
        let positions = hypothesis.mask.shape[1]
        for index in cases.indices {
            let start = index * positions
            cases[index].masks[hypothesis.name] =
                hypothesis.mask.values[start..<(start + cases[index].attention.count)].map { $0 == 1 }
        }
    }

    /// Cuts the maps to the probe set's lengths and takes its delimiter.
    private mutating func fit(to probes: ProbeSet) throws {
        guard probes.count == cases.count else {
            throw MapSetError.badShape(
                origin: probes.origin, what: "the probe set", needs: "\(cases.count) instances like the maps",
                found: "\(probes.count)")
        }
        for index in cases.indices {
            let (found, length) = (cases[index].attention.count, probes.length(of: index))
            guard found == length || found == probes.positions else {
                throw MapSetError.badShape(
                    origin: origin, what: "map `\(cases[index].id)`", needs: "\(length) weights like its sequence",
                    found: "\(found)")
            }
            guard found != length else { continue }
            cases[index].attention = Array(cases[index].attention[..<length])
            cases[index].saliency = cases[index].saliency.map { Array($0[..<length]) }
            cases[index].masks = cases[index].masks.mapValues { Array($0[..<length]) }
        }
        delimiterIndex = probes.delimiterIndex ?? delimiterIndex
    }

    /// A probe set of the maps' lengths, for rules that look at nothing else.
    private func placeholder() throws -> ProbeSet {
        let lengths = cases.map(\.attention.count)
        let positions = lengths.max() ?? 0
        return try ProbeSet(
            inputs: [Tensor(shape: [cases.count, positions], repeating: 0)], lengths: lengths,
            delimiterIndex: delimiterIndex, origin: origin)
    }
}
