import Foundation
import Probing
import TestSupport
import Tensors
import Testing

/// Cases of `scripts/make_ridge_golden.py`: scikit-learn's `RidgeCV`, and R^2 of its left-out predictions.
struct RidgeCase: Decodable, Sendable, CustomTestStringConvertible {
    struct File: Decodable {
        let alphas: [Double]
        let cases: [RidgeCase]
    }
    let name: String
    let x: [[Double]]
    let y: [Double]
    let alpha: Double
    let r2: [String: Double]
    var testDescription: String { name }

    static let file: File? = try? JSONDecoder().decode(
        File.self, from: Data(contentsOf: URL(fileURLWithPath: Fixtures.path("probing/ridge.json"))))
}

@Suite("Ridge regression leaves out as scikit-learn does")
struct RidgeTests {
    @Test("There are cases") func hasCases() { #expect(RidgeCase.file?.cases.count == 5) }

    @Test("Each penalty's R^2", arguments: RidgeCase.file?.cases ?? [])
    func eachPenalty(_ golden: RidgeCase) throws {
        for alpha in try #require(RidgeCase.file).alphas {
            let fit = RidgeRegression(alphas: [alpha])
                .fits(features: golden.x.flatMap { $0 }, width: golden.x[0].count, targets: [golden.y])[0]
            let key = try #require(golden.r2.keys.first { Double($0) == alpha })
            let expected = try #require(golden.r2[key])
            let found = try #require(fit.r2)
            #expect(abs(found - expected) <= 1e-9 * max(1, abs(expected)))
        }
    }

    @Test("The penalty that predicts best is chosen", arguments: RidgeCase.file?.cases ?? [])
    func choice(_ golden: RidgeCase) throws {
        let fit = RidgeRegression(alphas: try #require(RidgeCase.file).alphas)
            .fits(features: golden.x.flatMap { $0 }, width: golden.x[0].count, targets: [golden.y])[0]
        #expect(fit.alpha == golden.alpha)
    }

    @Test("A constant target and too few instances have no R^2")
    func undefined() {
        let regression = RidgeRegression()
        #expect(regression.fits(features: [1, 2, 3, 4], width: 1, targets: [[5, 5, 5, 5]])[0].r2 == nil)
        #expect(regression.fits(features: [1, 2], width: 1, targets: [[5, 6]])[0].r2 == nil)
    }

    @Test("The probe reads what a state holds, where it holds it")
    func probe() throws {
        // The state holds the first input from position 1 on, and nothing at position 0.
        let (count, time) = (40, 3)
        var states = Tensor(shape: [count, time, 2], repeating: 0)
        var target = Tensor(shape: [count, time], repeating: 0)
        for instance in 0..<count {
            let value = Float((instance * 37) % 41) / 41
            for position in 0..<time {
                target.values[instance * time + position] = value
                states.values[(instance * time + position) * 2] = position == 0 ? 1 : 2 * value - 1
                states.values[(instance * time + position) * 2 + 1] = Float((instance * 11 + position * 5) % 7)
            }
        }
        let r2 = try StateProbe().r2(states: states, targets: [target], count: time) { $1 }[0]
        #expect(r2[0] < 0.1)
        #expect(r2[1] > 0.999 && r2[2] > 0.999)
        let shifted = try StateProbe().r2(states: states, targets: [target], count: 2) { $1 == 0 ? nil : 1 }[0]
        #expect(shifted[0].isNaN && shifted[1] > 0.999)
    }
}
