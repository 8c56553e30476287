import Numerics

/// How large a difference is. Nil where the spread is 0 or there are too few values.
public enum EffectSize {
    /// The mean difference over the differences' standard deviation, of paired samples (Cohen's d_z).
    public static func cohenDZ(_ differences: [Double]) -> Double? {
        guard let mean = Sample.mean(differences), let deviation = Sample.standardDeviation(differences), deviation > 0
        else { return nil }
        return mean / deviation
    }

    /// The difference of means over the pooled standard deviation, of independent samples (Cohen's d).
    public static func cohenD(_ x: [Double], _ y: [Double]) -> Double? {
        guard let meanX = Sample.mean(x), let meanY = Sample.mean(y), let degrees = degrees(x, y) else { return nil }
        func squares(_ values: [Double], _ mean: Double) -> Double {
            values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        }
        let pooled = ((squares(x, meanX) + squares(y, meanY)) / degrees).squareRoot()
        return pooled > 0 ? (meanX - meanY) / pooled : nil
    }

    /// Cohen's d without its small-sample bias, d Gamma(m/2) / (sqrt(m/2) Gamma((m - 1)/2)) with m = n_x + n_y - 2 (Hedges' g).
    public static func hedgesG(_ x: [Double], _ y: [Double]) -> Double? {
        guard let d = cohenD(x, y), let m = degrees(x, y), m > 1 else { return nil }
        return d * Double.exp(Double.logGamma(m / 2) - Double.logGamma((m - 1) / 2)) / (m / 2).squareRoot()
    }

    /// Hedges' g by the usual approximation of its factor, 1 - 3 / (4m - 1).
    public static func hedgesGApproximate(_ x: [Double], _ y: [Double]) -> Double? {
        guard let d = cohenD(x, y), let m = degrees(x, y) else { return nil }
        return d * (1 - 3 / (4 * m - 1))
    }

    /// P(x > y) - P(x < y) over all pairs, -1...1 (Cliff's delta). Nil if a sample is empty.
    public static func cliffsDelta(_ x: [Double], _ y: [Double]) -> Double? {
        varghaDelaneyA(x, y).map { 2 * $0 - 1 }
    }

    /// P(x > y) + P(x = y)/2 over all pairs, 0...1 (Vargha & Delaney's A). Nil if a sample is empty.
    public static func varghaDelaneyA(_ x: [Double], _ y: [Double]) -> Double? {
        guard !x.isEmpty, !y.isEmpty else { return nil }
        return MannWhitney.statistic(x, y) / (Double(x.count) * Double(y.count))
    }

    private static func degrees(_ x: [Double], _ y: [Double]) -> Double? {
        x.isEmpty || y.isEmpty || x.count + y.count < 3 ? nil : Double(x.count + y.count - 2)
    }
}
