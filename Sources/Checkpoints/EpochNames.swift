import Foundation

/// Reads epochs out of the file names of a training, as Keras' ModelCheckpoint templates write them
/// (`ckpt-{epoch:03d}-{val_loss:.2f}.weights.h5`).
enum EpochNames {
    /// A whole number in a name, and the text before it.
    private struct Token {
        let value: Int
        let text: Substring
        let label: Substring
        /// Whether one or two letters stand right before it, which then is rather a word of its own (`k3`, `v2`).
        let isAttached: Bool
    }

    /// The epoch of each name.
    ///
    /// With a pattern, its first group. Without one: the number labelled "epoch"; or else the one whole number that differs
    /// between the names (decimal fractions are metrics, not epochs); for a single name its last whole number that
    /// is no part of a word. Names without any whole number count from 1 in natural order.
    static func epochs(of names: [String], pattern: String?) throws(CheckpointError) -> [Int] {
        if let pattern { return try matches(of: names, pattern: pattern) }
        let tokens = names.map(wholeNumbers)
        if tokens.allSatisfy(\.isEmpty) { return naturalRanks(names) }
        let labelled = tokens.map { $0.first { $0.label.lowercased().hasSuffix("epoch") } }
        let found = labelled.compactMap { $0?.value }
        if found.count == names.count { return found }
        let counts = Set(tokens.map(\.count))
        guard counts.count == 1, let columns = counts.first, columns > 0 else { throw ambiguous(names, tokens) }
        if names.count == 1 {
            // `model-200.k3`: what belongs to a word is no epoch.
            return tokens[0].last { !$0.isAttached }.map { [$0.value] } ?? naturalRanks(names)
        }
        let values = (0..<columns).map { column in tokens.map { $0[column].value } }
        let varying = values.filter { Set($0).count > 1 }
        let distinct = varying.filter { Set($0).count == names.count }
        switch (varying.count, distinct.count) {
        case (1, _): return varying[0]
        case (_, 1): return distinct[0]
        case (0, _): return values[columns - 1]  // all the same: the caller reports the duplicate
        default: throw ambiguous(names, tokens)
        }
    }

    /// How many whole numbers a name holds.
    static func wholeNumberCount(_ name: String) -> Int { wholeNumbers(name).count }

    private static func ambiguous(_ names: [String], _ tokens: [[Token]]) -> CheckpointError {
        let index = tokens.indices.max { tokens[$0].count < tokens[$1].count } ?? 0
        return .ambiguousEpochs(example: names[index], candidates: tokens[index].map { String($0.text) })
    }

    private static func matches(of names: [String], pattern: String) throws(CheckpointError) -> [Int] {
        let expression: NSRegularExpression
        do {
            expression = try NSRegularExpression(pattern: pattern)
        } catch {
            throw .badEpochPattern(pattern: pattern, reason: "this is no regular expression")
        }
        guard expression.numberOfCaptureGroups >= 1 else {
            throw .badEpochPattern(pattern: pattern, reason: "it has no group")
        }
        var epochs: [Int] = []
        for name in names {
            guard let match = expression.firstMatch(in: name, range: NSRange(name.startIndex..., in: name)),
                let range = Range(match.range(at: 1), in: name), let epoch = Int(name[range])
            else { throw .noEpoch(file: name, pattern: pattern) }
            epochs.append(epoch)
        }
        return epochs
    }

    /// The whole numbers of a name; decimal fractions (`0.52`, `1.2e-05`) are passed over.
    private static func wholeNumbers(_ name: String) -> [Token] {
        let stem = Substring(stemOfCheckpoint(name))
        var tokens: [Token] = []
        var labelStart = stem.startIndex
        var position = stem.startIndex
        while position < stem.endIndex {
            guard isDigit(stem[position]) else {
                position = stem.index(after: position)
                continue
            }
            let start = position
            while position < stem.endIndex, isDigit(stem[position]) { position = stem.index(after: position) }
            let text = stem[start..<position]
            let rest = stem[position...]
            if rest.first == ".", let digit = rest.dropFirst().first, isDigit(digit) {
                position = endOfFraction(stem, from: stem.index(after: position))
            } else if let value = Int(text) {
                let label = stem[labelStart..<start].reversed().drop { "=-_. ".contains($0) }.reversed()
                let isAttached = 1...2 ~= stem[..<start].reversed().prefix { $0.isLetter }.count
                tokens.append(
                    Token(value: value, text: text, label: Substring(String(label)), isAttached: isAttached))
            }
            labelStart = position
        }
        return tokens
    }

    private static func endOfFraction(_ text: Substring, from start: Substring.Index) -> Substring.Index {
        var position = start
        while position < text.endIndex, isDigit(text[position]) { position = text.index(after: position) }
        let exponent = text[position...]
        if exponent.first == "e" || exponent.first == "E" {
            let digits = exponent.dropFirst().drop { $0 == "-" || $0 == "+" }
            if let digit = digits.first, isDigit(digit) {
                position = digits.startIndex
                while position < text.endIndex, isDigit(text[position]) { position = text.index(after: position) }
            }
        }
        return position
    }

    private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }

    private static func naturalRanks(_ names: [String]) -> [Int] {
        let order = names.indices.sorted { isNaturallyBefore(names[$0], names[$1]) }
        var ranks = [Int](repeating: 0, count: names.count)
        for (rank, index) in order.enumerated() { ranks[index] = rank + 1 }
        return ranks
    }
}

/// A checkpoint's name without the endings that Keras gives it.
func stemOfCheckpoint(_ name: String) -> String {
    var stem = name
    for ending in [".h5", ".hdf5", ".hdf", ".keras", ".weights"] where stem.lowercased().hasSuffix(ending) {
        stem = String(stem.dropLast(ending.count))
    }
    return stem
}

/// Whether the first name comes before the second when runs of digits count as numbers.
func isNaturallyBefore(_ first: String, _ second: String) -> Bool {
    first.compare(second, options: [.numeric, .caseInsensitive]) == .orderedAscending
}
