import Networks
import Tensors

/// Leave-one-out by removal: f(x) - f(x without position t), signed; the sequence gets shorter by one instead of holding some
/// stand-in value (Jain & Wallace 2019, section 4.1, who take the absolute value).
///
/// Where instances have lengths, the later positions move up and the freed last one is filled as padding, so that this also works for
/// networks of a fixed length. Without lengths the network must take sequences of any length.
public struct LeaveOneOut: AttributionMethod {
    public static let id = "leave_one_out"

    /// How many sequences go through the network at once, which bounds the memory; nil: as `LayerGraph.rowsAtOnce` finds good.
    public var chunkSize: Int?
    public var reduction: FeatureReduction { .sum }

    /// The method.
    public init(chunkSize: Int? = nil) { self.chunkSize = chunkSize }

    /// The change of each position, N×T×1; 0 for padding. A sequence of a single valid position cannot lose it and gets 0.
    public func callAsFunction(_ subject: AttributionSubject) throws -> Attribution {
        let chunk = chunkSize ?? subject.rowsAtOnce
        guard chunk > 0 else {
            throw AttributionError.badOption(
                method: "leave-one-out", option: "chunkSize", value: "\(chunk)", needs: "1 or more")
        }
        let positions = subject.inputs[0].rank > 1 ? subject.inputs[0].shape[1] : 0
        try check(subject, positions)
        let shortens = subject.lengths == nil
        let removals = (0..<subject.count).flatMap { instance in
            let length = subject.lengths?[instance] ?? positions
            return length < 2 ? [] : (0..<length).map { Removal(instance: instance, position: $0, length: length) }
        }
        let removed = try run(removals, subject, atMost: chunk, shortens: shortens)
        let own = subject.outputValues
        var result = Tensor(shape: [subject.count, positions, 1], repeating: 0)
        for (removal, value) in zip(removals, removed) {
            result.values[removal.instance * positions + removal.position] = Float(own[removal.instance] - value)
        }
        let single = (0..<subject.count).filter { (subject.lengths?[$0] ?? positions) < 2 }.count
        return Attribution(
            values: result,
            notes: single > 0 ? [.text("Instances of a single position, which cannot be removed, get 0.")] : []
        )
    }

    private struct Removal: Sendable {
        let instance: Int
        let position: Int
        let length: Int
    }

    private func check(_ subject: AttributionSubject, _ positions: Int) throws {
        let graph = subject.graph
        guard subject.inputs[0].rank >= 2, subject.positions == positions else {
            throw AttributionError.cannotRemove(reason: "the network's first input is no sequence")
        }
        if subject.lengths == nil {
            guard graph.inputShape(0).first == .some(nil), positions > 1 else {
                throw AttributionError.cannotRemove(
                    reason: "the network's input `\(graph.nodes[graph.inputs[0]].name)` has the fixed shape "
                        + "\(kerasShapeText(graph.inputShape(0))), so no position can be taken out of it")
            }
            guard graph.outputs.allSatisfy({ graph.nodes[$0.node].outputShapes[$0.output].count == 1 }) else {
                throw AttributionError.cannotRemove(
                    reason: "the network has an output per position, which loses one with the position")
            }
        }
    }

    private func run(
        _ removals: [Removal], _ subject: AttributionSubject, atMost chunk: Int, shortens: Bool
    ) throws -> [Double] {
        let (graph, inputs, selection) = (subject.graph, subject.inputs, subject.selection)
        let padding = Self.padding(subject)
        let slices = Workers.slices(of: removals.count, atMost: chunk)
        return try Workers.map(count: slices.count) { index in
            let removed = removals[slices[index]]
            let instances = removed.map(\.instance)
            let sequences = Self.without(removed, inputs[0], shortens: shortens, padding: padding)
            let batch = [sequences] + inputs.dropFirst().map { $0.gathered(instances) }
            do {
                return selection.values(of: try graph.evaluate(batch).outputs, instances: instances)
            } catch let error as NetworkError {
                throw AttributionError.cannotRemove(reason: "the network cannot be run on shorter sequences: \(error)")
            }
        }.flatMap { $0 }
    }

    /// The sequences without the removed positions.
    private static func without(
        _ removals: ArraySlice<Removal>, _ input: Tensor, shortens: Bool, padding: [Float]
    ) -> Tensor {
        let positions = input.shape[1]
        let width = input.shape.dropFirst(2).reduce(1, *)
        let length = shortens ? positions - 1 : positions
        return Tensor(shape: [removals.count, length] + input.shape.dropFirst(2)) { result in
            for (row, removal) in removals.enumerated() {
                for position in 0..<length {
                    let target = (row * length + position) * width
                    // What moves up, the position freed by it, and the padding behind.
                    let isFreed = !shortens && position == removal.length - 1
                    let source =
                        position >= removal.position && position < removal.length - 1 ? position + 1 : position
                    for feature in 0..<width {
                        result[target + feature] =
                            isFreed
                            ? padding[removal.instance]
                            : input.values[(removal.instance * positions + source) * width + feature]
                    }
                }
            }
        }
    }

    /// What fills the freed position of each instance: the value that the network masks, else the instance's own padding, else 0.
    private static func padding(_ subject: AttributionSubject) -> [Float] {
        let input = subject.inputs[0]
        let (positions, width) = (input.shape[1], input.shape.dropFirst(2).reduce(1, *))
        let masked = subject.graph.nodes.lazy.compactMap { ($0.layer as? Masking)?.value }.first
        let embeds = subject.graph.nodes.contains { ($0.layer as? Embedding)?.masksZero == true }
        return (0..<subject.count).map { instance in
            if let masked { return masked }
            let length = subject.lengths?[instance] ?? positions
            guard !embeds, length < positions else { return 0 }
            return input.values[(instance * positions + length) * width]
        }
    }
}
