import Tensors

extension AttentionMap {
    /// The number of heads; of weights per feature the number of features; else 1.
    public var headCount: Int {
        switch layout {
        case .manyToOne, .manyToMany: 1
        case .heads: weights.shape[1]
        case .perFeature: weights.shape[2]
        }
    }

    /// The number of queries, each with a row of weights of its own; 1 unless the attention is many-to-many.
    public var queryCount: Int {
        switch layout {
        case .manyToOne, .perFeature: 1
        case .manyToMany: weights.shape[1]
        case .heads: weights.shape[2]
        }
    }

    /// The number of positions that each row weights.
    public var positionCount: Int {
        layout == .perFeature ? weights.shape[1] : weights.shape[weights.rank - 1]
    }

    /// Maps over positions of the chosen queries, heads or features reduced: N×T, or, for all queries, (N Tq)×T, an instance's
    /// queries one after another.
    ///
    /// - Throws: ``AttentionError/noSuchQuery(layer:index:queries:)``, ``AttentionError/noSuchHead(layer:index:heads:)``.
    public func overPositions(_ query: QueryChoice, heads reduction: HeadReduction = .mean) throws -> Tensor {
        try reduction.check(heads: headCount, layer: layer)
        let (batch, heads, positions) = (weights.shape[0], headCount, positionCount)
        if layout == .manyToOne { return weights }
        if layout == .perFeature {
            return Tensor(shape: [batch, positions]) { result in
                weights.values.withUnsafeBufferPointer { values in
                    for place in 0..<result.count {
                        result[place] = reduction(heads: heads) { values[place * heads + $0] }
                    }
                }
            }
        }
        let queries = queryCount
        let chosen = try query.rows(of: queries, layer: layer)
        let rows = Tensor(shape: [batch * chosen.count, positions]) { result in
            weights.values.withUnsafeBufferPointer { values in
                for instance in 0..<batch {
                    for (place, row) in chosen.enumerated() {
                        let target = (instance * chosen.count + place) * positions
                        for key in 0..<positions {
                            result[target + key] = reduction(heads: heads) {
                                values[((instance * heads + $0) * queries + row) * positions + key]
                            }
                        }
                    }
                }
            }
        }
        return query == .mean ? rows.meanOfGroups(of: chosen.count) : rows
    }

    /// Each head's map by itself, many-to-many; the map itself where there are no heads.
    public var perHead: [AttentionMap] {
        guard layout == .heads else { return [self] }
        let (batch, heads) = (weights.shape[0], weights.shape[1])
        let tail = Array(weights.shape.dropFirst(2))
        let size = tail.reduce(1, *)
        return (0..<heads).map { head in
            let own = Tensor(shape: [batch] + tail) { result in
                for instance in 0..<batch {
                    let start = (instance * heads + head) * size
                    for index in 0..<size { result[instance * size + index] = weights.values[start + index] }
                }
            }
            return AttentionMap(layer: layer, weights: own)
        }
    }
}

extension Tensor {
    /// The mean of each `count` consecutive rows of a matrix.
    fileprivate func meanOfGroups(of count: Int) -> Tensor {
        let (groups, width) = (shape[0] / max(count, 1), shape[1])
        return Tensor(shape: [groups, width]) { result in
            for group in 0..<groups {
                for column in 0..<width {
                    let sum = (0..<count).reduce(Float(0)) { $0 + values[(group * count + $1) * width + column] }
                    result[group * width + column] = sum / Float(count)
                }
            }
        }
    }
}
