import Benchmark
import Fovea

/// A training step with Adam on all processors, over batches, lengths and units.
func trainingBenchmarks(_ models: Models) throws {
    for (batch, length, units) in [(16, 20, 128), (64, 20, 128), (256, 20, 128), (64, 200, 128), (64, 20, 512)] {
        let data = try TrainingData(Models.probes(batch, length: length))
        let graph = try models.luong(units: units)
        Benchmark("training step: batch \(batch), length \(length), units \(units)") { benchmark in
            var trainer = try Trainer(graph, optimizer: Optimizer(.adam()), loss: .meanSquaredError)
            benchmark.startMeasurement()
            blackHole(try trainer.train(on: data))
        }
    }
}
