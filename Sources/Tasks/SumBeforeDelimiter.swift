import Tensors

/// The founding task: add all the numbers that come before the delimiter.
///
/// x ~ U(0, 1) of length L; the delimiter's value (0) is put at a position a drawn from 1...L-1, or at a fixed one; the target is
/// the sum of x[0..<a]. Hypotheses: `before` (what the text asks for), `delimiter`, `last`. After `add_numbers_before_delimiter`
/// of AI4Water's `attention_lstm.py` example.
public struct SumBeforeDelimiter: SyntheticTask {
    public static let name = "sum-before-delimiter"
    public static let summary = "add all numbers before the delimiter"

    /// The length of the sequences.
    public let length: Int
    /// The delimiter's value.
    public let delimiter: Float
    /// The delimiter's fixed position, or nil for a random one.
    public let delimiterIndex: Int?

    public init(_ options: TaskOptions = TaskOptions()) throws(ProbeSetError) {
        length = options.length ?? 20
        delimiter = Float(options.delimiter ?? 0)
        delimiterIndex = options.delimiterIndex
        guard length >= 2 else {
            throw .badTask(reason: "sum-before-delimiter needs sequences of at least 2 positions, not \(length) (--length).")
        }
        if let index = delimiterIndex, !(1..<length ~= index) {
            throw .badTask(
                reason: "sum-before-delimiter needs its delimiter at 1 to \(length - 1), not at \(index) (--delimiter-index).")
        }
    }

    public func probeSet(count: Int, seed: UInt64) throws(ProbeSetError) -> ProbeSet {
        guard count > 0 else { throw .badTask(reason: "a data set needs at least one instance (--count).") }
        var generator = SplitMix64(seed: seed)
        var inputs: [Float] = []
        var targets: [Float] = []
        var indices: [Int] = []
        inputs.reserveCapacity(count * length)
        for _ in 0..<count {
            var sequence = (0..<length).map { _ in generator.uniform() }
            let index = delimiterIndex ?? generator.integer(in: 1..<length)
            sequence[index] = delimiter
            inputs += sequence
            targets.append(Float(sequence[..<index].reduce(0.0) { $0 + Double($1) }))
            indices.append(index)
        }
        var probes = try ProbeSet(
            inputs: [Tensor(shape: [count, length, 1], values: inputs)],
            targets: Tensor(shape: [count, 1], values: targets), delimiterIndex: indices,
            origin: "\(Self.name), seed \(seed)")
        for rule in [
            MaskRule(.beforeDelimiter, name: "before"), MaskRule(.atDelimiter, name: "delimiter"),
            MaskRule(.last, name: "last"),
        ] {
            probes.add(try rule.hypothesis(for: probes, origin: .task))
        }
        return probes
    }
}
