import Attribution
import Networks
import TestSupport
import Tensors
import Testing

@Suite("Leave-one-out by removal") struct RemovalTests {
    private static let sum = #"{"class_name": "GlobalAveragePooling1D", "config": {"name": "middle"}}"#
    private static let lstm = #"{"class_name": "LSTM", "config": {"name": "middle", "units": 4}}"#
    private static let lstmShapes: [(name: String, shape: [Int])] = [
        ("kernel", [1, 16]), ("recurrent_kernel", [4, 16]), ("bias", [16]),
    ]

    @Test("Runs the shorter sequence: of a mean, the others' mean remains")
    func shorter() throws {
        let graph = try SmallModel.sequential(features: 1, layer: Self.sum, shapes: [], width: 1)
        let weight = try #require(graph.nodes.compactMap { $0.layer as? Dense }.last).kernel.values[0]
        let subject = try AttributionSubject(
            graph: graph, inputs: [Tensor(shape: [1, 3, 1], values: [1, 2, 6])])
        let found = try LeaveOneOut()(subject).values.values
        let expected: [Float] = [3 - 4, 3 - 3.5, 3 - 1.5].map { $0 * weight }
        #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-6 })
    }

    @Test("Of padded sequences, later positions move up: the same as the network on the shorter ones")
    func padded() throws {
        let masked = """
            {"class_name": "Masking", "config": {"name": "mask", "mask_value": 0.0}}, \(Self.lstm)
            """
        let graph = try SmallModel.sequential(features: 1, layer: masked, shapes: Self.lstmShapes, width: 4)
        let full = SmallModel.sequences(count: 1, time: 4, features: 1)
        let padded = Tensor(shape: [1, 6, 1], values: full.values + [0, 0])
        let long = try LeaveOneOut()(AttributionSubject(graph: graph, inputs: [padded], lengths: [4])).values
        let short = try LeaveOneOut()(AttributionSubject(graph: graph, inputs: [full])).values
        #expect(long.shape == [1, 6, 1])
        #expect(zip(long.values, short.values).allSatisfy { abs($0 - $1) <= 1e-6 })
        #expect(long.values[4...] == [0, 0] && short.values.allSatisfy { $0 != 0 })
        // Without room for padding the freed position is masked all the same.
        let tight = try LeaveOneOut()(AttributionSubject(graph: graph, inputs: [full], lengths: [4])).values
        #expect(largestRowwiseDifference(tight, short) <= 1e-5)
    }

    @Test("Is refused where the network has a fixed length or an output per position")
    func refused() throws {
        let fixed = try SmallModel.sequential(
            features: 1, time: 3, layer: Self.lstm, shapes: Self.lstmShapes, width: 4)
        let inputs = SmallModel.sequences(count: 2, time: 3, features: 1)
        let error = #expect(throws: AttributionError.self) {
            try LeaveOneOut()(AttributionSubject(graph: fixed, inputs: [inputs]))
        }
        #expect("\(try #require(error))".contains("fixed shape (None, 3, 1)"))
        let sequences = #"{"class_name": "LSTM", "config": {"name": "middle", "units": 4, "return_sequences": true}}"#
        let many = try SmallModel.sequential(features: 1, layer: sequences, shapes: Self.lstmShapes, width: 4)
        let other = #expect(throws: AttributionError.self) {
            try LeaveOneOut()(AttributionSubject(graph: many, inputs: [inputs]))
        }
        #expect("\(try #require(other))".contains("output per position"))
    }

    @Test("A single position cannot be removed, and that is said")
    func single() throws {
        let graph = try SmallModel.sequential(features: 1, layer: Self.lstm, shapes: Self.lstmShapes, width: 4)
        let inputs = SmallModel.sequences(count: 2, time: 3, features: 1)
        let result = try LeaveOneOut()(AttributionSubject(graph: graph, inputs: [inputs], lengths: [1, 3]))
        #expect(result.values[row: 0].values == [0, 0, 0] && result.notes.count == 1)
    }
}

@Suite("What is asked for wrongly is refused in words") struct RefusalTests {
    private func subject(output: OutputChoice = .sum) throws -> AttributionSubject {
        let graph = try SmallModel.sequential(
            features: 1, time: 3, layer: #"{"class_name": "Flatten", "config": {"name": "middle"}}"#, shapes: [],
            width: 3)
        return try AttributionSubject(
            graph: graph, inputs: [SmallModel.sequences(count: 2, time: 3, features: 1)], output: output)
    }

    private static let cases: [(any AttributionMethod, String)] = [
        (IntegratedGradients(steps: 0), "`steps` is 0, but must be 1 or more"),
        (IntegratedGradients(baseline: .given(Tensor(shape: [2], values: [0, 0]))), "the baseline has the shape [2]"),
        (Occlusion(window: 0), "`window` is 0"), (Occlusion(window: 1, stride: 2), "at most the window of 1"),
        (SmoothGrad(noise: NoisyGradients(samples: 0)), "`samples` is 0"),
        (
            SmoothGrad(noise: NoisyGradients(noise: Tensor(shape: [2, 5], repeating: 0))),
            "the noise has the shape [2, 5]"
        ),
        (AttentionTimesGradient(), "has no attention layer"), (FrozenGradient(), "has no attention layer"),
        (AttentionTimesGradient(layer: "x"), "a layer `x`"), (LayerwiseRelevance(epsilon: -1), "`epsilon` is -1.0"),
    ]

    @Test("Options out of range and methods that do not apply", arguments: cases.indices)
    func options(_ index: Int) throws {
        let (method, text) = Self.cases[index]
        let error = #expect(throws: AttributionError.self) { try method(subject()) }
        #expect("\(try #require(error))".contains(text), "\(error.map { "\($0)" } ?? "")")
    }

    @Test("Outputs that are not there")
    func outputs() throws {
        #expect(throws: AttributionError.noSuchOutput(index: 1, count: 1)) { try subject(output: .index(1)) }
        #expect(throws: AttributionError.wrongClassCount(found: 1, instances: 2)) { try subject(output: .classes([0])) }
    }
}
