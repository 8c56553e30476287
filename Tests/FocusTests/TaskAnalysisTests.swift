import Checkpoints
import Focus
import Networks
import Tasks
import TestSupport
import Tensors
import Testing

@Suite("Every built-in task can be analysed")
struct TaskAnalysisTests {
    @Test(
        "Attention over its sequences is measured against all its hypotheses, the answer by its own loss",
        arguments: TaskRegistry.types.map { $0.name })
    func analysed(_ name: String) throws {
        let task = try TaskRegistry.task(named: name)
        let folder = try TemporaryFolder()
        try network(for: task).write(as: .legacyFull, to: folder.path("ckpt-1.h5"))
        var options = AnalysisOptions()
        options.resamples = 100
        options.usualLoss = try #require(Loss(kerasName: task.answer.loss))
        let timeline = try Analysis(
            of: Run(at: folder.path("ckpt-1.h5")), on: task.probeSet(count: 12, seed: 1), options: options
        ).run().timeline
        let loss = try #require(timeline.loss?.first)
        #expect(loss.isFinite && loss > 0)
        #expect(timeline.lossName == options.usualLoss.rawValue)
        let measured = Set(timeline.series.compactMap(\.hypothesis))
        for hypothesis in type(of: task).hypotheses { #expect(measured.contains(hypothesis.name)) }
    }

    /// An LSTM with the package's attention over it, all of whose weights are small and different.
    private func network(for task: any SyntheticTask) -> SavedModel {
        var layers: [SavedModel.Layer] = []
        var entries: [JSONValue] = []
        func add(_ className: String, _ name: String, _ options: [String: JSONValue], _ weights: [(String, [Int])]) {
            entries.append(
                .object([
                    "class_name": .string(className),
                    "config": .object(options.merging(["name": .string(name)]) { $1 }),
                ]))
            layers.append(
                .init(
                    name: name, className: className,
                    weights: weights.map { weight, shape in
                        let count = shape.reduce(1, *)
                        return (
                            weight, Tensor(shape: shape, values: (0..<count).map { 0.3 * Float(($0 * 7) % 11) - 1.2 })
                        )
                    }))
        }
        let units = 3
        var width = 1
        switch task.inputs {
        case .numbers(let features):
            width = features
        case .tokens(let vocabulary):
            width = 2
            add(
                "Embedding", "embedding",
                [
                    "input_dim": .number(Double(vocabulary)), "output_dim": .number(2),
                    "batch_input_shape": .array([.null, .null]),
                ], [("embeddings", [vocabulary, 2])])
        }
        let shape: [String: JSONValue] =
            entries.isEmpty ? ["batch_input_shape": .array([.null, .null, .number(Double(width))])] : [:]
        add(
            "LSTM", "lstm",
            shape.merging(["units": .number(Double(units)), "return_sequences": .bool(true)]) { $1 },
            [("kernel", [width, 4 * units]), ("recurrent_kernel", [units, 4 * units]), ("bias", [4 * units])])
        add(
            "Attention", "attention_weight", ["units": .number(4), "score": .string("luong")],
            [("luong_w/kernel", [units, units]), ("attention_vector/kernel", [2 * units, 4])])
        add(
            "Dense", "dense",
            ["units": .number(Double(task.answer.outputs)), "activation": .string(task.answer.activation)],
            [("kernel", [4, task.answer.outputs]), ("bias", [task.answer.outputs])])
        return SavedModel(
            configuration: .object([
                "class_name": .string("Sequential"),
                "config": .object(["name": .string("sequential"), "layers": .array(entries)]),
            ]), layers: layers)
    }
}
