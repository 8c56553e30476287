/// Which rows of many-to-many attention become maps over positions. Many-to-one attention has one row whatever is chosen.
public enum QueryChoice: Sendable, Hashable, CustomStringConvertible {
    /// The last query's row: what a network that goes on with its last step has used.
    case last
    /// The mean over all queries.
    case mean
    /// Every query's row, each a map of its own.
    case all
    /// The row of one query, from 0.
    case index(Int)

    /// The choice in words of the command line: `last`, `mean`, `all` or `index:K`; nil for others.
    public init?(_ text: String) {
        switch text {
        case "last": self = .last
        case "mean": self = .mean
        case "all": self = .all
        default:
            guard text.hasPrefix("index:"), let index = Int(text.dropFirst("index:".count)), index >= 0 else {
                return nil
            }
            self = .index(index)
        }
    }

    /// What ``init(_:)`` reads.
    public var description: String {
        switch self {
        case .last: "last"
        case .mean: "mean"
        case .all: "all"
        case .index(let index): "index:\(index)"
        }
    }

    /// The rows to take among so many.
    ///
    /// - Throws: ``AttentionError/noSuchQuery(layer:index:queries:)``.
    func rows(of count: Int, layer: String) throws -> Range<Int> {
        switch self {
        case .last: return max(0, count - 1)..<count
        case .mean, .all: return 0..<count
        case .index(let index):
            guard 0..<count ~= index else {
                throw AttentionError.noSuchQuery(layer: layer, index: index, queries: count)
            }
            return index..<(index + 1)
        }
    }
}
