import Foundation

/// Nodes and weights for an integral over [0, 1], in double precision.
public struct Quadrature: Sendable, Equatable {
    /// The rules.
    public enum Rule: String, Sendable, CaseIterable {
        /// Gauss-Legendre: exact for polynomials up to degree 2n - 1; the best choice for smooth networks.
        case gaussLegendre = "gauss_legendre"
        /// Nodes j/n, weights 1/n.
        case left
        /// Nodes (j + 1)/n, weights 1/n.
        case right
        /// Nodes (j + 1/2)/n, weights 1/n.
        case middle
        /// Nodes j/(n - 1), weights 1/(n - 1), half of it at both ends; one node: the middle. (Captum's `riemann_trapezoid` weighs n nodes
        /// that lie 1/(n - 1) apart by 1/n, which makes every attribution too small by (n - 1)/n.)
        case trapezoid
    }

    /// Where the integrand is evaluated, ascending.
    public let nodes: [Double]
    /// The weight of each node; their sum is 1.
    public let weights: [Double]

    /// A rule with the given number of nodes, at least one.
    public init(_ rule: Rule, steps: Int) {
        let n = max(1, steps)
        let equal = [Double](repeating: 1 / Double(n), count: n)
        switch rule {
        case .gaussLegendre: (nodes, weights) = Self.gaussLegendre(n)
        case .left: (nodes, weights) = ((0..<n).map { Double($0) / Double(n) }, equal)
        case .right: (nodes, weights) = ((0..<n).map { Double($0 + 1) / Double(n) }, equal)
        case .middle: (nodes, weights) = ((0..<n).map { (Double($0) + 0.5) / Double(n) }, equal)
        case .trapezoid where n == 1: (nodes, weights) = ([0.5], [1])
        case .trapezoid:
            let step = 1 / Double(n - 1)
            nodes = (0..<n).map { Double($0) * step }
            weights = (0..<n).map { $0 == 0 || $0 == n - 1 ? step / 2 : step }
        }
    }

    /// The roots of the Legendre polynomial P_n by Newton's method from Tricomi's estimates, moved from [-1, 1] to [0, 1], with the
    /// weights 2 / ((1 - x^2) P_n'(x)^2), halved.
    private static func gaussLegendre(_ n: Int) -> (nodes: [Double], weights: [Double]) {
        var nodes = [Double](repeating: 0.5, count: n)
        var weights = [Double](repeating: 1, count: n)
        let count = Double(n)
        for index in 0..<((n + 1) / 2) {
            let angle = Double.pi * (Double(index) + 0.75) / (count + 0.5)
            var x = (1 - (count - 1) / (8 * count * count * count)) * cos(angle)
            if 2 * index + 1 == n { x = 0 }
            for _ in 0..<100 {
                let (value, slope) = legendre(n, x)
                let change = value / slope
                x -= change
                if abs(change) <= 1e-16 { break }
            }
            let slope = legendre(n, x).derivative
            let weight = 1 / ((1 - x) * (1 + x) * slope * slope)
            (nodes[index], nodes[n - 1 - index]) = ((1 - x) / 2, (1 + x) / 2)
            (weights[index], weights[n - 1 - index]) = (weight, weight)
        }
        return (nodes, weights)
    }

    /// P_n(x) and P_n'(x) by the three-term recurrence.
    private static func legendre(_ n: Int, _ x: Double) -> (value: Double, derivative: Double) {
        var (previous, current) = (1.0, x)
        for k in 1..<max(1, n) {
            let k = Double(k)
            (previous, current) = (current, ((2 * k + 1) * x * current - k * previous) / (k + 1))
        }
        return (current, Double(n) * (x * current - previous) / (x * x - 1))
    }
}
