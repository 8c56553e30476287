import CZip

/// Reads members of a zip archive in memory; nothing is ever extracted to the disk.
///
/// Stored and deflated members are taken, whose declared sizes are within bounds and whose checksums match.
package enum ZipArchive {
    /// What is wrong with an archive, as a clause: "it has no `config.json`".
    package struct Problem: Error, Sendable {
        /// The clause.
        package let reason: String
    }

    /// Bounds for a member, against archives that are small on the disk only.
    package struct Limits: Sendable {
        /// The most bytes that a member may declare.
        package var largest: UInt64
        /// The bytes that it may declare whatever its stored size.
        package var free: UInt64
        /// How many times its stored size it may declare beyond that.
        package var ratio: UInt64

        /// Bounds.
        package init(largest: UInt64, free: UInt64 = 16 << 20, ratio: UInt64 = 100) {
            self.largest = largest
            self.free = free
            self.ratio = ratio
        }
    }

    /// Whether the bytes begin as a zip archive with a member does.
    package static func hasSignature(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) }

    /// The members for which `limits` gives bounds, by name.
    ///
    /// - Parameter limits: The bounds of a member by its name; nil leaves it out.
    /// - Throws: ``Problem``; a name that occurs twice is one too.
    package static func members(
        of bytes: [UInt8], limits: (String) -> Limits?
    ) throws(Problem) -> [String: [UInt8]] {
        let result = bytes.withUnsafeBytes { buffer -> Result<[String: [UInt8]], Problem> in
            guard let archive = czip_open(buffer.baseAddress, buffer.count) else {
                return .failure(Problem(reason: "the zip archive is damaged or cut short"))
            }
            defer { zip_discard(archive) }
            do throws(Problem) { return .success(try read(archive, limits)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    private static func read(
        _ archive: OpaquePointer, _ limits: (String) -> Limits?
    ) throws(Problem) -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        let count = zip_get_num_entries(archive, 0)
        guard count <= 10_000 else { throw Problem(reason: "it has more than 10,000 members") }
        for index in 0..<max(0, count) {
            var status = zip_stat_t()
            guard zip_stat_index(archive, zip_uint64_t(index), 0, &status) == 0, let name = status.name else {
                throw Problem(reason: "member \(index) is damaged")
            }
            let member = String(cString: name)
            guard let bounds = limits(member) else { continue }
            guard found[member] == nil else { throw Problem(reason: "it holds `\(member)` twice") }
            found[member] = try read(archive, UInt64(index), status, member, bounds)
        }
        return found
    }

    private static func read(
        _ archive: OpaquePointer, _ index: UInt64, _ status: zip_stat_t, _ member: String, _ limits: Limits
    ) throws(Problem) -> [UInt8] {
        guard status.encryption_method == ZIP_EM_NONE else { throw Problem(reason: "`\(member)` is encrypted") }
        guard Int32(status.comp_method) == ZIP_CM_STORE || Int32(status.comp_method) == ZIP_CM_DEFLATE else {
            throw Problem(reason: "`\(member)` is compressed by a method other than deflate")
        }
        guard status.size <= limits.largest,
            status.size <= limits.free || status.size / max(1, status.comp_size) <= limits.ratio
        else {
            throw Problem(
                reason: "`\(member)` declares \(status.size) bytes from \(status.comp_size), which is not sound")
        }
        guard let file = zip_fopen_index(archive, index, 0) else {
            throw Problem(reason: "`\(member)` cannot be read")
        }
        defer { zip_fclose(file) }
        var bytes = [UInt8](repeating: 0, count: Int(status.size))
        var done = 0
        while done < bytes.count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                zip_fread(file, buffer.baseAddress.map { $0 + done }, UInt64(buffer.count - done))
            }
            guard got > 0 else {
                throw Problem(
                    reason: "`\(member)` is damaged: its bytes end early, or their checksum does not match")
            }
            done += Int(got)
        }
        // Reading on to the end is what makes libzip compare the checksum.
        var rest: UInt8 = 0
        guard zip_fread(file, &rest, 1) == 0 else {
            throw Problem(reason: "`\(member)` is damaged: its checksum or its length does not match")
        }
        return bytes
    }
}
