import Foundation
import Metrics

/// Arithmetic on outputs of a kind. An instance's output are its numbers in a row, in groups of `width` (the classes) where it is
/// a distribution.
struct OutputSpace: Sendable {
    let kind: OutputKind
    /// The extent of the output's last axis.
    let width: Int

    /// The distance between two outputs: the mean |difference|, or for distributions the total variation, the mean over groups.
    func change(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Double {
        var sum = 0.0
        for (x, y) in zip(a, b) { sum += abs(Double(x) - Double(y)) }
        return kind == .distribution ? sum / (2 * groups(a.count)) : sum / Double(max(a.count, 1))
    }

    /// The derivative of ``change(_:_:)`` with respect to the second output.
    func changeGradient(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>, into result: UnsafeMutablePointer<Float>) {
        let scale = Float(kind == .distribution ? 1 / (2 * groups(a.count)) : 1 / Double(max(a.count, 1)))
        for (place, (x, y)) in zip(a, b).enumerated() { result[place] = y > x ? scale : (y < x ? -scale : 0) }
    }

    /// The Jensen-Shannon divergence in bits, of p and 1 - p for single probabilities, the mean over groups; for real numbers, which
    /// have none, ``change(_:_:)``.
    func divergence(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Double {
        switch kind {
        case .regression: return change(a, b)
        case .probability:
            let sum = zip(a, b).reduce(0.0) { sum, pair in
                let (p, q) = (Double(pair.0), Double(pair.1))
                return sum + JensenShannon.term(p, q) + JensenShannon.term(1 - p, 1 - q)
            }
            return max(0, sum / Double(max(a.count, 1)))
        case .distribution:
            return max(
                0, zip(a, b).reduce(0.0) { $0 + JensenShannon.term(Double($1.0), Double($1.1)) } / groups(a.count))
        }
    }

    /// Whether the decision differs: the likeliest class of any group, or the side of 0.5 of any probability. Never for regression.
    func decisionDiffers(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Bool {
        switch kind {
        case .regression: return false
        case .probability: return zip(a, b).contains { ($0 >= 0.5) != ($1 >= 0.5) }
        case .distribution:
            return stride(from: 0, to: a.count, by: width).contains { group in
                likeliest(a, group) != likeliest(b, group)
            }
        }
    }

    /// The evidence in an output for what was decided on another: the probability of that class, the mean over groups. For
    /// regression the size of the change, with a minus, so that less is worse for all kinds.
    func evidence(_ output: ArraySlice<Float>, for decided: ArraySlice<Float>) -> Double {
        switch kind {
        case .regression: return -change(decided, output)
        case .probability:
            let sum = zip(output, decided).reduce(0.0) { $0 + Double($1.1 >= 0.5 ? $1.0 : 1 - $1.0) }
            return sum / Double(max(output.count, 1))
        case .distribution:
            let sum = stride(from: 0, to: output.count, by: width).reduce(0.0) { sum, group in
                sum + Double(output[output.startIndex + group + likeliest(decided, group)])
            }
            return sum / groups(output.count)
        }
    }

    /// The derivative of the evidence for the output's own decision with respect to it; for regression of the sum of outputs.
    func evidenceGradient(_ output: ArraySlice<Float>) -> [Float] {
        switch kind {
        case .regression: return output.map { _ in 1 }
        case .probability: return output.map { $0 >= 0.5 ? 1 : -1 }
        case .distribution:
            var gradient = [Float](repeating: 0, count: output.count)
            for group in stride(from: 0, to: output.count, by: width) { gradient[group + likeliest(output, group)] = 1 }
            return gradient
        }
    }

    /// What an attribution explains: the sum of the outputs; of distributions, whose sum is 1, the probability of what was decided.
    func explained(_ output: ArraySlice<Float>, for decided: ArraySlice<Float>) -> Double {
        kind == .distribution ? evidence(output, for: decided) : output.reduce(0.0) { $0 + Double($1) }
    }

    private func groups(_ count: Int) -> Double { Double(max(1, count / max(width, 1))) }

    private func likeliest(_ output: ArraySlice<Float>, _ group: Int) -> Int {
        let start = output.startIndex + group
        var best = 0
        for index in 1..<max(width, 1) where output[start + index] > output[start + best] { best = index }
        return best
    }
}

/// The Jensen-Shannon divergence in bits, by terms.
enum JensenShannon {
    /// What a pair of shares adds: (p log2(p/m) + q log2(q/m)) / 2 with m = (p + q) / 2.
    @inline(__always)
    static func term(_ p: Double, _ q: Double) -> Double {
        let middle = (p + q) / 2
        var sum = 0.0
        if p > 0 { sum += p * log2(p / middle) }
        if q > 0 { sum += q * log2(q / middle) }
        return sum / 2
    }

    /// The derivative of a term with respect to p: log2(p/m) / 2, from below by that of p = 1e-30.
    @inline(__always)
    static func slope(_ p: Double, _ q: Double) -> Double {
        let safe = max(p, 1e-30)
        return log2(2 * safe / (safe + q)) / 2
    }
}
