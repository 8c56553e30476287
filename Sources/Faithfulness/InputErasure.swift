import Metrics
import Networks
import Tensors

/// What takes the place of an erased position of the first input.
public enum InputErasure: Sendable, Hashable {
    /// One value for all features; for tokens the number of one that says nothing, such as padding.
    case value(Float)
    /// Each feature's mean over the valid positions of the probe set.
    case mean
    /// Nothing: the sequence becomes shorter. The network must take any length, and its output must not be a sequence.
    case removal
}

/// Runs a network on its probe set with positions erased.
struct Eraser: Sendable {
    let subject: Subject
    let method: InputErasure
    /// The value of each feature of an erased position.
    private let baseline: [Float]

    /// - Throws: ``FaithfulnessError/tokens(wanted:)``, ``FaithfulnessError/fixedLength(positions:)``.
    init(_ subject: Subject, _ method: InputErasure) throws {
        self.subject = subject
        self.method = method
        switch method {
        case .value(let value): baseline = Array(repeating: value, count: subject.features)
        case .mean:
            guard !subject.isTokens else { throw FaithfulnessError.tokens(wanted: "mean") }
            baseline = Self.mean(subject)
        case .removal:
            guard subject.takesAnyLength else { throw FaithfulnessError.fixedLength(positions: subject.positions) }
            baseline = []
        }
    }

    private static func mean(_ subject: Subject) -> [Float] {
        let (features, positions) = (subject.features, subject.positions)
        var sums = [Double](repeating: 0, count: features)
        for instance in 0..<subject.count {
            for position in 0..<subject.lengths[instance] {
                let start = (instance * positions + position) * features
                for feature in 0..<features { sums[feature] += Double(subject.inputs[0].values[start + feature]) }
            }
        }
        let count = Double(max(1, subject.lengths.reduce(0, +)))
        return sums.map { Float($0 / count) }
    }

    /// The value that stands for an erased feature; nil under removal.
    func baseline(_ feature: Int) -> Float? { method == .removal ? nil : baseline[feature] }

    /// The outputs without some positions of each instance; nil where nothing is left to run on.
    func outputs(erasing positions: [[Int]]) throws -> [ArraySlice<Float>?] {
        guard method == .removal else {
            let outputs = try subject.outputs(on: [replaced(positions)] + subject.inputs.dropFirst())
            return (0..<subject.count).map { outputs[$0] }
        }
        return try outputsAfterRemoval(of: positions)
    }

    /// The first input with positions erased by the baseline.
    func replaced(_ positions: [[Int]]) -> Tensor {
        var input = subject.inputs[0]
        let features = baseline.count
        input.values.withUnsafeMutableBufferPointer { values in
            for (instance, erased) in positions.enumerated() {
                for position in erased {
                    let start = (instance * subject.positions + position) * features
                    for feature in 0..<features { values[start + feature] = baseline[feature] }
                }
            }
        }
        return input
    }

    /// Instances that keep equally many positions are run together.
    private func outputsAfterRemoval(of positions: [[Int]]) throws -> [ArraySlice<Float>?] {
        var kept: [[Int]] = []
        for (instance, erased) in positions.enumerated() {
            let gone = Set(erased)
            kept.append((0..<subject.lengths[instance]).filter { !gone.contains($0) })
        }
        var results = [ArraySlice<Float>?](repeating: nil, count: subject.count)
        let groups = Dictionary(grouping: kept.indices, by: { kept[$0].count })
        for (length, instances) in groups.sorted(by: { $0.key < $1.key }) where length > 0 {
            let inputs = [shortened(instances, kept, length)] + subject.inputs.dropFirst().map { $0.rows(instances) }
            let outputs = try subject.outputs(on: inputs)
            guard outputs.tensor.rank <= 2 else { throw FaithfulnessError.sequenceOutput }
            for (row, instance) in instances.enumerated() { results[instance] = outputs[row] }
        }
        return results
    }

    private func shortened(_ instances: [Int], _ kept: [[Int]], _ length: Int) -> Tensor {
        let input = subject.inputs[0]
        let features = subject.features
        return Tensor(shape: [instances.count, length] + input.shape.dropFirst(2)) { result in
            var place = 0
            for instance in instances {
                for position in kept[instance] {
                    let start = (instance * subject.positions + position) * features
                    for feature in 0..<features {
                        result[place] = input.values[start + feature]
                        place += 1
                    }
                }
            }
        }
    }
}

extension Tensor {
    /// Some slices along the first axis.
    fileprivate func rows(_ indices: [Int]) -> Tensor {
        let size = shape.dropFirst().reduce(1, *)
        var picked: [Float] = []
        picked.reserveCapacity(indices.count * size)
        for index in indices { picked.append(contentsOf: values[(index * size)..<((index + 1) * size)]) }
        return Tensor(shape: [indices.count] + shape.dropFirst(), values: picked)
    }
}

extension Subject {
    /// For each instance its valid positions by descending weight in a map, of equal weights the lower position first; nil where
    /// the map is not finite.
    func rankings(_ map: Tensor, signs: SignTreatment) -> [[Int]?] {
        (0..<count).map { instance in
            let row = MapRow(floats: row(map, instance), signs: signs)
            return row.isFinite ? descending(row.weights) : nil
        }
    }
}
