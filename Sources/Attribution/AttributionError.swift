/// Why a method has no answer. The description says what, where, and what to do.
public enum AttributionError: Error, Equatable, CustomStringConvertible {
    /// An output unit was asked for that the network has not.
    case noSuchOutput(index: Int, count: Int)
    /// The classes to explain are not one per instance.
    case wrongClassCount(found: Int, instances: Int)
    /// A baseline that fits neither one instance nor all of them.
    case wrongBaseline(found: [Int], needs: [Int])
    /// Given noise that does not fit the input.
    case wrongNoise(found: [Int], needs: [Int])
    /// An option outside its range.
    case badOption(method: String, option: String, value: String, needs: String)
    /// The network computes no attention, or not in the layer named.
    case noAttention(method: String, layer: String?, known: [String])
    /// Positions cannot be removed from the network's input.
    case cannotRemove(reason: String)
    /// A layer that relevance cannot be sent back through.
    case noRelevanceRule(layer: String, className: String, known: [String])

    /// The message for the user: one paragraph.
    public var description: String {
        switch self {
        case .noSuchOutput(let index, let count):
            "output unit \(index) was asked for, but the network's output has \(count), counted from 0. Choose one below \(count)."
        case .wrongClassCount(let found, let instances):
            "\(found) classes were given for \(instances) instances. Give one class per instance."
        case .wrongBaseline(let found, let needs):
            "the baseline has the shape \(found), but the network's input has \(needs). Give one of that shape, or of one instance's: "
                + "\(Array(needs.dropFirst()))."
        case .wrongNoise(let found, let needs):
            "the noise has the shape \(found), but it needs draws of the shape \(needs), or of one instance's: "
                + "\(Array(needs.dropFirst()))."
        case .badOption(let method, let option, let value, let needs):
            "\(method): `\(option)` is \(value), but must be \(needs)."
        case .noAttention(let method, let layer?, let known):
            "\(method): the network computes no attention in a layer `\(layer)`. "
                + (known.isEmpty
                    ? "It has no attention layer at all; choose another method."
                    : "Its attention layers are \(known.joined(separator: ", ")).")
        case .noAttention(let method, nil, _):
            "\(method): the network has no attention layer. Choose another method, or name the layer that computes the weights."
        case .cannotRemove(let reason):
            "leave-one-out: \(reason). Use occlusion, which replaces a position's values and keeps the length."
        case .noRelevanceRule(let layer, let className, let known):
            "layer-wise relevance propagation has no rule for the layer `\(layer)` of class `\(className)`. It has rules for "
                + "\(known.joined(separator: ", ")). Use integrated gradients, which take any network."
        }
    }
}
