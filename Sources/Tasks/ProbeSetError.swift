/// What can be wrong with a probe set or a mask. The description says what, where, and what to do.
public enum ProbeSetError: Error, Equatable, CustomStringConvertible {
    /// The file has no inputs where they are looked for.
    case noInputs(origin: String, found: [String])
    /// The group named after the file's name is not in it.
    case noGroup(file: String, group: String, groups: [String])
    /// The kind of file is unknown.
    case unknownFormat(file: String)
    /// A dataset has the wrong shape.
    case badShape(origin: String, dataset: String, needs: String, found: [Int])
    /// Lengths or delimiter positions are out of range or too few.
    case badIndex(origin: String, dataset: String, range: String)
    /// A dataset has NaN or infinite numbers.
    case nonFinite(origin: String, dataset: String, instance: Int)
    /// A mask has numbers other than 0 and 1.
    case notBinary(origin: String, mask: String)
    /// A mask marks no position of any instance.
    case emptyMask(origin: String, mask: String)
    /// The delimiter's value does not occur in an instance.
    case noDelimiter(origin: String, value: Double, instance: Int)
    /// The file's delimiter positions and the delimiter's value contradict each other.
    case delimiterDisagrees(origin: String, value: Double, instance: Int, index: Int)
    /// A mask rule needs a delimiter, and none is known.
    case ruleNeedsDelimiter(rule: String)
    /// A mask rule that Fovea does not know.
    case unknownRule(text: String)
    /// A rule that names positions outside the sequences.
    case positionOutOfRange(rule: String, positions: Int)
    /// A task that Fovea does not know, or an option it cannot take.
    case badTask(reason: String)

    /// The message for the user: one paragraph.
    public var description: String {
        switch self {
        case .noInputs(let origin, let found):
            "\(origin): no inputs found: a probe set has a dataset `inputs` or `x` (several inputs: `x0`, `x1`, ...). There is "
                + (found.isEmpty ? "nothing." : found.prefix(20).joined(separator: ", ") + ".")
        case .noGroup(let file, let group, let groups):
            "\(file): there is no group `\(group)`. "
                + (groups.isEmpty
                    ? "The file has no groups." : "There are: \(groups.prefix(20).joined(separator: ", ")).")
        case .unknownFormat(let file):
            "\(file): this is no probe set. Probe sets are .h5 or .npz files with the arrays `inputs` and `targets`, .npy files "
                + "of inputs, or .csv files with one sequence a row; `fovea dataset` writes one."
        case .badShape(let origin, let dataset, let needs, let found):
            "\(origin): \(dataset) should be \(needs), but its shape is (\(found.map(String.init).joined(separator: ", "))). "
                + "Write it again with one row per instance."
        case .badIndex(let origin, let dataset, let range):
            "\(origin): `\(dataset)` needs one whole number in \(range) for each instance. Count positions from 0."
        case .nonFinite(let origin, let dataset, let instance):
            "\(origin): \(dataset) holds a NaN or infinite number, first in instance \(instance). Remove or repair it."
        case .notBinary(let origin, let mask):
            "\(origin): mask `\(mask)` holds numbers other than 0 and 1. A mask marks the positions where the model should look "
                + "with 1; threshold it first."
        case .emptyMask(let origin, let mask):
            "\(origin): mask `\(mask)` marks no position of any instance, so nothing can be measured against it. Correct "
                + "the mask or its rule."
        case .noDelimiter(let origin, let value, let instance):
            "\(origin): the delimiter \(value) does not occur in instance \(instance). Pass the value that stands in the "
                + "inputs (after scaling), or give the data set a `delimiter_index`."
        case .delimiterDisagrees(let origin, let value, let instance, let index):
            "\(origin): `delimiter_index` of instance \(instance) is \(index), but the input there is not \(value). Correct "
                + "--delimiter, or leave it away."
        case .ruleNeedsDelimiter(let rule):
            "the mask rule `\(rule)` needs a delimiter. Pass its value with --delimiter, or give the data set a "
                + "`delimiter_index`."
        case .unknownRule(let text):
            "`\(text)` is no mask rule. Rules are before-delimiter, at-delimiter, after-delimiter, first, last, argmax, "
                + "index:4,9 and range:0-3, with a name before them if wanted (name=rule)."
        case .positionOutOfRange(let rule, let positions):
            "the mask rule `\(rule)` names a position outside the sequences, which have the positions 0 to \(positions - 1)."
        case .badTask(let reason):
            reason
        }
    }
}
