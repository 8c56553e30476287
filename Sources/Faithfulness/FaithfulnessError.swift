/// What can be wrong with a test of faithfulness. The description says what, where, and what to do.
public enum FaithfulnessError: Error, Equatable, CustomStringConvertible {
    /// A test of attention on a layer that yields none.
    case noSuchAttention(layer: String, known: [String])
    /// An attention layer of which is not known what it weights.
    case unknownStates(layer: String)
    /// A test that takes one weight per position on inputs without positions.
    case noPositions(shape: [Int])
    /// Numbers of valid positions that do not fit the inputs.
    case badLengths(instances: Int, positions: Int)
    /// Removing positions from the input of a network that takes one length only.
    case fixedLength(positions: Int)
    /// Removing positions where the output has one row per position.
    case sequenceOutput
    /// A map that does not fit the inputs.
    case mapDoesNotFit(needs: [Int], found: [Int])
    /// Noise or means where the inputs are tokens.
    case tokens(wanted: String)
    /// An option that makes no sense.
    case badOption(test: String, reason: String)

    /// The message for the user: one paragraph.
    public var description: String {
        switch self {
        case .noSuchAttention(let layer, let known):
            "the network has no attention layer `\(layer)`. "
                + (known.isEmpty ? "It has none at all." : "There are: \(known.joined(separator: ", ")).")
        case .unknownStates(let layer):
            "it is not known which states the attention of layer `\(layer)` weights, or they are no sequence. Leave conicity out, or name "
                + "a layer that computes attention."
        case .noPositions(let shape):
            "the test erases or weights positions of a sequence, but the network's first input has the shape \(shape), without any. "
                + "Pass sequences, or leave the test out."
        case .badLengths(let instances, let positions):
            "the lengths do not fit the inputs: there must be one for each of the \(instances) instances, from 0 to \(positions)."
        case .fixedLength(let positions):
            "the network takes sequences of exactly \(positions) positions, so none can be removed. Erase by a value instead, such as "
                + "the mean over the probe set."
        case .sequenceOutput:
            "the network's output is a sequence as long as its input, so outputs with and without a position cannot be compared. Erase "
                + "by a value instead, such as the mean over the probe set."
        case .mapDoesNotFit(let needs, let found):
            "the map has the shape \(found), but the inputs need one of \(needs). Pass the map of the same instances and positions."
        case .tokens(let wanted):
            "the network's input are tokens, which are names and no numbers: there is no \(wanted) of them. Erase by the number of a "
                + "token that says nothing (padding, unknown), or by removal."
        case .badOption(let test, let reason): "the test \(test): \(reason)."
        }
    }
}
