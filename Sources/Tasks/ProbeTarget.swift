import Tensors

/// Something that a hidden state may hold at each position: what a linear probe is asked to read.
public struct ProbeTarget: Sendable, Equatable {
    /// The name in files.
    public let name: String
    /// What it is, in a few words.
    public let label: String
    /// Its value for each instance and position, N×T.
    public let values: Tensor

    /// A target.
    ///
    /// - Precondition: `values` is a matrix.
    public init(name: String, label: String, values: Tensor) {
        precondition(values.rank == 2, "a probe target is N×T")
        self.name = name
        self.label = label
        self.values = values
    }
}

extension ProbeSet {
    /// What a state may hold: the output that is wanted (`target`, `target_1`, ... of several outputs), the sum of the inputs so far
    /// (`running_sum`), and with a delimiter the sum of those before it so far (`sum_before_delimiter`) and whether it has been seen
    /// (`delimiter_seen`). Sums are of the first feature, and only of inputs that are numbers, not tokens.
    public var probeTargets: [ProbeTarget] {
        var result = wantedOutputs
        guard inputs[0].rank == 3 else { return result + (seen.map { [$0] } ?? []) }
        result.append(
            ProbeTarget(
                name: "running_sum", label: "sum of the inputs so far", values: running { _, _ in true }))
        if let delimiterIndex {
            result.append(
                ProbeTarget(
                    name: "sum_before_delimiter", label: "sum so far of the inputs before the delimiter",
                    values: running { $1 < delimiterIndex[$0] }))
        }
        return result + (seen.map { [$0] } ?? [])
    }

    private var wantedOutputs: [ProbeTarget] {
        guard let targets else { return [] }
        let outputs = targets.shape[1]
        // Beyond a handful of outputs (classes, forecasts) a probe for each would say little and take long.
        return (0..<min(outputs, 4)).map { output in
            ProbeTarget(
                name: outputs == 1 ? "target" : "target_\(output)",
                label: outputs == 1 ? "wanted output" : "wanted output \(output)",
                values: Tensor(shape: [count, positions]) { result in
                    for place in 0..<result.count {
                        result[place] = targets.values[place / positions * outputs + output]
                    }
                })
        }
    }

    private var seen: ProbeTarget? {
        delimiterIndex.map { indices in
            ProbeTarget(
                name: "delimiter_seen", label: "whether the delimiter has been seen",
                values: Tensor(shape: [count, positions]) { result in
                    for place in 0..<result.count {
                        result[place] = place % positions >= indices[place / positions] ? 1 : 0
                    }
                })
        }
    }

    private func running(_ counts: (Int, Int) -> Bool) -> Tensor {
        let features = inputs[0].shape[2]
        return Tensor(shape: [count, positions]) { result in
            for instance in 0..<count {
                var sum = 0.0
                for position in 0..<positions {
                    let place = instance * positions + position
                    if counts(instance, position) { sum += Double(inputs[0].values[place * features]) }
                    result[place] = Float(sum)
                }
            }
        }
    }
}
