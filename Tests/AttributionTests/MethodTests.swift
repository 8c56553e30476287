import Attribution
import Networks
import TestSupport
import Tensors
import Testing

/// Networks whose answers are known in closed form.
@Suite("Methods on small networks") struct MethodTests {
    private static let flat = #"{"class_name": "Flatten", "config": {"name": "middle"}}"#
    private static let average = #"{"class_name": "GlobalAveragePooling1D", "config": {"name": "middle"}}"#

    /// y = w . x over 4 steps of 2 features.
    private func linear(output: OutputChoice = .automatic) throws -> (AttributionSubject, weights: [Float]) {
        let graph = try SmallModel.sequential(features: 2, time: 4, layer: Self.flat, shapes: [], width: 8)
        let inputs = SmallModel.sequences(count: 3, time: 4, features: 2)
        let dense = try #require(graph.nodes.compactMap { $0.layer as? Dense }.last)
        return (try AttributionSubject(graph: graph, inputs: [inputs], output: output), dense.kernel.values)
    }

    @Test("A linear network gives w x by gradient × input, integrated gradients, occlusion and relevance")
    func agreement() throws {
        let (subject, weights) = try linear()
        let expected = Tensor(
            shape: [3, 4],
            values: (0..<12).map { place in
                (0..<2).reduce(0) { sum, feature in
                    sum + weights[place % 4 * 2 + feature] * subject.values.values[place * 2 + feature]
                }
            })
        let methods: [any AttributionMethod] = [
            GradientTimesInput(), IntegratedGradients(steps: 1), Occlusion(), LayerwiseRelevance(epsilon: 0),
        ]
        for method in methods {
            #expect(largestRowwiseDifference(try method.map(of: subject), expected) <= 1e-5, "\(method.id)")
        }
        let noisy = NoisyGradients(samples: 4)
        let gradient = try SmoothGrad(noise: noisy)(subject).values
        for (place, value) in gradient.values.enumerated() { #expect(abs(value - weights[place % 8]) <= 1e-6) }
        #expect(try VarGrad(noise: noisy)(subject).values.values.allSatisfy { $0 <= 1e-10 })
    }

    @Test("Features are reduced as they say")
    func reductions() {
        let values = Tensor(shape: [1, 1, 2], values: [3, -4])
        let expected: [FeatureReduction: Float] = [.l2: 5, .l1: 7, .sum: -1, .max: 4, .absoluteSum: 1, .squares: 25]
        for reduction in FeatureReduction.allCases { #expect(reduction(values).values == [expected[reduction]]) }
    }

    @Test("The output of a softmax is explained by its predicted class, other outputs by their sum")
    func outputs() throws {
        let classes = try SmallModel.sequential(
            features: 2, layer: Self.average, shapes: [], width: 2, activation: "softmax", units: 3)
        let inputs = SmallModel.sequences(count: 6, time: 4, features: 2)
        let automatic = try AttributionSubject(graph: classes, inputs: [inputs])
        let probabilities = automatic.evaluation.outputs[0]
        let predicted = (0..<6).map { row in
            (0..<3).max { probabilities.values[row * 3 + $0] < probabilities.values[row * 3 + $1] } ?? 0
        }
        #expect(Set(predicted).count > 1)
        for instance in 0..<6 {
            let largest = probabilities.values[instance * 3 + predicted[instance]]
            #expect(automatic.outputValues[instance] == Double(largest))
        }
        let named = try AttributionSubject(graph: classes, inputs: [inputs], output: .classes(predicted))
        #expect(try Saliency()(named).values == Saliency()(automatic).values)
        // The sum of a softmax is 1 whatever the input.
        let sum = try AttributionSubject(graph: classes, inputs: [inputs], output: .sum)
        #expect(try Saliency()(sum).values.values.allSatisfy { abs($0) <= 1e-6 })
        let first = try AttributionSubject(graph: classes, inputs: [inputs], output: .index(0))
        #expect(first.outputValues == (0..<6).map { Double(probabilities.values[$0 * 3]) })
        let (plain, weights) = try linear()
        #expect(try plain.gradient.gradient.values.prefix(8).elementsEqual(weights))
    }

    @Test("Overlapping windows are averaged, and the last one may be cut short")
    func windows() throws {
        let (subject, _) = try linear()
        let single = try Occlusion().map(of: subject)
        let wide = try Occlusion(window: 3, stride: 2).map(of: subject)
        for instance in 0..<3 {
            let row = single[row: instance].values
            let (first, second) = (row[0] + row[1] + row[2], row[2] + row[3])
            let expected = [first, first, (first + second) / 2, second]
            #expect(zip(wide[row: instance].values, expected).allSatisfy { abs($0 - $1) <= 1e-5 })
        }
    }

    @Test("Baselines: mean, one instance's, every instance's")
    func baselines() throws {
        let (subject, weights) = try linear()
        let own = try IntegratedGradients(steps: 1, baseline: .given(subject.values))(subject)
        #expect(own.values.values.allSatisfy { $0 == 0 })
        #expect(own.relativeGap == [0, 0, 0])
        let first = try IntegratedGradients(steps: 1, baseline: .given(subject.values[row: 0]))(subject)
        #expect(first.values[row: 0].values.allSatisfy { $0 == 0 })
        #expect(first.values[row: 1].values.contains { $0 != 0 })
        let statistics = InputStatistics(mean: [10, 20], range: [1, 1])
        let known = try AttributionSubject(graph: subject.graph, inputs: subject.inputs, statistics: statistics)
        let mean = try IntegratedGradients(steps: 1, baseline: .mean)(known).values
        for (place, value) in mean.values.enumerated() {
            let expected = weights[place % 8] * (subject.values.values[place] - [10, 20][place % 2])
            #expect(abs(value - expected) <= 1e-4)
        }
    }

    @Test("Statistics leave padding out")
    func statistics() {
        let values = Tensor(shape: [2, 2, 1], values: [1, 99, 2, 6])
        let statistics = InputStatistics(of: values, lengths: [1, 2])
        #expect(statistics == InputStatistics(mean: [3], range: [5]))
    }

    @Test("Noise follows the seed and the instance, not the slice or the chunk")
    func noise() throws {
        let graph = try SmallModel.sequential(
            features: 2, layer: #"{"class_name": "LSTM", "config": {"name": "middle", "units": 4}}"#,
            shapes: [("kernel", [2, 16]), ("recurrent_kernel", [4, 16]), ("bias", [16])], width: 4)
        let inputs = SmallModel.sequences(count: 5, time: 6, features: 2)
        let whole = try AttributionSubject(graph: graph, inputs: [inputs])
        let tail = try AttributionSubject(
            graph: graph, inputs: [inputs[rows: 3..<5]], statistics: whole.statistics, firstInstance: 3)
        let all = try SmoothGrad(noise: NoisyGradients(samples: 8))(whole).values
        let part = try SmoothGrad(noise: NoisyGradients(samples: 8, chunkSize: 3))(tail).values
        #expect(largestRowwiseDifference(part, all[rows: 3..<5]) <= 1e-5)
        let other = try SmoothGrad(noise: NoisyGradients(samples: 8, seed: 8))(whole).values
        #expect(largestRowwiseDifference(other, all) > 1e-3)
        // Noise of size 0 is none.
        let none = try SmoothGrad(noise: NoisyGradients(samples: 2, level: .absolute(0)))(whole).values
        #expect(largestRowwiseDifference(none, try Saliency()(whole).values) <= 1e-6)
    }
}

@Suite("Drawn noise") struct NoiseTests {
    @Test("Has the size asked for, feature by feature: of y = x^2 the gradient 2x varies by 4 sigma^2")
    func size() throws {
        let layers = [("Multiply", "square", "input", 2), ("Flatten", "flat", "square", 1)].map {
            kind, name, source, count in
            let node = Array(repeating: #"["\#(source)", 0, 0, {}]"#, count: count).joined(separator: ", ")
            return
                #"{"class_name": "\#(kind)", "name": "\#(name)", "config": {"name": "\#(name)"}, "inbound_nodes": [[\#(node)]]}"#
        }
        let configuration = """
            {"class_name": "Functional", "config": {"name": "squares", "layers": [
              {"class_name": "InputLayer", "name": "input", "inbound_nodes": [],
                "config": {"batch_input_shape": [null, 10, 2], "name": "input"}}, \(layers.joined(separator: ", "))],
              "input_layers": [["input", 0, 0]], "output_layers": [["flat", 0, 0]]}}
            """
        let graph = try SmallModel.graph([], configuration: configuration)
        let statistics = InputStatistics(mean: [0, 0], range: [1, 4])
        let subject = try AttributionSubject(
            graph: graph, inputs: [SmallModel.sequences(count: 20, time: 10, features: 2)], statistics: statistics)
        let noise = NoisyGradients(samples: 200, level: .ofRange(0.15))
        let variances = try VarGrad(noise: noise)(subject).values.values
        let means = try SmoothGrad(noise: noise)(subject).values.values
        for (feature, range) in [1.0, 4.0].enumerated() {
            let own = stride(from: feature, to: variances.count, by: 2).map { Double(variances[$0]) }
            let expected = 4 * (0.15 * range) * (0.15 * range)
            // 200 × 200 draws: the mean variance is known to 0.7 %.
            #expect(abs(own.reduce(0, +) / Double(own.count) / expected - 1) < 0.03)
            // The mean gradient's error is 2 sigma / sqrt(200); five of these at most.
            let worst =
                stride(from: feature, to: means.count, by: 2)
                .map { abs(Double(means[$0]) - 2 * Double(subject.values.values[$0])) }.max() ?? .infinity
            #expect(worst < 5 * (expected / 200).squareRoot())
        }
    }
}

@Suite("Without the delimiter's cell") struct DelimiterCellTests {
    @Test("The cell is 0 and the rest adds up to 1 in absolute value")
    func excluded() {
        let maps = Tensor(shape: [3, 3], values: [1, 6, -3, 0, 5, 0, 2, 2, 4])
        let result = DelimiterCell.excluded(from: maps, index: [1, 1, 2])
        #expect(result == Tensor(shape: [3, 3], values: [0.25, 0, -0.75, 0, 0, 0, 0.5, 0.5, 0]))
    }
}
