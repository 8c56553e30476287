/// How unequal the weights are.
extension Shape {
    /// The Gini coefficient sum (2i - n - 1) a_(i) / (n sum a), ascending, 0 (uniform) ... 1 - 1/n (one position)
    /// (Hurley & Rickard 2009).
    public static func gini(_ map: MapRow) -> Metric {
        distribution(map) { map in
            let n = map.count
            var total = 0.0
            // Places count from the largest; the i-th smallest has i = n - place.
            for (place, index) in map.order.enumerated() {
                total += Double(2 * (n - place) - n - 1) * (map.weights[index] / map.sum)
            }
            return max(0, total / Double(n))
        }
    }

    /// The Gini coefficient times n / (n - 1), 0 (uniform) ... 1 (one position), which compares maps of different lengths; undefined
    /// for one position.
    public static func giniCorrected(_ map: MapRow) -> Metric {
        guard map.count > 1 else { return .undefined(map.obstacleToDistribution ?? .tooFewPositions) }
        return gini(map).map { $0 * (Double(map.count) / Double(map.count - 1)) }
    }

    /// Hoyer's sparsity (sqrt n - |a|_1 / |a|_2) / (sqrt n - 1), 0 (all sizes equal) ... 1 (one position) (Hoyer 2004). Signs do not
    /// matter; undefined for one position.
    public static func hoyerSparsity(_ map: MapRow) -> Metric {
        guard map.isFinite else { return .undefined(.nonFinite) }
        let scale = map.largest
        guard scale > 0 else { return .undefined(.noMass) }
        guard map.count > 1 else { return .undefined(.tooFewPositions) }
        // Over the largest weight, squares neither overflow nor vanish together.
        var (sum, squares) = (0.0, 0.0)
        for weight in map.weights {
            let size = abs(weight) / scale
            sum += size
            squares += size * size
        }
        let root = Double(map.count).squareRoot()
        return .value(min(1, max(0, (root - sum / squares.squareRoot()) / (root - 1))))
    }
}
