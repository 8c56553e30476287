import Benchmark
import Fovea

/// Each attribution method on 64 sequences of length 20, on one processor; integrated gradients also over steps.
func attributionBenchmarks(_ models: Models) throws {
    let luong = try models.luong(units: 128)
    let probes = try Models.probes(64)
    let plain: [any AttributionMethod] = [
        Saliency(), GradientTimesInput(), SmoothGrad(), SmoothGradSquared(), VarGrad(), Occlusion(), LeaveOneOut(),
        AttentionTimesGradient(), FrozenGradient(), LayerwiseRelevance(),
    ]
    var methods = plain.map { (name: $0.id, method: $0) }
    for steps in [8, 64, 256] {
        methods.append((name: "integrated_gradients, \(steps) steps", method: IntegratedGradients(steps: steps)))
    }
    for (name, method) in methods {
        try attribution(name, method, luong, probes.inputs[0], delimiterIndex: probes.delimiterIndex)
    }
    let heads = try models.heads(4, length: 200)
    try attribution(
        "integrated_gradients, 8 steps, 4 heads, length 200", IntegratedGradients(steps: 8), heads,
        Models.numbers([8, 200, 64]))
}

private func attribution(
    _ name: String, _ method: any AttributionMethod, _ graph: LayerGraph, _ inputs: Tensor, delimiterIndex: [Int]? = nil
) throws {
    Benchmark("attribution: \(name)") { benchmark in
        // Of a subject of its own, since methods share what a subject has computed.
        let subject = try AttributionSubject(graph: graph, inputs: [inputs], delimiterIndex: delimiterIndex)
        benchmark.startMeasurement()
        blackHole(try method.map(of: subject))
    }
}
