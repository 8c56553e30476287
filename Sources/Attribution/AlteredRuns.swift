import Networks
import Tensors

/// Runs a subject's network on altered inputs, many rows at a time.
///
/// Each row belongs to an instance, whose other inputs, masks and choice of output it keeps. Callers pass chunks of rows that fit
/// the second-level cache; see `LayerGraph.rowsAtOnce`.
struct AlteredRuns: Sendable {
    private let graph: LayerGraph
    private let inputs: [Tensor]
    private let target: LayerGraph.TensorID
    private let selection: OutputSelection
    /// Whether the altered tensor is the network's first input itself, so that nothing need be replaced inside.
    private var isWholeInput: Bool { target.node == graph.inputs[0] }

    init(_ subject: AttributionSubject) {
        graph = subject.graph
        inputs = subject.inputs
        target = subject.target
        selection = subject.selection
    }

    /// The scalar of each row.
    func outputs(_ values: Tensor, instances: [Int]) throws -> [Double] {
        selection.values(of: try evaluate(values, instances, recording: false).outputs, instances: instances)
    }

    /// The gradient of each row's scalar, of the values' shape.
    func gradients(_ values: Tensor, instances: [Int]) throws -> Tensor {
        try evaluate(values, instances, recording: true)
            .gradients(cotangents: selection.cotangents(instances: instances), of: [target])[0]
    }

    private func evaluate(_ values: Tensor, _ instances: [Int], recording: Bool) throws -> Evaluation {
        var batch = isWholeInput ? [values] : [inputs[0].gathered(instances)]
        batch += inputs.dropFirst().map { $0.gathered(instances) }
        return try graph.evaluate(batch, replacing: isWholeInput ? [:] : [target: values], recording: recording)
    }

    /// The scalar of rows of any number, chunk by chunk on all workers; `fill` writes the values of a row.
    func outputs(
        rows: Int, shape: [Int], chunk: Int, instance: @Sendable (Int) -> Int,
        fill: @Sendable (Int, UnsafeMutableBufferPointer<Float>) -> Void
    ) throws -> [Double] {
        let slices = Workers.slices(of: rows, atMost: chunk)
        let width = shape.reduce(1, *)
        return try Workers.map(count: slices.count) { index in
            let slice = slices[index]
            let values = Tensor(shape: [slice.count] + shape) { buffer in
                for (place, row) in slice.enumerated() {
                    fill(row, UnsafeMutableBufferPointer(rebasing: buffer[(place * width)..<((place + 1) * width)]))
                }
            }
            return try outputs(values, instances: slice.map(instance))
        }.flatMap { $0 }
    }
}

/// Sums of gradients over many altered copies of each instance, in double precision.
struct GradientSums: Sendable {
    /// The weighted sum of the gradients, and of their squares where they were asked for; flat, instances × elements.
    var first: [Double]
    var second: [Double]

    /// Sums over `copies` altered copies of each of the given instances.
    ///
    /// Each worker takes a group of instances and walks over their copies, so memory does not grow with the number of copies.
    ///
    /// - Parameters:
    ///   - weights: The weight of each copy.
    ///   - shape: The shape of one instance's values.
    ///   - fill: Writes the values of one copy of an instance.
    static func over(
        _ runs: AlteredRuns, instances: [Int], weights: [Double], shape: [Int], chunk: Int, squares: Bool = false,
        fill: @escaping @Sendable (_ instance: Int, _ copy: Int, _ values: UnsafeMutableBufferPointer<Float>) -> Void
    ) throws -> GradientSums {
        let groups = Workers.slices(of: instances.count, atMost: max(1, chunk))
        // Few instances: the copies are divided, too.
        let parts = Workers.isWorker || groups.count >= Workers.count ? 1 : Workers.count
        let ranges = Workers.slices(of: weights.count, atMost: (weights.count + parts - 1) / parts)
        let width = shape.reduce(1, *)
        let sums = try Workers.map(count: groups.count * ranges.count) { task in
            let group = Array(instances[groups[task / ranges.count]])
            let range = ranges[task % ranges.count]
            var sum = GradientSums(count: group.count * width, squares: squares)
            let copies = max(1, chunk / max(1, group.count))
            for start in stride(from: range.lowerBound, to: range.upperBound, by: copies) {
                let end = min(start + copies, range.upperBound)
                let rows = (start..<end).flatMap { _ in group }
                let values = Tensor(shape: [rows.count] + shape) { buffer in
                    for (place, instance) in rows.enumerated() {
                        fill(
                            instance, start + place / group.count,
                            UnsafeMutableBufferPointer(rebasing: buffer[(place * width)..<((place + 1) * width)]))
                    }
                }
                sum.add(try runs.gradients(values, instances: rows), weights: weights[start..<end])
            }
            return sum
        }
        return joined(sums, groups: groups.count, ranges: ranges.count)
    }

    private init(count: Int, squares: Bool) {
        first = [Double](repeating: 0, count: count)
        second = [Double](repeating: 0, count: squares ? count : 0)
    }

    /// Adds the gradients of some copies, one after another, each of all instances of a group.
    private mutating func add(_ gradients: Tensor, weights: ArraySlice<Double>) {
        let count = first.count
        gradients.values.withUnsafeBufferPointer { source in
            for (copy, weight) in weights.enumerated() {
                first.withUnsafeMutableBufferPointer { sum in
                    for index in 0..<count { sum[index] += weight * Double(source[copy * count + index]) }
                }
                guard !second.isEmpty else { continue }
                second.withUnsafeMutableBufferPointer { sum in
                    for index in 0..<count {
                        let value = Double(source[copy * count + index])
                        sum[index] += weight * value * value
                    }
                }
            }
        }
    }

    private static func joined(_ sums: [GradientSums], groups: Int, ranges: Int) -> GradientSums {
        var result = GradientSums(count: 0, squares: false)
        for group in 0..<groups {
            var total = sums[group * ranges]
            for range in 1..<max(1, ranges) {
                let other = sums[group * ranges + range]
                for index in total.first.indices { total.first[index] += other.first[index] }
                for index in total.second.indices { total.second[index] += other.second[index] }
            }
            result.first += total.first
            result.second += total.second
        }
        return result
    }
}
