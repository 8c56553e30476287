import Tensors

/// The sequences that a run is analysed on, and what is known about them. N is the number of instances, T of positions.
public struct ProbeSet: Sendable {
    /// The inputs, one tensor per input of the network: N×T×F, or N×T for tokens and single features.
    public let inputs: [Tensor]
    /// The targets, N×O; nil if unknown.
    public let targets: Tensor?
    /// The number of valid positions of each instance; nil if all are.
    public let lengths: [Int]?
    /// Where each instance's delimiter is; nil if there is none.
    public let delimiterIndex: [Int]?
    /// The hypotheses that came with the data.
    public private(set) var hypotheses: [Hypothesis]
    /// Where the set comes from, for messages and provenance.
    public let origin: String
    /// The SHA-256 of the file it comes from, if from a file.
    public let sha256: String?

    /// A probe set.
    ///
    /// - Throws: ``ProbeSetError`` if the parts do not fit each other.
    public init(
        inputs: [Tensor], targets: Tensor? = nil, lengths: [Int]? = nil, delimiterIndex: [Int]? = nil,
        hypotheses: [Hypothesis] = [], origin: String, sha256: String? = nil
    ) throws(ProbeSetError) {
        self.inputs = inputs
        self.targets = targets
        self.lengths = lengths
        self.delimiterIndex = delimiterIndex
        self.hypotheses = hypotheses
        self.origin = origin
        self.sha256 = sha256
        try validate()
    }

    /// N.
    public var count: Int { inputs[0].shape[0] }
    /// T, of the first input.
    public var positions: Int { inputs[0].shape[1] }
    /// The number of valid positions of an instance.
    public func length(of instance: Int) -> Int { lengths?[instance] ?? positions }

    /// Adds a hypothesis; one of the same name is replaced.
    public mutating func add(_ hypothesis: Hypothesis) {
        hypotheses.removeAll { $0.name == hypothesis.name }
        hypotheses.append(hypothesis)
    }

    /// The first instances only.
    public func prefix(_ count: Int) throws(ProbeSetError) -> ProbeSet {
        let rows = 0..<min(count, self.count)
        return try ProbeSet(
            inputs: inputs.map { $0[rows: rows] }, targets: targets?[rows: rows], lengths: lengths.map { Array($0[rows]) },
            delimiterIndex: delimiterIndex.map { Array($0[rows]) },
            hypotheses: hypotheses.map { Hypothesis(name: $0.name, mask: $0.mask[rows: rows], origin: $0.origin) },
            origin: origin, sha256: sha256)
    }

    private func validate() throws(ProbeSetError) {
        guard let first = inputs.first, first.rank >= 2, first.shape[0] > 0, first.shape[1] > 0 else {
            throw .badShape(
                origin: origin, dataset: "inputs", needs: "N×T×F with at least one instance and one position",
                found: inputs.first?.shape ?? [])
        }
        for (index, input) in inputs.enumerated() {
            guard input.rank >= 2, input.shape[0] == count else {
                throw .badShape(
                    origin: origin, dataset: "input \(index)", needs: "\(count) instances", found: input.shape)
            }
            if let bad = input.values.firstIndex(where: { !$0.isFinite }) {
                throw .nonFinite(origin: origin, dataset: "input \(index)", instance: bad / (input.count / count))
            }
        }
        if let targets {
            guard targets.rank == 2, targets.shape[0] == count else {
                throw .badShape(origin: origin, dataset: "targets", needs: "\(count)×O", found: targets.shape)
            }
            if let bad = targets.values.firstIndex(where: { !$0.isFinite }) {
                throw .nonFinite(origin: origin, dataset: "targets", instance: bad / (targets.count / count))
            }
        }
        if let lengths {
            guard lengths.count == count, lengths.allSatisfy({ 1...positions ~= $0 }) else {
                throw .badIndex(origin: origin, dataset: "lengths", range: "1...\(positions)")
            }
        }
        if let delimiterIndex {
            guard delimiterIndex.count == count,
                delimiterIndex.indices.allSatisfy({ 0..<length(of: $0) ~= delimiterIndex[$0] })
            else { throw .badIndex(origin: origin, dataset: "delimiter_index", range: "0..<length") }
        }
        for hypothesis in hypotheses {
            guard hypothesis.mask.shape == [count, positions] else {
                throw .badShape(
                    origin: origin, dataset: "mask `\(hypothesis.name)`", needs: "\(count)×\(positions)",
                    found: hypothesis.mask.shape)
            }
            guard hypothesis.mask.values.allSatisfy({ $0 == 0 || $0 == 1 }) else {
                throw .notBinary(origin: origin, mask: hypothesis.name)
            }
            guard hypothesis.mask.values.contains(1) else { throw .emptyMask(origin: origin, mask: hypothesis.name) }
        }
    }
}
