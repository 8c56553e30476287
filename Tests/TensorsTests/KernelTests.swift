import CKernels
import Foundation
import Testing

@Suite("Vectorised kernels against libm")
struct KernelTests {
    private let inputs: [Float] =
        stride(from: -30, through: 30, by: 0.01).map { Float($0) } + [-1e-6, 1e-6, 0, -90, 90, -200, 200]

    private func activated(_ activation: fovea_activation) -> [Float] {
        var result = [Float](repeating: 0, count: inputs.count)
        fovea_activate(activation, inputs.count, inputs, &result)
        return result
    }

    @Test("tanh, also near 0, within 4e-7 of the value")
    func tanhAccuracy() {
        for (x, y) in zip(inputs, activated(FOVEA_TANH)) {
            let exact = Foundation.tanh(Double(x))
            #expect(abs(Double(y) - exact) <= 4e-7 * abs(exact), "\(x)")
        }
    }

    @Test("The logistic function, within 2e-7")
    func sigmoidAccuracy() {
        for (x, y) in zip(inputs, activated(FOVEA_SIGMOID)) {
            #expect(abs(Double(y) - 1 / (1 + exp(-Double(x)))) <= 2e-7, "\(x)")
        }
    }

    @Test("Softmax keeps vanishing weights, to 1e-6 of each")
    func softmax() {
        var row: [Float] = [0, -1, -20, -60, -86, -200, 3]
        let sum = row.reduce(0.0) { $0 + exp(Double($1) - 3) }
        let exact = row.map { exp(Double($0) - 3) / sum }
        fovea_softmax_rows(1, row.count, &row, nil)
        for (found, expected) in zip(row, exact) where expected > 1e-38 {
            #expect(abs(Double(found) - expected) <= 1e-6 * expected)
        }
        #expect(row[5] == 0)
    }
}
