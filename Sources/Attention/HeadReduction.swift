/// How the heads of multi-head attention become one map; also the features of attention that weights each feature by itself.
public enum HeadReduction: Sendable, Hashable, CustomStringConvertible {
    /// The mean over heads. Weights still add up to 1.
    case mean
    /// The largest weight of any head; rows add up to more than 1 where heads differ.
    case max
    /// The smallest weight of any head: what all heads agree on; rows add up to less than 1 where heads differ.
    case min
    /// One head, from 0.
    case head(Int)

    /// The reduction in words of the command line: `mean`, `max`, `min` or `head:K`; nil for others.
    public init?(_ text: String) {
        switch text {
        case "mean": self = .mean
        case "max": self = .max
        case "min": self = .min
        default:
            guard text.hasPrefix("head:"), let head = Int(text.dropFirst("head:".count)), head >= 0 else { return nil }
            self = .head(head)
        }
    }

    /// What ``init(_:)`` reads.
    public var description: String {
        switch self {
        case .mean: "mean"
        case .max: "max"
        case .min: "min"
        case .head(let head): "head:\(head)"
        }
    }

    /// - Throws: ``AttentionError/noSuchHead(layer:index:heads:)``.
    func check(heads: Int, layer: String) throws {
        if case .head(let head) = self, !(0..<heads ~= head) {
            throw AttentionError.noSuchHead(layer: layer, index: head, heads: heads)
        }
    }

    /// Reduces one weight over the heads.
    ///
    /// - Parameter weight: The weight of a head; never asked for others than 0..<`heads`.
    @inline(__always)
    func callAsFunction(heads: Int, _ weight: (Int) -> Float) -> Float {
        switch self {
        case .mean: (0..<heads).reduce(Float(0)) { $0 + weight($1) } / Float(heads)
        case .max: (0..<heads).reduce(-Float.infinity) { Swift.max($0, weight($1)) }
        case .min: (0..<heads).reduce(Float.infinity) { Swift.min($0, weight($1)) }
        case .head(let head): weight(head)
        }
    }
}
