import CKernels
import Tensors

/// Ridge regression with an intercept that is not penalised, judged by leaving out one instance at a time.
///
///     minimise ||y - X w - b||^2 + alpha ||w||^2
///
/// The prediction for an instance that was left out follows from one fit: y_i - (y_i - yhat_i) / (1 - h_i), h_i being the leverage (Golub,
/// Heath & Wahba 1979). The penalty is the one of the given that predicts the left-out instances best, as in `sklearn.linear_model.RidgeCV`.
public struct RidgeRegression: Sendable {
    /// The penalties to choose from.
    public let alphas: [Double]

    /// A regression that chooses among penalties.
    ///
    /// - Precondition: At least one penalty, all above 0.
    public init(alphas: [Double] = [1e-3, 1e-1, 10]) {
        precondition(!alphas.isEmpty && alphas.allSatisfy { $0 > 0 }, "ridge regression needs penalties above 0")
        self.alphas = alphas
    }

    /// What the regression makes of one target.
    public struct Fit: Sendable, Equatable {
        /// The coefficient of determination of the left-out predictions, 1 - sum (y - yhat)^2 / sum (y - mean y)^2; below 0 where they are
        /// worse than the mean; nil for a constant target or fewer than three instances.
        public let r2: Double?
        /// The penalty that was chosen.
        public let alpha: Double
    }

    /// Fits each target anew on the same features.
    ///
    /// - Parameters:
    ///   - features: n×d, row-major.
    ///   - targets: The targets, each of n values.
    /// - Returns: One fit per target, in order.
    public func fits(features: [Double], width: Int, targets: [[Double]]) -> [Fit] {
        guard let count = targets.first?.count, count >= 3, width > 0 else {
            return targets.map { _ in Fit(r2: nil, alpha: alphas[0]) }
        }
        precondition(features.count == count * width, "features do not fit the targets")
        let x = Self.centred(features, rows: count, columns: width)
        let centredTargets = targets.map { Self.centred($0, rows: count, columns: 1) }
        var best = [(error: Double, alpha: Double)?](repeating: nil, count: targets.count)
        let system = width <= count ? Primal(x, rows: count, columns: width) : nil
        let dual = width <= count ? nil : Dual(x, rows: count, columns: width)
        for alpha in alphas {
            guard
                let residuals = system?.leftOutResiduals(alpha: alpha, targets: centredTargets)
                    ?? dual?.leftOutResiduals(alpha: alpha, targets: centredTargets)
            else { continue }
            for (index, residual) in residuals.enumerated() {
                let error = residual.reduce(0) { $0 + $1 * $1 }
                if best[index].map({ error < $0.error }) ?? true { best[index] = (error, alpha) }
            }
        }
        return zip(centredTargets, best).map { target, best in
            let total = target.reduce(0) { $0 + $1 * $1 }
            // A target that is constant up to rounding has no variance to explain.
            let isConstant = total <= 1e-20 * Double(count) || target.allSatisfy { abs($0) <= 1e-12 }
            guard let best, !isConstant else { return Fit(r2: nil, alpha: best?.alpha ?? alphas[0]) }
            return Fit(r2: 1 - best.error / total, alpha: best.alpha)
        }
    }

    /// The columns with their means taken off.
    private static func centred(_ values: [Double], rows: Int, columns: Int) -> [Double] {
        var result = values
        fovea_centre_columns(rows, columns, &result)
        return result
    }
}

/// The normal equations, for at most as many features as instances: with M = X (X^T X + alpha I)^-1 the leverage of instance i is
/// m_i . x_i, and X w = M X^T y. (The product with the inverse takes a third of the time of solving against the factor: dgemm is that much
/// better tuned than dtrsm.)
private struct Primal {
    let x: [Double]
    let rows: Int
    let columns: Int
    let gram: [Double]

    init(_ x: [Double], rows: Int, columns: Int) {
        (self.x, self.rows, self.columns) = (x, rows, columns)
        gram = [Double](unsafeUninitializedCapacity: columns * columns) { buffer, count in
            if let base = buffer.baseAddress { fovea_gram(rows, columns, x, base) }
            count = columns * columns
        }
    }

    func leftOutResiduals(alpha: Double, targets: [[Double]]) -> [[Double]]? {
        var factor = gram
        for index in 0..<columns { factor[index * columns + index] += alpha }
        guard fovea_cholesky(columns, &factor) == 0, fovea_invert_factored(columns, &factor) == 0 else { return nil }
        let z = matmul(x, factor, m: rows, n: columns, k: columns)
        let count = targets.count
        // All targets side by side: n×k, then d×k.
        let y = (0..<rows).flatMap { row in targets.map { $0[row] } }
        let projected = matmul(x, y, m: columns, n: count, k: rows, transposed: true)
        let fitted = matmul(z, projected, m: rows, n: count, k: columns)
        var leverage = [Double](repeating: 0, count: rows)
        fovea_row_products(rows, columns, z, x, &leverage)
        for row in 0..<rows { leverage[row] += 1 / Double(rows) }
        return (0..<count).map { target in
            (0..<rows).map { (y[$0 * count + target] - fitted[$0 * count + target]) / max(1 - leverage[$0], 1e-12) }
        }
    }
}

/// The same in the space of the instances, for more features than instances: G = X X^T + alpha I, residual = alpha G^-1 y.
private struct Dual {
    let rows: Int
    let kernel: [Double]

    init(_ x: [Double], rows: Int, columns: Int) {
        self.rows = rows
        let transposed = [Double](unsafeUninitializedCapacity: rows * columns) { buffer, count in
            for row in 0..<rows {
                for column in 0..<columns { buffer[column * rows + row] = x[row * columns + column] }
            }
            count = rows * columns
        }
        kernel = [Double](unsafeUninitializedCapacity: rows * rows) { buffer, count in
            if let base = buffer.baseAddress { fovea_gram(columns, rows, transposed, base) }
            count = rows * rows
        }
    }

    func leftOutResiduals(alpha: Double, targets: [[Double]]) -> [[Double]]? {
        var factor = kernel
        for index in 0..<rows { factor[index * rows + index] += alpha }
        guard fovea_cholesky(rows, &factor) == 0 else { return nil }
        var inverse = [Double](repeating: 0, count: rows * rows)
        for index in 0..<rows { inverse[index * rows + index] = 1 }
        // L^-1, whose columns' squared norms are the diagonal of G^-1.
        fovea_solve_lower(rows, rows, factor, false, &inverse)
        var diagonal = [Double](repeating: 0, count: rows)
        for row in 0..<rows {
            for column in 0..<rows { diagonal[column] += inverse[row * rows + column] * inverse[row * rows + column] }
        }
        return targets.map { y in
            var solution = y
            fovea_solve_lower(rows, 1, factor, false, &solution)
            fovea_solve_lower(rows, 1, factor, true, &solution)
            return (0..<rows).map {
                alpha * solution[$0] / max(alpha * diagonal[$0] - 1 / Double(rows), 1e-12)
            }
        }
    }
}
