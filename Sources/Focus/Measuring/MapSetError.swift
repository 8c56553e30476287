/// What can be wrong with maps computed elsewhere: what, where, and what to do next.
public enum MapSetError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file has no maps where they are looked for.
    case noMaps(origin: String, found: [String])
    /// The file has no masks where they are looked for.
    case noMasks(origin: String, found: [String])
    /// The kind of file is unknown.
    case unknownFormat(file: String)
    /// The JSON document is not of the form that is read.
    case badJSON(file: String, reason: String)
    /// Some rows have another shape than the maps.
    case badShape(origin: String, what: String, needs: String, found: String)
    /// A mask has numbers other than 0 and 1.
    case notBinary(origin: String, mask: String, instance: Int)
    /// A rule looks at the inputs, which are not known.
    case ruleNeedsData(rule: String)

    /// The text a researcher reads.
    public var description: String {
        switch self {
        case .noMaps(let origin, let found):
            "\(origin): no maps found: give them as `attention` or `maps`, one row per instance. There is "
                + (found.isEmpty ? "nothing." : found.prefix(20).joined(separator: ", ") + ".")
        case .noMasks(let origin, let found):
            "\(origin): no masks found: give them as `masks/<hypothesis>`, `mask_<hypothesis>` or `mask`, one row per map. There is "
                + (found.isEmpty ? "nothing." : found.prefix(20).joined(separator: ", ") + ".")
        case .unknownFormat(let file):
            "\(file): this is no file of maps. Maps are read from JSON ({\"cases\": [{\"id\", \"attention\", \"mask\"}]}), .h5, .npz, "
                + ".npy and .csv."
        case .badJSON(let file, let reason):
            "\(file): \(reason). A document of maps is {\"cases\": [{\"id\": \"a\", \"attention\": [0.5, ...], \"mask\": [1, ...], "
                + "\"saliency\": [0.1, ...]}]}; \"mask\" and \"saliency\" may be left away."
        case .badShape(let origin, let what, let needs, let found):
            "\(origin): \(what) should be \(needs), but is \(found). Write it again with one row per map."
        case .notBinary(let origin, let mask, let instance):
            "\(origin): mask `\(mask)` holds numbers other than 0 and 1, first in row \(instance). A mask marks the positions where "
                + "the model should look with 1; threshold it first."
        case .ruleNeedsData(let rule):
            "the mask rule `\(rule)` looks at the inputs, which the maps do not have. Pass their probe set with --data."
        }
    }
}
