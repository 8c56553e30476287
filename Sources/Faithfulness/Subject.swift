import Metrics
import Networks
import Tensors

/// What is tested: a network on a probe set.
public struct Subject: Sendable {
    /// The network.
    public let graph: LayerGraph
    /// The probe set's inputs in the shapes that the network wants, N first.
    public let inputs: [Tensor]
    /// For each instance the number of valid positions; what comes after is padding, which no test touches.
    public let lengths: [Int]
    /// What the network's first output is.
    public let outputKind: OutputKind

    /// The most instances that are run at once.
    var sliceLimit: Int { graph.rowsAtOnce(inputs) }

    /// A network on inputs.
    ///
    /// - Parameters:
    ///   - graph: The network.
    ///   - inputs: One tensor per input of the network.
    ///   - lengths: The number of valid positions of each instance; all by default.
    ///   - outputKind: What the output is; by default what its activation says.
    /// - Throws: `NetworkError` for inputs that do not fit, ``FaithfulnessError/noPositions(shape:)``,
    ///   ``FaithfulnessError/badLengths(instances:positions:)``.
    public init(
        _ graph: LayerGraph, inputs: [Tensor], lengths: [Int]? = nil, outputKind: OutputKind? = nil
    ) throws {
        let inputs = try graph.adapted(inputs)
        let shape = inputs.first?.shape ?? []
        guard 2...3 ~= shape.count, shape[1] > 0 else { throw FaithfulnessError.noPositions(shape: shape) }
        self.graph = graph
        self.inputs = inputs
        self.outputKind = outputKind ?? OutputKind(of: graph)
        self.lengths = lengths ?? Array(repeating: shape[1], count: shape[0])
        guard self.lengths.count == shape[0], self.lengths.allSatisfy({ 0...shape[1] ~= $0 }) else {
            throw FaithfulnessError.badLengths(instances: shape[0], positions: shape[1])
        }
    }

    /// The number of instances N.
    public var count: Int { inputs[0].shape[0] }

    /// The number of positions T of the first input.
    public var positions: Int { inputs[0].shape[1] }

    /// The number of features per position; 1 for tokens.
    var features: Int { inputs[0].shape.count > 2 ? inputs[0].shape[2] : 1 }

    /// Whether the first input are tokens.
    var isTokens: Bool { graph.differentiableInput(0).node != graph.inputs[0] }

    /// Whether sequences of other lengths can be run.
    public var takesAnyLength: Bool { graph.inputShape(0).first == .some(nil) }

    /// The inputs of some instances.
    func batch(_ instances: Range<Int>) -> [Tensor] { inputs.map { $0[rows: instances] } }

    /// Calls `body` for slices of the instances on all workers, and joins what it returns, one value per instance.
    func overSlices<Value: Sendable>(_ body: @Sendable (Range<Int>) throws -> [Value]) throws -> [Value] {
        let slices = Workers.slices(of: count, atMost: sliceLimit)
        return try Workers.map(count: slices.count) { try body(slices[$0]) }.flatMap { $0 }
    }

    /// The first output on inputs of M rows, M×O, on all workers.
    func outputs(on inputs: [Tensor]) throws -> Outputs {
        let rows = inputs[0].shape[0]
        let slices = Workers.slices(of: rows, atMost: graph.rowsAtOnce(inputs))
        let parts = try Workers.map(count: slices.count) { slice in
            let batch = inputs.map { $0[rows: slices[slice]] }
            return try graph.evaluate(batch).outputs[0]
        }
        return Outputs(.joined(parts), kind: outputKind)
    }

    /// The first output on the probe set.
    func outputs() throws -> Outputs { try outputs(on: inputs) }

    /// Checks a map of one number per position.
    func check(map: Tensor) throws {
        guard map.shape == [count, positions] else {
            throw FaithfulnessError.mapDoesNotFit(needs: [count, positions], found: map.shape)
        }
    }

    /// A map's numbers at the valid positions of an instance.
    func row(_ map: Tensor, _ instance: Int) -> ArraySlice<Float> {
        map.values[(instance * positions)..<(instance * positions + lengths[instance])]
    }
}

/// The first outputs of several instances.
struct Outputs: Sendable {
    let tensor: Tensor
    let space: OutputSpace
    private let size: Int

    init(_ tensor: Tensor, kind: OutputKind) {
        self.tensor = tensor
        size = tensor.shape.dropFirst().reduce(1, *)
        space = OutputSpace(kind: kind, width: tensor.rank > 1 ? tensor.shape[tensor.rank - 1] : 1)
    }

    /// The numbers of one instance.
    subscript(_ instance: Int) -> ArraySlice<Float> { tensor.values[(instance * size)..<((instance + 1) * size)] }
}

/// Random numbers for one instance: the same whichever worker draws them, and in however many slices.
func instanceGenerator(seed: UInt64, instance: Int) -> SplitMix64 {
    var mixer = SplitMix64(seed: seed &+ UInt64(truncatingIfNeeded: instance) &* 0xD6E8_FEB8_6659_FD93)
    return SplitMix64(seed: mixer.next())
}
