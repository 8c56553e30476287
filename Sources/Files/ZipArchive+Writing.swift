import CZip

extension ZipArchive {
    /// An archive with the given members, stored as they are, in their order. The same members give the same bytes.
    ///
    /// - Throws: ``Problem`` if there is no memory for it, or a name occurs twice.
    package static func archive(of members: [(name: String, bytes: [UInt8])]) throws(Problem) -> [UInt8] {
        var source: OpaquePointer?
        guard let archive = czip_create(&source), let source else {
            throw Problem(reason: "there is no memory for the archive")
        }
        defer { zip_source_free(source) }
        // libzip reads the members when it closes the archive; until then they must stay where they are.
        let copies = members.map { member in
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, member.bytes.count), alignment: 1)
            copy.copyBytes(from: member.bytes)
            return copy
        }
        defer { for copy in copies { copy.deallocate() } }
        for (member, copy) in zip(members, copies) {
            guard czip_add(archive, member.name, copy.baseAddress, member.bytes.count) == 0 else {
                zip_discard(archive)
                throw Problem(reason: "`\(member.name)` cannot be added")
            }
        }
        guard zip_close(archive) == 0 else {
            zip_discard(archive)
            throw Problem(reason: "the archive cannot be put together")
        }
        return try contents(of: source)
    }

    private static func contents(of source: OpaquePointer) throws(Problem) -> [UInt8] {
        var status = zip_stat_t()
        guard zip_source_stat(source, &status) == 0, zip_source_open(source) == 0 else {
            throw Problem(reason: "the archive cannot be read back")
        }
        defer { zip_source_close(source) }
        var bytes = [UInt8](repeating: 0, count: Int(status.size))
        let got = bytes.withUnsafeMutableBytes { zip_source_read(source, $0.baseAddress, UInt64($0.count)) }
        guard got == bytes.count else { throw Problem(reason: "the archive cannot be read back") }
        return bytes
    }
}
