/// Quantiles by selection: linear in the number of values, where sorting thousands of bootstrap series would dominate.
public enum Quantile {
    /// The q-quantile of values, linearly interpolated between order statistics (type 7: `numpy.quantile`). Reorders the values.
    ///
    /// - Precondition: There is at least one value, none is NaN, and 0 <= q <= 1.
    public static func select(_ q: Double, of values: inout [Double]) -> Double {
        let place = q * Double(values.count - 1)
        let lower = Int(place)
        let fraction = place - Double(lower)
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

    /// The median.
    ///
    /// - Precondition: There is at least one value, and none is NaN.
    public static func median(of values: [Double]) -> Double {
        var copy = values
        return select(0.5, of: &copy)
    }

    /// Reorders values so that the one at `target` is the one a sort would put there, no larger ones before and no smaller ones
    /// after it: Hoare's quickselect with the median of three as its pivot.
    private static func partition(_ values: UnsafeMutableBufferPointer<Double>, at target: Int) {
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
