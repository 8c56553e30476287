/// The header of a `.npy` file: a Python dictionary literal such as
/// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`, of which nothing is ever evaluated.
struct NPYHeader: Equatable {
    /// What an element is.
    enum Kind: Equatable {
        case float
        case signed
        case unsigned
        case boolean
    }

    let kind: Kind
    /// The element's size in bytes.
    let size: Int
    let isBigEndian: Bool
    let isFortranOrder: Bool
    let shape: [Int]

    /// Parses a header; the text of the error is a clause.
    init(_ text: String) throws(NPYProblem) {
        var scanner = Scanner(text)
        try scanner.expect("{")
        var (type, order, shape): (String?, Bool?, [Int]?)
        while !scanner.take("}") {
            let key = try scanner.string()
            try scanner.expect(":")
            switch key {
            case "descr":
                guard scanner.peek == "'" || scanner.peek == "\"" else {
                    throw NPYProblem("it holds records of several fields, not plain numbers")
                }
                type = try scanner.string()
            case "fortran_order": order = try scanner.boolean()
            case "shape": shape = try scanner.tuple()
            default: throw NPYProblem("its header has an unknown key")
            }
            if !scanner.take(",") {
                try scanner.expect("}")
                break
            }
        }
        guard let type, let order, let shape else { throw NPYProblem("its header is incomplete") }
        (kind, size, isBigEndian) = try Self.element(type)
        isFortranOrder = order
        self.shape = shape
    }

    private static func element(_ type: String) throws(NPYProblem) -> (Kind, Int, Bool) {
        let marks = Array(type)
        if type == "|O" { throw NPYProblem("it holds Python objects (a pickle), which are never loaded") }
        guard marks.count >= 3, "<>|=".contains(marks[0]), let size = Int(String(marks[2...])) else {
            throw NPYProblem("its elements are of an unknown type")
        }
        let isBigEndian = marks[0] == ">"
        switch (marks[1], size) {
        case ("f", 2), ("f", 4), ("f", 8): return (.float, size, isBigEndian)
        case ("i", 1), ("i", 2), ("i", 4), ("i", 8): return (.signed, size, isBigEndian)
        case ("u", 1), ("u", 2), ("u", 4), ("u", 8): return (.unsigned, size, isBigEndian)
        case ("b", 1): return (.boolean, size, isBigEndian)
        case ("c", _): throw NPYProblem("it holds complex numbers")
        case ("U", _), ("S", _): throw NPYProblem("it holds text, not numbers")
        default: throw NPYProblem("its elements are of an unsupported type")
        }
    }
}

/// What is wrong with an array, as a clause.
struct NPYProblem: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

/// Reads the few forms of Python literals that a header is made of.
private struct Scanner {
    private let characters: [Character]
    private var place = 0

    init(_ text: String) { characters = Array(text) }

    var peek: Character? {
        mutating get {
            while place < characters.count, characters[place].isWhitespace { place += 1 }
            return place < characters.count ? characters[place] : nil
        }
    }

    mutating func take(_ character: Character) -> Bool {
        guard peek == character else { return false }
        place += 1
        return true
    }

    mutating func expect(_ character: Character) throws(NPYProblem) {
        guard take(character) else { throw NPYProblem("its header is damaged") }
    }

    mutating func string() throws(NPYProblem) -> String {
        guard let quote = peek, quote == "'" || quote == "\"" else { throw NPYProblem("its header is damaged") }
        place += 1
        let start = place
        while place < characters.count, characters[place] != quote { place += 1 }
        guard place < characters.count else { throw NPYProblem("its header is damaged") }
        place += 1
        return String(characters[start..<(place - 1)])
    }

    private mutating func word() -> String {
        _ = peek
        let start = place
        while place < characters.count, characters[place].isLetter || characters[place].isNumber { place += 1 }
        return String(characters[start..<place])
    }

    mutating func boolean() throws(NPYProblem) -> Bool {
        switch word() {
        case "True": true
        case "False": false
        default: throw NPYProblem("its header is damaged")
        }
    }

    mutating func tuple() throws(NPYProblem) -> [Int] {
        try expect("(")
        var extents: [Int] = []
        while !take(")") {
            // Python 2 wrote long integers as 3L.
            let digits = word()
            let number = digits.last == "L" ? String(digits.dropLast()) : digits
            guard let extent = Int(number), extent >= 0, extents.count < 32 else {
                throw NPYProblem("its header's shape is damaged")
            }
            extents.append(extent)
            if !take(",") {
                try expect(")")
                break
            }
        }
        return extents
    }
}
