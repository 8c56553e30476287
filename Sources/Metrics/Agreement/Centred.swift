/// A map less its mean, scaled to length 1: what correlations and standardised weights are made of.
struct Centred {
    /// (a - mean) / |a - mean|.
    let deviations: [Double]

    /// Nil for maps that are constant up to rounding, |a - mean| < 1e-13 |mean|: scipy's threshold for its warning.
    init?(_ map: MapRow) {
        guard !map.isConstant else { return nil }
        // A power of two near the largest weight, so that squares neither overflow nor vanish and no digit is lost.
        let scale = map.largest.binade
        let mean = map.weights.reduce(0.0) { $0 + $1 / scale } / Double(map.count)
        var deviations = map.weights.map { $0 / scale - mean }
        // The mean's own rounding, which counts where weights differ in their last digits only.
        let offset = deviations.reduce(0, +) / Double(map.count)
        for index in deviations.indices { deviations[index] -= offset }
        let length = deviations.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length >= 1e-13 * abs(mean), length > 0 else { return nil }
        for index in deviations.indices { deviations[index] /= length }
        self.deviations = deviations
    }

    /// The cosine of two, Pearson's r.
    func correlation(_ other: Centred) -> Double {
        min(1, max(-1, zip(deviations, other.deviations).reduce(0) { $0 + $1.0 * $1.1 }))
    }
}
