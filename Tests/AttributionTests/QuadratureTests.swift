import Attribution
import Foundation
import TestSupport
import Testing

private struct Reference: Decodable {
    struct Rule: Decodable, CustomTestStringConvertible {
        let n: Int
        let indices: [Int]
        let nodes: [Double]
        let weights: [Double]
        var testDescription: String { "\(n) nodes" }
    }
    let rules: [Rule]

    static let all: [Rule] = {
        let data = try? Data(contentsOf: URL(fileURLWithPath: Fixtures.path("gauss_legendre.json")))
        return data.flatMap { try? JSONDecoder().decode(Reference.self, from: $0).rules } ?? []
    }()
}

@Suite("Quadrature") struct QuadratureTests {
    @Test("Gauss-Legendre nodes and weights are numpy's", arguments: Reference.all)
    fileprivate func gaussLegendre(_ rule: Reference.Rule) {
        let found = Quadrature(.gaussLegendre, steps: rule.n)
        #expect(found.nodes.count == rule.n && found.weights.count == rule.n)
        for (place, index) in rule.indices.enumerated() {
            #expect(abs(found.nodes[index] - rule.nodes[place]) <= 1e-15)
            // Towards the ends of long rules both lose digits of the weights in 1 - x^2.
            #expect(abs(found.weights[index] - rule.weights[place]) <= 1e-13)
        }
    }

    @Test("The reference holds all fourteen rules") func complete() { #expect(Reference.all.count == 14) }

    @Test(
        "Weights add up to 1, and nodes ascend within [0, 1]", arguments: Quadrature.Rule.allCases, [1, 2, 3, 50, 64])
    func sums(_ rule: Quadrature.Rule, steps: Int) {
        let quadrature = Quadrature(rule, steps: steps)
        #expect(abs(quadrature.weights.reduce(0, +) - 1) <= 1e-13)
        #expect(zip(quadrature.nodes, quadrature.nodes.dropFirst()).allSatisfy { $0 < $1 })
        #expect(quadrature.nodes.allSatisfy { 0...1 ~= $0 })
    }

    @Test("n Gauss-Legendre nodes integrate x^k exactly up to k = 2n - 1", arguments: 1...12)
    func exactness(_ n: Int) {
        let quadrature = Quadrature(.gaussLegendre, steps: n)
        for degree in 0..<(2 * n) {
            let sum = zip(quadrature.nodes, quadrature.weights).reduce(0) { $0 + $1.1 * pow($1.0, Double(degree)) }
            #expect(abs(sum - 1 / Double(degree + 1)) <= 1e-14)
        }
    }

    @Test("Two trapezoid nodes are the ends with half the weight each; one is the middle")
    func trapezoid() {
        #expect(Quadrature(.trapezoid, steps: 2).nodes == [0, 1])
        #expect(Quadrature(.trapezoid, steps: 2).weights == [0.5, 0.5])
        #expect(Quadrature(.trapezoid, steps: 1) == Quadrature(.middle, steps: 1))
    }
}
