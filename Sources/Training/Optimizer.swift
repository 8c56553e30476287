import CKernels
import Foundation
import Tensors

/// How an optimiser turns gradients into steps; formulas and defaults are those of `keras.optimizers` (2.11 and later).
public enum OptimizerRule: Sendable, Equatable {
    /// Kingma & Ba 2015, with the bias correction in the learning rate: lr sqrt(1 - beta2^t) / (1 - beta1^t).
    case adam(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7)
    /// w -= lr g; with momentum, m = momentum m - lr g and w += m (Nesterov: w += momentum m - lr g).
    case sgd(momentum: Double = 0, nesterov: Bool = false)
    /// Tieleman & Hinton 2012: v = rho v + (1 - rho) g^2, w -= lr g / sqrt(v + epsilon).
    case rmsprop(rho: Double = 0.9, epsilon: Double = 1e-7)

    /// Keras' default learning rate.
    public var defaultLearningRate: Double {
        if case .sgd = self { 0.01 } else { 0.001 }
    }

    /// The number of tensors that are kept for each weight.
    var slotCount: Int {
        switch self {
        case .adam: 2
        case .rmsprop: 1
        case .sgd(let momentum, _): momentum > 0 ? 1 : 0
        }
    }
}

/// An optimiser with all that it remembers, as a value.
public struct Optimizer: Sendable, Equatable {
    /// The rule.
    public let rule: OptimizerRule
    /// The learning rate.
    public let learningRate: Double
    /// What is done to gradients before they are used.
    public let clipping: GradientClipping?
    /// The number of steps so far.
    public internal(set) var steps = 0
    /// For each weight the tensors that the rule keeps (Adam: m, v); empty before the first step.
    public internal(set) var slots: [[Tensor]] = []

    /// An optimiser before its first step.
    ///
    /// - Parameter learningRate: Keras' default of the rule if nil.
    public init(_ rule: OptimizerRule, learningRate: Double? = nil, clipping: GradientClipping? = nil) {
        self.rule = rule
        self.learningRate = learningRate ?? rule.defaultLearningRate
        self.clipping = clipping
    }

    /// Moves weights one step. A weight whose gradient is nil stays as it is, with all that is kept for it.
    ///
    /// - Parameter workers: The number of threads that share the weights among them; the result does not depend on it.
    mutating func update(_ weights: inout [Tensor], gradients: [Tensor?], workers: Int = 1) {
        let gradients = clipping?(gradients) ?? gradients
        if slots.isEmpty {
            slots = weights.map { weight in
                (0..<rule.slotCount).map { _ in Tensor(shape: weight.shape, repeating: 0) }
            }
        }
        steps += 1
        // Held by one list alone, so that they are changed in place and not copied.
        var kept = slots.flatMap { $0 }
        slots = []
        let stepRule = StepRule(self)
        let (count, perWeight) = (weights.count, rule.slotCount)
        let shares = Self.shares(gradients, workers)
        let before = weights
        kept.withMutableBases { bases in
            let memory = Memory(slots: bases)
            let moved = try? Workers.map(count: shares.count) { share in
                shares[share].compactMap { index -> (index: Int, weight: Tensor)? in
                    guard let gradient = gradients[index] else { return nil }
                    // The network holds these, too: each worker copies its own.
                    var weight = before[index]
                    let slots = Array(memory.slots[(index * perWeight)..<((index + 1) * perWeight)])
                    weight.values.withUnsafeMutableBufferPointer { values in
                        if let base = values.baseAddress { stepRule.step(gradient, weight: base, slots: slots) }
                    }
                    return (index, weight)
                }
            }
            for (index, weight) in (moved ?? []).joined() { weights[index] = weight }
        }
        slots = (0..<count).map { Array(kept[($0 * perWeight)..<(($0 + 1) * perWeight)]) }
    }

    /// The weights with a gradient, divided so that the shares are of nearly one size: the largest first, each to the smallest share.
    private static func shares(_ gradients: [Tensor?], _ workers: Int) -> [[Int]] {
        var shares = [[Int]](repeating: [], count: max(1, workers))
        var sizes = [Int](repeating: 0, count: shares.count)
        let sorted = gradients.indices.sorted { (gradients[$0]?.count ?? 0, $1) > (gradients[$1]?.count ?? 0, $0) }
        for index in sorted {
            guard let size = gradients[index]?.count, let least = sizes.indices.min(by: { sizes[$0] < sizes[$1] })
            else {
                continue
            }
            shares[least].append(index)
            sizes[least] += size
        }
        return shares
    }
}

/// The elements of what is kept for the weights. Sendable, since each worker touches those of its own weights only.
private struct Memory: @unchecked Sendable {
    let slots: [UnsafeMutablePointer<Float>]
}

/// One step of a rule, with all that is the same for every weight.
private struct StepRule: Sendable {
    private let rule: OptimizerRule
    private let rate: Float

    init(_ optimizer: Optimizer) {
        rule = optimizer.rule
        if case .adam(let beta1, let beta2, _) = optimizer.rule {
            rate = optimizer.adamRate(beta1, beta2)
        } else {
            rate = Float(optimizer.learningRate)
        }
    }

    func step(_ gradient: Tensor, weight w: UnsafeMutablePointer<Float>, slots: [UnsafeMutablePointer<Float>]) {
        let count = gradient.count
        gradient.values.withUnsafeBufferPointer { gradient in
            guard let g = gradient.baseAddress else { return }
            switch rule {
            case .adam(let beta1, let beta2, let epsilon):
                fovea_adam(count, rate, Float(beta1), Float(beta2), Float(epsilon), g, slots[0], slots[1], w)
            case .rmsprop(let rho, let epsilon):
                fovea_rmsprop(count, rate, Float(rho), Float(epsilon), g, slots[0], w)
            case .sgd(let momentum, let nesterov):
                guard momentum > 0 else {
                    fovea_add_scaled(count, -rate, g, w)
                    return
                }
                let (m, momentum) = (slots[0], Float(momentum))
                for index in 0..<count {
                    m[index] = momentum * m[index] - rate * g[index]
                    w[index] += nesterov ? momentum * m[index] - rate * g[index] : m[index]
                }
            }
        }
    }
}

extension Optimizer {
    /// Keras computes the correction in Float.
    fileprivate func adamRate(_ beta1: Double, _ beta2: Double) -> Float {
        let power = { (base: Double) in Float(Foundation.pow(base, Double(steps))) }
        return Float(learningRate) * (1 - power(beta2)).squareRoot() / (1 - power(beta1))
    }
}

extension [Tensor] {
    /// Calls `body` with the elements of every tensor, to be changed in place.
    fileprivate mutating func withMutableBases(_ body: ([UnsafeMutablePointer<Float>]) -> Void) {
        func descend(_ index: Int, _ bases: [UnsafeMutablePointer<Float>], _ tensors: inout [Tensor]) {
            guard index < tensors.count else { return body(bases) }
            // Taken out, so that going deeper does not overlap with this access.
            var tensor = tensors[index]
            tensors[index] = Tensor(shape: [], values: [0])
            tensor.values.withUnsafeMutableBufferPointer { buffer in
                if let base = buffer.baseAddress { descend(index + 1, bases + [base], &tensors) }
            }
            tensors[index] = tensor
        }
        descend(0, [], &self)
    }
}
