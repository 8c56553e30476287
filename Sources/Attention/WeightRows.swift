import Tensors

/// Where the distributions lie in a layer's attention weights: for each instance some rows, each over the positions.
package struct WeightRows: Sendable {
    /// The rows of an instance: 1, or its queries, times its heads; or its features.
    package let rows: Int
    /// The number of positions in a row.
    package let positions: Int
    private let layout: AttentionMap.Layout
    private let queries: Int
    private let valid: [Int]
    /// Whether no query weights a later position, so that a row ends with its own.
    private let isCausal: Bool

    /// The rows of the weights of some instances.
    ///
    /// - Parameter lengths: The number of valid positions of each; only rows over the inputs' own positions have padding.
    package init(_ map: AttentionMap, lengths: [Int], inputPositions: Int) {
        layout = map.layout
        positions = map.positionCount
        queries = map.queryCount
        rows = layout == .heads ? map.headCount * queries : (layout == .perFeature ? map.headCount : queries)
        let positions = positions
        valid = lengths.map { positions == inputPositions ? min($0, positions) : positions }
        isCausal = Self.isCausal(map)
    }

    /// The place of a row's first weight.
    package func start(_ instance: Int, _ row: Int) -> Int {
        layout == .perFeature ? instance * positions * rows + row : (instance * rows + row) * positions
    }

    /// The distance between a row's weights.
    package var stride: Int { layout == .perFeature ? rows : 1 }

    /// How many of a row's positions, from the first, can have weight.
    package func length(_ instance: Int, _ row: Int) -> Int {
        isCausal ? min(valid[instance], row % queries + 1) : valid[instance]
    }

    /// Weights above the diagonal are all exactly zero, and there is more than one query.
    private static func isCausal(_ map: AttentionMap) -> Bool {
        let (queries, positions) = (map.queryCount, map.positionCount)
        guard queries == positions, queries > 1 else { return false }
        return map.weights.values.withUnsafeBufferPointer { values in
            for row in 0..<(values.count / positions) {
                for key in (row % queries + 1)..<max(positions, row % queries + 1)
                where values[row * positions + key] != 0 { return false }
            }
            return true
        }
    }
}

extension WeightRows {
    /// The weights with every row replaced by a given distribution over the positions, the same for an instance's queries, heads and features. A
    /// causal row takes the part that it may see, renormalised; where it may see none of it, it keeps its own weights.
    ///
    /// - Parameter distributions: One per instance, over all positions.
    package func replaced(_ own: Tensor, by distributions: [[Float]]) -> Tensor {
        var result = own
        result.values.withUnsafeMutableBufferPointer { values in
            for (instance, distribution) in distributions.enumerated() {
                for row in 0..<rows {
                    let (start, length) = (start(instance, row), length(instance, row))
                    var mass: Float = 0
                    for place in 0..<length { mass += distribution[place] }
                    guard mass > 0 else { continue }
                    for place in 0..<positions {
                        values[start + place * stride] = place < length ? distribution[place] / mass : 0
                    }
                }
            }
        }
        return result
    }

    /// The weights with the positions of each row in another order.
    ///
    /// - Parameter order: For an instance and a length a permutation of 0..<length.
    package func permuted(_ own: Tensor, order: (_ instance: Int, _ length: Int) -> [Int]) -> Tensor {
        var result = own
        for instance in valid.indices {
            var known: [Int] = []
            for row in 0..<rows {
                let (start, length) = (start(instance, row), length(instance, row))
                if known.count != length { known = order(instance, length) }
                for (to, from) in known.enumerated() {
                    result.values[start + to * stride] = own.values[start + from * stride]
                }
            }
        }
        return result
    }
}
