import Files

/// NumPy's `.npz` archives, of `numpy.savez` and `numpy.savez_compressed`.
public enum NPZ {
    /// Whether the bytes begin as a zip archive does.
    public static func hasSignature(_ bytes: [UInt8]) -> Bool { ZipArchive.hasSignature(bytes) }

    /// The arrays of an archive by their keys; other members are left alone.
    ///
    /// - Parameter name: The file's name, for messages.
    /// - Throws: ``ArrayFileError``.
    public static func arrays(of bytes: [UInt8], name: String) throws(ArrayFileError) -> [String: NumericArray] {
        let members: [String: [UInt8]]
        do {
            // Masks are mostly zeros, which deflate to a thousandth.
            members = try ZipArchive.members(of: bytes) { member in
                member.hasSuffix(".npy") ? ZipArchive.Limits(largest: 2 << 30, free: 1 << 30, ratio: 100) : nil
            }
        } catch {
            throw .badArchive(file: name, reason: error.reason)
        }
        guard !members.isEmpty else { throw .badArchive(file: name, reason: "it holds no arrays (.npy)") }
        var arrays: [String: NumericArray] = [:]
        for (member, bytes) in members {
            let key = String(member.dropLast(4))
            arrays[key] = try NPY.array(of: bytes, name: "\(name), array `\(key)`")
        }
        return arrays
    }
}
