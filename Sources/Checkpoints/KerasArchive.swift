import Files

/// A `.keras` file: a zip archive with `config.json`, `metadata.json` and `model.weights.h5`.
///
/// Members are read by their exact names into memory; see ``ZipArchive``.
struct KerasArchive {
    let metadata: String?
    let configuration: String
    let weights: [UInt8]

    /// The most that a member may hold.
    private static let largestMember: UInt64 = 4 << 30
    private static let largestText: UInt64 = 64 << 20

    init(_ file: FileBytes) throws {
        func bad(_ reason: String) -> CheckpointError { .badArchive(file: file.path, reason: reason) }
        let members: [String: [UInt8]]
        do {
            members = try ZipArchive.members(of: file.bytes) { name in
                switch name {
                case "config.json", "metadata.json": ZipArchive.Limits(largest: Self.largestText)
                case "model.weights.h5": ZipArchive.Limits(largest: Self.largestMember)
                default: nil
                }
            }
        } catch {
            throw bad(error.reason)
        }
        guard let text = members["config.json"] else { throw bad("it has no `config.json`") }
        guard let weights = members["model.weights.h5"] else { throw bad("it has no `model.weights.h5`") }
        configuration = String(decoding: text, as: UTF8.self)
        metadata = members["metadata.json"].map { String(decoding: $0, as: UTF8.self) }
        self.weights = weights
    }
}
