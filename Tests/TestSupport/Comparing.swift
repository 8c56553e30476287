import Foundation
import Tensors

/// The largest absolute difference between two tensors, each entry's divided by the reference's magnitude above 1; infinite for
/// different shapes or a NaN on one side.
public func largestDifference(_ found: Tensor, _ reference: Tensor) -> Double {
    guard found.shape == reference.shape else { return .infinity }
    return zip(found.values, reference.values).reduce(0.0) { largest, pair in
        let (a, b) = (Double(pair.0), Double(pair.1))
        guard a.isFinite, b.isFinite else { return a == b ? largest : .infinity }
        return max(largest, abs(a - b) / max(1, abs(b)))
    }
}

/// For each row of the first axis the largest absolute difference, relative to the reference row's largest entry; the worst row's.
public func largestRowwiseDifference(_ found: Tensor, _ reference: Tensor) -> Double {
    guard found.shape == reference.shape, let rows = reference.shape.first, rows > 0 else { return .infinity }
    let width = reference.count / rows
    return (0..<rows).reduce(0.0) { worst, row in
        let range = (row * width)..<((row + 1) * width)
        let scale = reference.values[range].reduce(0.0) { max($0, Double(abs($1))) }
        let difference = zip(found.values[range], reference.values[range]).reduce(0.0) {
            $1.0.isFinite ? max($0, Double(abs($1.0 - $1.1))) : .infinity
        }
        return max(worst, scale == 0 ? difference : difference / scale)
    }
}
