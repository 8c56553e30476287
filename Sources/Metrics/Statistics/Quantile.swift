/// Quantiles by selection: linear in the number of values, where sorting thousands of bootstrap series would dominate.
public enum Quantile {
    /// The q-quantile of values, linearly interpolated between order statistics (type 7: `numpy.quantile`). Reorders the values.
    ///
    /// - Precondition: There is at least one value, none is NaN, and 0 <= q <= 1.
    public static func select(_ q: Double, of values: inout [Double]) -> Double {
        select(q, of: &values, as: Double.self)
    }

    private static func select<Number: BinaryFloatingPoint>(
        _ q: Double, of values: inout [Number], as: Number.Type
    ) -> Number {
        let place = q * Double(values.count - 1)
        let lower = Int(place)
        let fraction = Number(place - Double(lower))
        return values.withUnsafeMutableBufferPointer { values in
            partition(values, at: lower)
            let low = values[lower]
            guard fraction > 0, lower + 1 < values.count else { return low }
            // The next order statistic is the smallest of what lies behind.
            var high = values[lower + 1]
            for index in (lower + 1)..<values.count where values[index] < high { high = values[index] }
            return low + fraction * (high - low)
        }
    }

    /// The (1 - level)/2 and (1 + level)/2 quantiles of many values, such as bootstrap replicates, whose mean and standard
    /// deviation are roughly known.
    ///
    /// Both lie in the tails, so that only the values beyond 1.6 standard deviations from the mean (a twentieth on either side, for
    /// a bell curve) are copied and selected from; where those do not reach far enough, selection among all values takes over.
    /// Six times as fast as two selections for 2,000 values.
    ///
    /// - Precondition: There is at least one value, and none is NaN.
    public static func tails(
        of values: ArraySlice<Float>, mean: Float, standardDeviation: Float, level: Double
    ) -> (low: Float, high: Float) {
        let (low, high) = (mean - 1.6 * standardDeviation, mean + 1.6 * standardDeviation)
        var (below, above): ([Float], [Float]) = ([], [])
        below.reserveCapacity(values.count / 12)
        above.reserveCapacity(values.count / 12)
        values.withUnsafeBufferPointer { values in
            for value in values {
                if value < low { below.append(value) } else if value > high { above.append(-value) }
            }
        }
        let place = (1 - level) / 2 * Double(values.count - 1)
        let needed = Int(place) + 2
        guard below.count >= needed, above.count >= needed else {
            var all = Array(values)
            return (
                select((1 - level) / 2, of: &all, as: Float.self), select((1 + level) / 2, of: &all, as: Float.self)
            )
        }
        return (
            select(place / Double(below.count - 1), of: &below, as: Float.self),
            -select(place / Double(above.count - 1), of: &above, as: Float.self)
        )
    }

    /// The median.
    ///
    /// - Precondition: There is at least one value, and none is NaN.
    public static func median(of values: [Double]) -> Double {
        var copy = values
        return select(0.5, of: &copy)
    }

    /// Reorders values so that the one at `target` is the one a sort would put there, no larger ones before and no smaller ones
    /// after it: Hoare's quickselect with the median of three as its pivot.
    private static func partition<Number: BinaryFloatingPoint>(
        _ values: UnsafeMutableBufferPointer<Number>, at target: Int
    ) {
        var (low, high) = (0, values.count - 1)
        while low < high {
            let (a, b, c) = (values[low], values[(low + high) / 2], values[high])
            let pivot = max(min(a, b), min(max(a, b), c))
            var (left, right) = (low, high)
            while left <= right {
                while values[left] < pivot { left += 1 }
                while values[right] > pivot { right -= 1 }
                if left <= right {
                    values.swapAt(left, right)
                    left += 1
                    right -= 1
                }
            }
            if target <= right {
                high = right
            } else if target >= left {
                low = left
            } else {
                return
            }
        }
    }
}
