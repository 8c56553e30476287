import Tensors

extension ProbeSet {
    /// The same set with the delimiter's positions known: where all features of the first input equal `value`, first occurrence.
    ///
    /// Positions that came with the data stand; the value must then be found there.
    ///
    /// - Throws: ``ProbeSetError/noDelimiter(origin:value:instance:)`` or
    ///   ``ProbeSetError/delimiterDisagrees(origin:value:instance:index:)``.
    public func withDelimiter(_ value: Double) throws(ProbeSetError) -> ProbeSet {
        let input = inputs[0]
        let features = input.count / (count * positions)
        let wanted = Float(value)
        func holds(_ instance: Int, _ position: Int) -> Bool {
            let start = (instance * positions + position) * features
            return input.values[start..<(start + features)].allSatisfy { $0 == wanted }
        }
        var indices: [Int] = []
        for instance in 0..<count {
            if let known = delimiterIndex?[instance] {
                guard holds(instance, known) else {
                    throw .delimiterDisagrees(origin: origin, value: value, instance: instance, index: known)
                }
                indices.append(known)
            } else {
                guard let found = (0..<length(of: instance)).first(where: { holds(instance, $0) }) else {
                    throw .noDelimiter(origin: origin, value: value, instance: instance)
                }
                indices.append(found)
            }
        }
        return try ProbeSet(
            inputs: inputs, targets: targets, lengths: lengths, delimiterIndex: indices, hypotheses: hypotheses,
            origin: origin, sha256: sha256)
    }
}
