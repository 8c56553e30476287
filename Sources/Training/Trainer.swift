import Networks
import Tensors

/// Trains a network by mini-batches; all that changes is in the value, so that a copy is a snapshot.
///
///     var trainer = try Trainer(graph, optimizer: Optimizer(.adam()), loss: .meanSquaredError, seed: 7)
///     let loss = try trainer.runEpoch(data)
///
/// The order of an epoch's instances and the noise of a step are functions of the seed and of the number of the epoch or step: nothing
/// else has to be kept to go on later bit for bit. Workers divide each batch into consecutive parts whose gradients are added in order,
/// so that the same seed, machine and number of workers give the same weights.
public struct Trainer: Sendable {
    /// The network with the weights of now.
    public private(set) var graph: LayerGraph
    /// The optimiser after the steps so far.
    public private(set) var optimizer: Optimizer
    /// What is made small.
    public let loss: Loss
    /// The number of instances in a step.
    public let batchSize: Int
    /// The seed of orders and noise.
    public let seed: UInt64
    /// The number of parts a batch is divided into.
    public let workers: Int
    /// The epochs that have been run.
    public private(set) var epochs = 0

    private let isTrainable: [Bool]

    /// A trainer before its first step.
    ///
    /// - Parameter workers: The number of parts a batch is divided into; that of the processors if nil. Batch normalisation needs its
    ///   batches whole, and then it is 1.
    /// - Throws: ``TrainingError``.
    public init(
        _ graph: LayerGraph, optimizer: Optimizer, loss: Loss, batchSize: Int = 64, seed: UInt64 = 7,
        workers: Int? = nil
    ) throws {
        guard batchSize > 0 else {
            throw TrainingError.badOption(name: "--batch", value: "\(batchSize)", needs: "at least 1")
        }
        guard optimizer.learningRate > 0, optimizer.learningRate.isFinite else {
            throw TrainingError.badOption(
                name: "--learning-rate", value: "\(optimizer.learningRate)", needs: "a number above 0")
        }
        guard graph.outputs.count == 1 else {
            throw TrainingError.unsupportedOutput(
                reason: "it has \(graph.outputs.count) outputs, and a data set has one")
        }
        (self.graph, self.optimizer, self.loss) = (graph, optimizer, loss)
        (self.batchSize, self.seed) = (batchSize, seed)
        isTrainable = graph.weightedLayers.flatMap { $0.parameters.map(\.isTrainable) }
        guard isTrainable.contains(true) else {
            throw TrainingError.unsupportedOutput(reason: "none of its layers has weights to train")
        }
        self.workers = graph.movesStatistics ? 1 : max(1, workers ?? Workers.count)
    }

    /// The weights in the order of `LayerGraph.weightedLayers` and their parameters.
    public var weights: [Tensor] { graph.weightedLayers.flatMap { $0.parameters.map(\.value) } }

    /// One pass over the data in an order of its own.
    ///
    /// - Parameter progress: Called after each step with the instances seen and the mean loss so far.
    /// - Returns: The mean of the batches' losses, as they were when each was met, as Keras reports it.
    /// - Throws: ``TrainingError/notFinite(epoch:batch:)`` when the loss is no number any more; the weights are then those of before the
    ///   batch. ``TrainingError`` or `NetworkError` for data that does not fit.
    public mutating func runEpoch(
        _ data: TrainingData, progress: (_ seen: Int, _ loss: Double) -> Void = { _, _ in }
    ) throws -> Double {
        let data = try data.adapted(to: graph)
        let order = order(ofEpoch: epochs + 1, count: data.count)
        var sum = 0.0
        for start in stride(from: 0, to: data.count, by: batchSize) {
            let end = min(start + batchSize, data.count)
            let mean = try step(data, order[start..<end])
            guard mean.isFinite else {
                throw TrainingError.notFinite(epoch: epochs + 1, batch: start / batchSize + 1)
            }
            sum += mean * Double(end - start)
            progress(end, sum / Double(end))
        }
        epochs += 1
        return sum / Double(data.count)
    }

    /// One step on the data as it is.
    ///
    /// - Returns: The mean loss before the step; if it is no number, no step was made.
    public mutating func train(on batch: TrainingData) throws -> Double {
        try step(batch.adapted(to: graph), Array(0..<batch.count)[...])
    }

    /// The mean loss on data at inference.
    public func validate(_ data: TrainingData) throws -> Double {
        let data = try data.adapted(to: graph)
        let slices = Workers.slices(of: data.count, atMost: graph.rowsAtOnce(data.inputs))
        let sums = try Workers.map(count: slices.count) { index in
            let part = data.gathered(Array(slices[index])[...])
            let predictions = try graph.evaluate(part.inputs).outputs[0]
            try loss.check(predictions: predictions.shape, targets: part.targets)
            return loss.perInstance(predictions: predictions, targets: part.targets)?.reduce(0, +) ?? .nan
        }
        return sums.reduce(0, +) / Double(data.count)
    }

    /// The instances in the order that an epoch meets them (Fisher and Yates).
    private func order(ofEpoch epoch: Int, count: Int) -> [Int] {
        var generator = SplitMix64(seed: seed &+ 0xD1B5_4A32_D192_ED03 &* UInt64(epoch))
        var order = Array(0..<count)
        for place in order.indices.dropLast() {
            order.swapAt(place, generator.integer(in: place..<count))
        }
        return order
    }

    private mutating func step(_ data: TrainingData, _ indices: ArraySlice<Int>) throws -> Double {
        var noise = SplitMix64(seed: seed ^ 0x8CB9_2BA7_2F3D_8DD7 &* UInt64(optimizer.steps + 1))
        let seed = noise.next()
        let parts = min(workers, indices.count)
        let batch = indices.count
        let passes = try Workers.map(count: parts) { [self] part in
            let range = (batch * part / parts)..<(batch * (part + 1) / parts)
            let place = indices.startIndex
            return try pass(
                data.gathered(indices[(place + range.lowerBound)..<(place + range.upperBound)]), ofBatch: batch,
                noise: TrainingNoise(seed: seed, firstSample: range.lowerBound))
        }
        let mean = passes.reduce(0) { $0 + $1.lossSum } / Double(batch)
        guard mean.isFinite else { return mean }
        let moved = passes[0].moved
        let gradients = try Workers.map(count: passes[0].gradients.count) { index in
            passes.reduce(Tensor?.none) { sum, pass in
                guard let gradient = pass.gradients[index] else { return sum }
                return sum.map { $0 + gradient } ?? gradient
            }
        }
        var weights = weights
        optimizer.update(&weights, gradients: zip(gradients, isTrainable).map { $1 ? $0 : nil }, workers: workers)
        for (index, moved) in moved.enumerated() { if let moved { weights[index] = moved } }
        graph = try graph.replacing(weights: weights)
        return mean
    }

    private struct Pass: Sendable {
        let lossSum: Double
        let gradients: [Tensor?]
        let moved: [Tensor?]
    }

    /// Forwards and backwards through a part of a batch.
    private func pass(_ part: TrainingData, ofBatch batch: Int, noise: TrainingNoise) throws -> Pass {
        let evaluation = try graph.evaluate(part.inputs, recording: true, training: noise)
        let predictions = evaluation.outputs[0]
        guard evaluation.outputMasks[0] == nil else {
            throw TrainingError.unsupportedOutput(
                reason: "a mask reaches its output, so that the loss of some steps would not count")
        }
        try loss.check(predictions: predictions.shape, targets: part.targets)
        let sum = loss.perInstance(predictions: predictions, targets: part.targets)?.reduce(0, +) ?? .nan
        let gradient = loss.gradient(predictions: predictions, targets: part.targets, divisor: batch)
        return Pass(
            lossSum: sum, gradients: try evaluation.weightGradients(cotangents: [gradient]).flatMap { $0 },
            moved: evaluation.movedParameters.flatMap { $0 })
    }

    /// Takes up a training where it was left.
    ///
    /// - Throws: `NetworkError` if the weights do not fit.
    mutating func resume(weights: [Tensor], slots: [[Tensor]], steps: Int, epochs: Int) throws {
        graph = try graph.replacing(weights: weights)
        optimizer.slots = slots
        optimizer.steps = steps
        self.epochs = epochs
    }

    /// Puts earlier weights back; optimiser and epochs stay.
    mutating func restore(weights: [Tensor]) throws { graph = try graph.replacing(weights: weights) }
}

extension LayerGraph {
    /// Whether training moves statistics of whole batches, as batch normalisation does.
    fileprivate var movesStatistics: Bool {
        nodes.contains { $0.layer?.parameters.contains { !$0.isTrainable } ?? false }
    }
}
