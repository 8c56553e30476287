/// One entry of a file's table of contents.
public struct HDF5Object: Sendable, Equatable {
    /// What an object is.
    public enum Kind: Sendable, Equatable {
        /// Holds other objects.
        case group
        /// Holds numbers or strings that can be read.
        case dataset
        /// Is there, but is not read; ``HDF5Object/problem`` says why.
        case refused
    }

    /// What a dataset's elements are.
    public enum ElementType: Sendable, Equatable {
        /// A float of 2, 4 or 8 bytes.
        case float(bytes: Int)
        /// An integer of 1 to 8 bytes; also numpy's booleans.
        case integer(bytes: Int)
        /// A string.
        case string
        /// Anything else, and everything that is not a dataset.
        case other
    }

    /// The absolute path, such as `/model_weights/lstm/kernel:0`.
    public let path: String
    /// The last component of the path; empty for the root.
    public let name: String
    /// Group, dataset, or refused.
    public let kind: Kind
    /// The length of each axis; empty for a scalar and for what is not a dataset.
    public let shape: [Int]
    /// What a dataset's elements are.
    public let elementType: ElementType
    /// Why the object, or a part of it, is not read, in words.
    public let problem: String?
    /// The names of the object's attributes, sorted.
    public let attributeNames: [String]
}

/// Paths inside an HDF5 file.
public enum HDF5Path {
    /// A path component made of any text: `%`, `/` and NUL are percent-encoded, and so are the whole names `.` and
    /// `..` and the empty name (as `%00`), which HDF5 would not take as names.
    ///
    /// Use it for every component that comes from a user, such as the name of a layer.
    public static func escape(_ component: String) -> String {
        switch component {
        case "": return "%00"
        case ".": return "%2E"
        case "..": return "%2E%2E"
        default: break
        }
        var escaped = ""
        for scalar in component.unicodeScalars {
            switch scalar {
            case "/": escaped += "%2F"
            case "%": escaped += "%25"
            case "\0": escaped += "%00"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// The absolute form: a leading slash, no trailing one, no empty components.
    static func absolute(_ path: String) -> String {
        "/" + path.split(separator: "/").joined(separator: "/")
    }
}
