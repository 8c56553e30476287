import Attribution
import TestSupport
import Tensors
import Testing

/// Single precision bounds what can be asked for: the network runs in float32, so an output of 0.4 is known to 3e-8 and a difference
/// of two outputs to 5e-8. Where the largest entry of a map is too small for 1e-6 of it, the bound says so.
@Suite("Methods agree with Captum and with closed forms on the tiny model")
struct GoldenTests {
    @Test("Gradients, with respect to the input and to the attention", arguments: TinyModel.variants)
    func gradients(_ variant: String) throws {
        let model = try TinyModel(variant)
        let subject = try model.subject()
        try model.expect(Tensor(shape: [3], values: subject.outputValues.map(Float.init)), "output")
        try model.expect(try Saliency(reduction: .sum).map(of: subject), "gradient")
        try model.expect(try Saliency().map(of: subject), "saliency_abs")
        try model.expect(try GradientTimesInput().map(of: subject), "input_x_gradient")
        try model.expect(try FrozenGradient(reduction: .sum).map(of: subject), "gradient_attention_frozen")
        try model.expect(try AttentionGradient().map(of: subject), "gradient_wrt_attention")
        let frozen = try FrozenGradient(reduction: .sum).map(of: subject)
        let product = zip(frozen.values, subject.values.values).map(*)
        #expect(try FrozenGradient(timesInput: true).map(of: subject).values == product)
        let attention = try model.numbers("attention")
        let expected = zip(attention, try model.numbers("gradient_wrt_attention")).map { Float($0 * $1) }
        let found = try AttentionTimesGradient().map(of: subject)
        #expect(largestRowwiseDifference(found[rows: 0..<1], Tensor(shape: [1, 6], values: expected)) <= 1e-6)
    }

    static let rules: [(Quadrature.Rule, String)] = [
        (.gaussLegendre, "gausslegendre"), (.left, "riemann_left"), (.right, "riemann_right"),
        (.middle, "riemann_middle"), (.trapezoid, "trapezoid_correct"),
    ]

    @Test("Integrated gradients, by every rule", arguments: TinyModel.variants, [5, 50])
    func integrated(_ variant: String, steps: Int) throws {
        let model = try TinyModel(variant)
        let subject = try model.subject()
        for (rule, name) in Self.rules {
            let result = try IntegratedGradients(rule: rule, steps: steps)(subject)
            let path = "integrated_gradients/n_steps_\(steps)/\(name)"
            try model.expect(result.map(.sum), "\(path)/attribution")
            let delta = try model.numbers("\(path)/delta")[0]
            // f(x) and f(x') are known to 6e-8.
            #expect(abs((result.completenessGap?[0] ?? .infinity) - abs(delta)) <= 2e-7)
        }
        // Captum itself rounds its steps to single precision, and errs in the trapezoid only.
        for (rule, name) in Self.rules.dropLast() {
            let result = try IntegratedGradients(rule: rule, steps: steps)(subject)
            try model.expect(
                result.map(.sum), "integrated_gradients/n_steps_\(steps)/captum_\(name)/attribution")
        }
    }

    @Test("Occlusion, ablation and removal", arguments: TinyModel.variants)
    func occlusion(_ variant: String) throws {
        let model = try TinyModel(variant)
        let subject = try model.subject()
        try model.expect(try Occlusion().map(of: subject), "occlusion_w1_zero", within: 2e-6)
        try model.expect(try Occlusion(window: 3).map(of: subject), "occlusion_w3_s1_zero")
        try model.expect(try Occlusion(window: 3, stride: 2).map(of: subject), "occlusion_w3_s2_zero")
        // The largest entry is 0.016, the rounding of the outputs 6e-8.
        try model.expect(
            try Occlusion(baseline: .constant(0.5)).map(of: subject), "feature_ablation_baseline_0.5", within: 5e-6)
        try model.expect(try LeaveOneOut().map(of: subject), "leave_one_out_removed_signed", within: 2e-6)
        let all = try Occlusion(window: 6).map(of: subject)
        let atZero = subject.outputValues[0] - Double(all.values[0])
        try model.expect(Tensor(shape: [1], values: [Float(atZero)]), "f_baseline_zero")
    }

    @Test("SmoothGrad, its square and VarGrad, with the same noise", arguments: TinyModel.variants)
    func noise(_ variant: String) throws {
        let model = try TinyModel(variant)
        let subject = try model.subject()
        let draws = try #require(model.golden["smoothgrad_noise"] as? [[Double]])
        let given = Tensor(shape: [draws.count, 6, 1], values: draws.flatMap { $0.map(Float.init) })
        let noise = NoisyGradients(noise: given)
        try model.expect(try SmoothGrad(noise: noise, reduction: .sum).map(of: subject), "smoothgrad")
        try model.expect(try SmoothGradSquared(noise: noise).map(of: subject), "smoothgrad_sq")
        // A variance of 1e-5 around a square of 5e-3: the gradients' rounding of 1e-7 weighs a few times 1e-6 in it.
        try model.expect(try VarGrad(noise: noise).map(of: subject), "vargrad", within: 1e-5)
    }

    @Test("Relevance by Arras' rules, and its conservation without biases", arguments: TinyModel.variants)
    func relevance(_ variant: String) throws {
        let model = try TinyModel(variant)
        try model.expect(try LayerwiseRelevance().map(of: model.subject()), "lrp_eps0.001")
        let bare = try TinyModel(variant, withoutBiases: true)
        let subject = try bare.subject()
        let result = try LayerwiseRelevance(epsilon: 0).map(of: subject)
        let path = "lrp_conservation_zero_candidate_and_output_bias_eps0"
        try model.expect(result, "\(path)/relevance")
        try model.expect(Tensor(shape: [3], values: subject.outputValues.map(Float.init)), "\(path)/output")
        #expect(abs(Double(result.values[..<6].reduce(0, +)) - subject.outputValues[0]) <= 1e-6)
    }
}
