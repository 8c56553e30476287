import Foundation
import Tensors

/// Chooses the epochs that tell a run's story in few pictures.
package enum EpochChoice {
    /// The indices of at most `count` epochs: the first, the last, and between them those that cut the way into equal
    /// parts, where half the way is the change of the mean map and half the logarithm of the epoch.
    ///
    /// - Parameter profile: The mean map by epoch, E×T, if known.
    package static func indices(epochs: [Int], profile: Tensor?, count: Int) -> [Int] {
        guard epochs.count > count else { return Array(epochs.indices) }
        guard count > 1 else { return count == 1 ? [epochs.count - 1] : [] }
        var steps = (1..<epochs.count).map { index in
            log(Double(max(0, epochs[index]) + 1)) - log(Double(max(0, epochs[index - 1]) + 1))
        }
        steps = shares(steps)
        if let profile, profile.rank == 2, profile.shape[0] == epochs.count {
            let changes = (1..<epochs.count).map { index in
                zip(profile[row: index].values, profile[row: index - 1].values).reduce(0.0) { sum, pair in
                    let change = Double(abs(pair.0 - pair.1))
                    return change.isFinite ? sum + change : sum
                }
            }
            steps = zip(steps, shares(changes)).map { $0 + $1 }
        }
        let whole = steps.reduce(0, +)
        var chosen = [0]
        var way = 0.0
        for (index, step) in steps.enumerated() {
            way += step
            let due = whole * Double(chosen.count) / Double(count - 1)
            let remaining = steps.count - index - 1
            let isNeeded = remaining < count - chosen.count
            if chosen.count < count - 1, index + 1 < epochs.count - 1, way >= due - step / 2 || isNeeded {
                chosen.append(index + 1)
            }
        }
        return chosen + [epochs.count - 1]
    }

    private static func shares(_ values: [Double]) -> [Double] {
        let sum = values.reduce(0, +)
        return sum > 0 ? values.map { $0 / sum } : values.map { _ in 1 / Double(max(1, values.count)) }
    }
}
