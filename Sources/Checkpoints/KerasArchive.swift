import CZip
import Files

/// A `.keras` file: a zip archive with `config.json`, `metadata.json` and `model.weights.h5`.
///
/// Members are read by their exact names into memory; nothing is ever extracted. Stored and deflated members are taken, whose
/// sizes are within bounds and whose checksums match.
struct KerasArchive {
    let metadata: String?
    let configuration: String
    let weights: [UInt8]

    /// The most that a member may hold, and how many times its stored size it may hold beyond 16 MiB.
    private static let largestMember: UInt64 = 4 << 30
    private static let largestText: UInt64 = 64 << 20
    private static let largestRatio: UInt64 = 100
    private static let freeSize: UInt64 = 16 << 20

    init(_ file: FileBytes) throws {
        let path = file.path
        func bad(_ reason: String) -> CheckpointError { .badArchive(file: path, reason: reason) }
        let members = try file.bytes.withUnsafeBytes { bytes -> [String: [UInt8]] in
            guard let archive = czip_open(bytes.baseAddress, bytes.count) else {
                throw bad("the zip archive is damaged or cut short")
            }
            defer { zip_discard(archive) }
            var found: [String: [UInt8]] = [:]
            let count = zip_get_num_entries(archive, 0)
            guard count <= 10_000 else { throw bad("it has more than 10,000 members") }
            for index in 0..<max(0, count) {
                var status = zip_stat_t()
                guard zip_stat_index(archive, zip_uint64_t(index), 0, &status) == 0, let name = status.name else {
                    throw bad("member \(index) is damaged")
                }
                let member = String(cString: name)
                guard ["config.json", "metadata.json", "model.weights.h5"].contains(member) else { continue }
                guard found[member] == nil else { throw bad("it holds `\(member)` twice") }
                found[member] = try Self.read(archive, UInt64(index), status, member, bad)
            }
            return found
        }
        guard let text = members["config.json"] else { throw bad("it has no `config.json`") }
        guard let weights = members["model.weights.h5"] else { throw bad("it has no `model.weights.h5`") }
        configuration = String(decoding: text, as: UTF8.self)
        metadata = members["metadata.json"].map { String(decoding: $0, as: UTF8.self) }
        self.weights = weights
    }

    private static func read(
        _ archive: OpaquePointer, _ index: UInt64, _ status: zip_stat_t, _ member: String,
        _ bad: (String) -> CheckpointError
    ) throws -> [UInt8] {
        guard status.encryption_method == ZIP_EM_NONE else { throw bad("`\(member)` is encrypted") }
        guard Int32(status.comp_method) == ZIP_CM_STORE || Int32(status.comp_method) == ZIP_CM_DEFLATE else {
            throw bad("`\(member)` is compressed by a method that Keras does not use")
        }
        let limit = member.hasSuffix(".json") ? largestText : largestMember
        guard status.size <= limit, status.size <= freeSize || status.size / max(1, status.comp_size) <= largestRatio
        else {
            throw bad(
                "`\(member)` declares \(status.size) bytes from \(status.comp_size), which is no sound checkpoint")
        }
        guard let file = zip_fopen_index(archive, index, 0) else { throw bad("`\(member)` cannot be read") }
        defer { zip_fclose(file) }
        var bytes = [UInt8](repeating: 0, count: Int(status.size))
        var done = 0
        while done < bytes.count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                zip_fread(file, buffer.baseAddress.map { $0 + done }, UInt64(buffer.count - done))
            }
            guard got > 0 else {
                throw bad("`\(member)` is damaged: its bytes end early, or their checksum does not match")
            }
            done += Int(got)
        }
        // Reading on to the end is what makes libzip compare the checksum.
        var rest: UInt8 = 0
        guard zip_fread(file, &rest, 1) == 0 else {
            throw bad("`\(member)` is damaged: its checksum or its length does not match")
        }
        return bytes
    }
}
