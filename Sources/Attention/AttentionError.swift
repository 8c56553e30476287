/// What can be wrong with a question about attention. The description says what, where, and what to do.
public enum AttentionError: Error, Equatable, CustomStringConvertible {
    /// A query position that the layer does not have.
    case noSuchQuery(layer: String, index: Int, queries: Int)
    /// A head (or, of weights per feature, a feature) that the layer does not have.
    case noSuchHead(layer: String, index: Int, heads: Int)
    /// Rollout or flow of a network without self-attention.
    case noSelfAttention(layers: [String])
    /// Rollout or flow over layers that attend over different numbers of positions.
    case unequalPositions(layer: String, positions: Int, other: String, otherPositions: Int)

    /// The message for the user: one paragraph.
    public var description: String {
        switch self {
        case .noSuchQuery(let layer, let index, let queries):
            "layer `\(layer)` has no query \(index): its queries are numbered from 0 to \(queries - 1). Choose one of these, or "
                + "`last`, `mean` or `all`."
        case .noSuchHead(let layer, let index, let heads):
            "layer `\(layer)` has no head \(index): its heads are numbered from 0 to \(heads - 1). Choose one of these, or "
                + "`mean`, `max` or `min`."
        case .noSelfAttention(let layers):
            "rollout and flow follow attention from layer to layer, which takes self-attention: one weight per pair of positions. "
                + (layers.isEmpty
                    ? "The model has no attention layer."
                    : "The model's attention (\(layers.joined(separator: ", "))) has none. Look at the layers' own maps instead.")
        case .unequalPositions(let layer, let positions, let other, let otherPositions):
            "rollout and flow multiply attention from layer to layer, but layer `\(layer)` attends over \(positions) positions and "
                + "layer `\(other)` over \(otherPositions). Name the layers that belong together."
        }
    }
}
