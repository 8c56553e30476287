import Numerics

/// The regularised incomplete beta function, from which the distributions of t, r and binomial shares follow.
enum IncompleteBeta {
    /// I_x(a, b), for a, b > 0 and 0 <= x <= 1, to about 14 digits. Lentz's continued fraction (Numerical Recipes, 6.4), on the
    /// side where it converges quickly.
    static func value(_ x: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        let front = Double.exp(
            Double.logGamma(a + b) - Double.logGamma(a) - Double.logGamma(b) + a * Double.log(x)
                + b * Double.log(onePlus: -x))
        return x < (a + 1) / (a + b + 2)
            ? front * continuedFraction(x, a, b) / a : 1 - front * continuedFraction(1 - x, b, a) / b
    }

    private static func continuedFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        // Lentz's guard against a partial denominator of exactly 0.
        func guarded(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
        var c = 1.0
        var d = 1 / guarded(1 - (a + b) * x / (a + 1))
        var fraction = d
        for step in 1...10_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / guarded(1 + even * d)
            c = guarded(1 + even / c)
            fraction *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / guarded(1 + odd * d)
            c = guarded(1 + odd / c)
            fraction *= d * c
            if abs(d * c - 1) < 3e-16 { break }
        }
        return fraction
    }

    /// The x with I_x(a, b) = p, by bisection down to neighbouring numbers.
    static func inverse(_ p: Double, _ a: Double, _ b: Double) -> Double {
        if p <= 0 { return 0 }
        if p >= 1 { return 1 }
        var (low, high) = (0.0, 1.0)
        while true {
            // Halving the exponent first finds quantiles near 0 as fast as others.
            let middle = low == 0 && high < 0x1p-10 ? high * high : (low + high) / 2
            guard middle > low, middle < high else { return high }
            if value(middle, a, b) < p { low = middle } else { high = middle }
        }
    }
}

/// Student's t distribution.
enum StudentT {
    /// P(|T| >= |t|) with the given degrees of freedom.
    static func twoSided(_ t: Double, degrees: Double) -> Double {
        t.isInfinite ? 0 : IncompleteBeta.value(degrees / (degrees + t * t), degrees / 2, 0.5)
    }

    /// The t with P(|T| >= t) = p.
    static func twoSidedQuantile(_ p: Double, degrees: Double) -> Double {
        let x = IncompleteBeta.inverse(p, degrees / 2, 0.5)
        return Double.sqrt(degrees * (1 - x) / x)
    }
}
