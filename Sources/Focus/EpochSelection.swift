import Foundation

/// Some of a run's epochs, for what is too costly to do at each.
public enum EpochSelection: Sendable, Equatable {
    /// Every checkpoint.
    case all
    /// None.
    case none
    /// The last checkpoint.
    case last
    /// At most so many: the first and the last checkpoint, and others between at equal steps of the epoch's logarithm, where trainings
    /// change.
    case spread(Int)

    /// The places chosen among the epochs of a run, ascending.
    public func places(among epochs: [Int]) -> [Int] {
        guard let first = epochs.first, let last = epochs.last else { return [] }
        switch self {
        case .all: return Array(epochs.indices)
        case .none: return []
        case .last: return [epochs.count - 1]
        case .spread(let count):
            guard count < epochs.count else { return Array(epochs.indices) }
            guard count > 1 else { return [epochs.count - 1] }
            let logarithm = { (epoch: Int) in log(Double(epoch - first + 1)) }
            let step = logarithm(last) / Double(count - 1)
            let wanted = (0..<count).map { Double($0) * step }
            let nearest = wanted.compactMap { target in
                epochs.indices.min { abs(logarithm(epochs[$0]) - target) < abs(logarithm(epochs[$1]) - target) }
            }
            return Array(Set(nearest)).sorted()
        }
    }
}
