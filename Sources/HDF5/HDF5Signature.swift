/// What the first bytes of a file say about it, without libhdf5.
enum HDF5Signature {
    static let bytes: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

    /// Where the superblock starts: at 0, or after a user block of 512, 1024, 2048, ... bytes.
    static func offset(in file: [UInt8]) -> Int? {
        var offset = 0
        while offset <= file.count - bytes.count {
            if file[offset..<offset + bytes.count].elementsEqual(bytes) { return offset }
            offset = offset == 0 ? 512 : offset * 2
        }
        return nil
    }

    /// What a file that is no HDF5 file starts with, in words.
    static func beginning(of file: [UInt8]) -> String {
        if file.isEmpty { return "it is empty" }
        if file.starts(with: [0x50, 0x4B, 3, 4]) { return "it starts as a zip archive (.keras, .npz)" }
        let start = file.prefix(16)
        if start.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
            return "it starts with the text \"\(String(decoding: start, as: UTF8.self))\""
        }
        let digits = start.prefix(8).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "it starts with the bytes \(digits.joined(separator: " "))"
    }

    /// Why libhdf5 would not open the file, as far as its superblock tells.
    static func diagnosis(of file: [UInt8], name: String) -> HDF5Error {
        guard let start = offset(in: file) else { return .notHDF5(file: name, startsWith: beginning(of: file)) }
        let version = file.count > start + 8 ? Int(file[start + 8]) : 0
        guard version <= 3 else {
            return .damaged(file: name, reason: "the file is of a format that is not known (version \(version))")
        }
        let isOld = version < 2
        let widthAt = start + (isOld ? 13 : 9)
        guard file.count > widthAt else {
            return .damaged(file: name, reason: "the file ends within its header, after \(file.count) bytes")
        }
        let width = Int(file[widthAt])
        let first = start + (version == 0 ? 24 : version == 1 ? 28 : 12)
        guard width == 8 else {
            return .damaged(file: name, reason: "the header of the file is damaged, or of an unusual kind")
        }
        guard file.count >= first + 4 * width else {
            return .damaged(file: name, reason: "the file ends within its header, after \(file.count) bytes")
        }
        // Base address, a second address, end of file; the end counts from the base.
        let base = littleEndian(file, at: first)
        let end = littleEndian(file, at: first + 2 * width)
        let (announced, overflow) = base.addingReportingOverflow(end)
        if !overflow, announced > UInt64(file.count), announced < UInt64(Int.max) {
            return .truncated(file: name, bytes: file.count, announced: Int(announced))
        }
        if version == 3, file[start + 11] & 0b101 != 0 { return .stillOpen(file: name) }
        return .damaged(file: name, reason: "the file is damaged: libhdf5 cannot open it")
    }

    private static func littleEndian(_ bytes: [UInt8], at offset: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
    }
}
