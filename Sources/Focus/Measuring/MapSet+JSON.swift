import Foundation

extension MapSet {
    /// The maps of a JSON document `{"cases": [{"id", "attention", "mask"?, "masks"?, "saliency"?}]}`; NaN and infinities are spelt
    /// `"NaN"`, `"Infinity"`, `"-Infinity"`, or without quotes, as Python writes them.
    ///
    /// - Throws: ``MapSetError/badJSON(file:reason:)``, ``MapSetError/badShape(origin:what:needs:found:)``,
    ///   ``MapSetError/notBinary(origin:mask:instance:)``.
    init(json bytes: [UInt8], name: String) throws {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        let document: Document
        do {
            document = try decoder.decode(Document.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw MapSetError.badJSON(file: name, reason: Self.clause(error))
        }
        guard !document.cases.isEmpty else { throw MapSetError.badJSON(file: name, reason: "it has no cases") }
        var hypotheses: [String] = []
        var cases: [Case] = []
        for (index, stored) in document.cases.enumerated() {
            let id = stored.id?.text ?? String(index)
            let weights = stored.attention.map(\.value)
            guard !weights.isEmpty else {
                throw MapSetError.badJSON(file: name, reason: "case `\(id)` has a map without positions")
            }
            func check(_ count: Int, _ what: String) throws {
                guard count == weights.count else {
                    throw MapSetError.badShape(
                        origin: name, what: "\(what) of case `\(id)`",
                        needs: "\(weights.count) values like its map", found: "\(count)")
                }
            }
            if let saliency = stored.saliency { try check(saliency.count, "the saliency") }
            var masks: [String: [Bool]] = [:]
            let named = (stored.masks ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            for (hypothesis, mask) in (stored.mask.map { [("mask", $0)] } ?? []) + named {
                try check(mask.count, "mask `\(hypothesis)`")
                let marks = mask.map(\.value)
                guard marks.allSatisfy({ $0 == 0 || $0 == 1 }) else {
                    throw MapSetError.notBinary(origin: name, mask: hypothesis, instance: index)
                }
                masks[hypothesis] = marks.map { $0 == 1 }
                if !hypotheses.contains(hypothesis) { hypotheses.append(hypothesis) }
            }
            cases.append(
                Case(id: id, attention: weights, saliency: stored.saliency.map { $0.map(\.value) }, masks: masks))
        }
        self.init(cases: cases, hypotheses: hypotheses, origin: name)
    }

    /// What is wrong with a document, and where, as a clause.
    private static func clause(_ error: DecodingError) -> String {
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }
            return path.isEmpty ? "at its top" : "at `\(path.joined().drop { $0 == "." })`"
        }
        return switch error {
        case .keyNotFound(let key, let context): "it lacks `\(key.stringValue)` \(place(context))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "it has something else than expected \(place(context))"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty: "it holds no number \(place(context))"
        default: "this is no JSON"
        }
    }
}

private struct Document: Decodable {
    struct Stored: Decodable {
        let id: Identifier?
        let attention: [Number]
        let mask: [Number]?
        let masks: [String: [Number]]?
        let saliency: [Number]?
    }

    let cases: [Stored]
}

/// A case's name, which may be written as a number.
private struct Identifier: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        text = try (try? container.decode(Int.self)).map(String.init) ?? container.decode(String.self)
    }
}

/// A number, which may be spelt in quotes if it is not finite, or a boolean.
private struct Number: Decodable {
    let value: Double

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            value = number
        } else if let flag = try? container.decode(Bool.self) {
            value = flag ? 1 : 0
        } else {
            switch try container.decode(String.self) {
            case "NaN": value = .nan
            case "Infinity": value = .infinity
            case "-Infinity": value = -.infinity
            default: throw DecodingError.dataCorruptedError(in: container, debugDescription: "no number")
            }
        }
    }
}
