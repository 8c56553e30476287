import CHDF5Reader
import Files

/// Why a reader refuses, as it came over the socket.
struct Refusal: Error {
    let problem: reader_problem
    let detail: UInt64

    /// The reason as the predicate of a sentence whose subject is the object ("... is a soft link, which ...").
    var words: String {
        switch problem {
        case READER_SOFT_LINK:
            "is a soft link, which is not followed; write the data under this name itself"
        case READER_EXTERNAL_LINK:
            "is a link to another file, which Fovea refuses; copy the data into this file"
        case READER_UNKNOWN_LINK:
            "is a link of an unknown kind, which is not followed"
        case READER_BAD_NAME:
            "has a name that is empty, too long, not UTF-8, or '.' or '..'; rename it"
        case READER_TOO_DEEP:
            "lies \(detail) groups deep; what is in it is not listed"
        case READER_SEEN_BEFORE:
            "is a second name of a group listed before; read it there"
        case READER_DAMAGED:
            "is damaged: its description cannot be read; copy or write the file again"
        case READER_NOT_DATA:
            "is neither a group nor a dataset"
        case READER_EXTERNAL_STORAGE:
            "keeps its data in another file (external storage), which Fovea refuses; copy the data into this file"
        case READER_VIRTUAL:
            "is put together from other datasets (a virtual dataset), which Fovea refuses; "
                + "copy the data into this file"
        case READER_LAYOUT:
            "is stored in an unknown layout"
        case READER_FILTER:
            "is compressed with \(Self.filter(detail)), which Fovea does not read; write it with gzip or uncompressed"
        case READER_ELEMENT_TYPE:
            "holds \(Self.elements(detail)), not numbers or strings"
        case READER_ELEMENT_SIZE:
            "holds numbers of \(detail) bytes; Fovea reads floats of 2, 4 and 8 bytes and integers of up to 8"
        case READER_RANK:
            "has \(detail) axes; Fovea reads up to \(HDF5Limits.rank)"
        case READER_TOO_LARGE:
            "is too large: \(Self.size(detail)) are more than is read"
        case READER_TOO_DENSE:
            "grows to \(detail) times what is stored of it, as only a decompression bomb does"
        case READER_UNWRITTEN:
            "was declared but never written"
        case READER_OUTSIDE_FILE:
            "says it keeps \(Self.size(detail)), more than there are in the file; copy or write the file again"
        default: "cannot be read (reason \(problem.rawValue))"
        }
    }

    private static func size(_ bytes: UInt64) -> String {
        bytes == .max ? "more bytes than can be counted" : FileError.size(Int(clamping: bytes))
    }

    private static func filter(_ number: UInt64) -> String {
        switch number {
        case 4: "szip"
        case 5: "nbit"
        case 6: "scale-offset"
        case 32_000: "LZF"
        case 32_001: "Blosc"
        case 32_015: "Zstandard"
        default: "filter number \(number)"
        }
    }

    private static func elements(_ typeClass: UInt64) -> String {
        switch typeClass {
        case 2: "times"
        case 4: "bit fields"
        case 5: "opaque bytes"
        case 6: "compound values"
        case 7: "references"
        case 8: "an enumeration"
        case 9: "lists of varying length"
        case 10: "small arrays"
        default: "elements of an unknown type"
        }
    }
}
