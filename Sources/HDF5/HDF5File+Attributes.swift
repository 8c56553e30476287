import CHDF5Reader

/// Attributes of groups and datasets, and what they share with datasets.
extension HDF5File {
    /// The strings of an attribute, one for a scalar; an empty list of any type is `[]`, a missing attribute nil.
    public func stringsAttribute(_ attribute: String, at path: String) throws(HDF5Error) -> [String]? {
        let label = "the attribute \(attribute) of \(HDF5Path.absolute(path))"
        guard let answer = try read(attribute, at: path, READER_ATTRIBUTE_STRINGS, label, wanted: "strings") else {
            return nil
        }
        return try decodeStrings(answer, object: label)
    }

    /// The numbers of an attribute, one for a scalar; an empty list of any type is `[]`, a missing attribute nil.
    public func doublesAttribute(_ attribute: String, at path: String) throws(HDF5Error) -> [Double]? {
        let label = "the attribute \(attribute) of \(HDF5Path.absolute(path))"
        guard let answer = try read(attribute, at: path, READER_ATTRIBUTE_NUMBERS, label, wanted: "numbers") else {
            return nil
        }
        var cursor = ByteCursor(answer)
        var values: [Double] = []
        values.reserveCapacity(answer.count / 8)
        while let value = cursor.take(Double.self) { values.append(value) }
        return values
    }

    private func read(
        _ attribute: String, at path: String, _ operation: reader_operation, _ label: String, wanted: String
    ) throws(HDF5Error) -> [UInt8]? {
        let (index, _) = try find(path)
        let attributeName = Array(attribute.utf8)
        guard attributeName.count < 65_536, !attributeName.contains(0), !attributeName.isEmpty else { return nil }
        var request = reader_request()
        request.operation = operation
        request.object = UInt32(index)
        let limit = limits.attributeBytes * 8
        do throws(AskFailure) {
            return try ask(request, payload: attributeName, about: label) { reader, deadline throws(ReaderFailure) in
                try reader.receive(limit: limit, deadline: deadline)
            }
        } catch {
            if case .refused(let refusal) = error, refusal.problem == READER_NO_ATTRIBUTE { return nil }
            throw describe(error, object: label, wanted: wanted)
        }
    }

    /// Texts, each preceded by its length.
    func decodeStrings(_ bytes: [UInt8], object: String) throws(HDF5Error) -> [String] {
        var cursor = ByteCursor(bytes)
        var strings: [String] = []
        while !cursor.isAtEnd {
            guard let count = cursor.take(UInt32.self), let text = cursor.take(Int(count)) else {
                throw .readerUnavailable(file: name, reason: "its answer about \(object) makes no sense")
            }
            guard let string = String(validating: text, as: UTF8.self) else {
                throw .unreadableObject(
                    file: name, object: object, reason: "text number \(strings.count + 1) is not UTF-8")
            }
            strings.append(string)
        }
        return strings
    }

    /// Runs a request and tells its failure in words.
    func described<Answer>(
        _ object: String, wanted: String, _ body: () throws(AskFailure) -> Answer
    ) throws(HDF5Error) -> Answer {
        do throws(AskFailure) { return try body() } catch { throw describe(error, object: object, wanted: wanted) }
    }

    private func describe(_ failure: AskFailure, object: String, wanted: String) -> HDF5Error {
        let refusal: Refusal
        switch failure {
        case .file(let error): return error
        case .refused(let reason): refusal = reason
        }
        switch refusal.problem {
        case READER_WRONG_TYPE:
            return .wrongType(
                file: name, object: object, wanted: wanted, found: Self.classWords(refusal.detail))
        case READER_READ_FAILED:
            return .unreadableObject(
                file: name, object: object, reason: "its stored bytes are damaged; copy or write the file again")
        case READER_OUT_OF_MEMORY:
            return .unreadableObject(file: name, object: object, reason: "it takes more memory than is allowed")
        case READER_OUT_OF_RANGE:
            return .unreadableObject(
                file: name, object: object, reason: "it holds an integer larger than 2^63 - 1")
        default: return .refused(file: name, object: object, reason: refusal.words)
        }
    }

    private static func classWords(_ elementClass: UInt64) -> String {
        switch elementClass {
        case UInt64(READER_IS_FLOAT.rawValue): "floats"
        case UInt64(READER_IS_INTEGER.rawValue): "integers"
        case UInt64(READER_IS_STRING.rawValue): "strings"
        default: "something else"
        }
    }
}
