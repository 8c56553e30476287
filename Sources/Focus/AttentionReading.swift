import Attention
import Tensors

/// How attention weights become maps over the positions: of which query, and of which heads.
public struct AttentionReading: Sendable, Equatable {
    /// The rows of many-to-many attention; of all queries each row is measured, and a metric's value is the mean over the rows.
    public var query: QueryChoice
    /// How heads become one map.
    public var heads: HeadReduction
    /// Whether each head becomes a source of its own, too.
    public var eachHead: Bool
    /// Whether stacked self-attention is followed down to the inputs: by rollout, by flow.
    public var rollout: Bool
    /// See ``rollout``.
    public var flow: Bool

    /// The last query, the mean over the heads.
    public init(
        query: QueryChoice = .last, heads: HeadReduction = .mean, eachHead: Bool = false, rollout: Bool = false,
        flow: Bool = false
    ) {
        self.query = query
        self.heads = heads
        self.eachHead = eachHead
        self.rollout = rollout
        self.flow = flow
    }

    /// Maps of one source: (N Q)×T, an instance's rows one after another.
    struct Rows: Sendable {
        var maps: Tensor
        var perInstance: Int

        /// One map per instance, N×T: the mean over its rows.
        var means: Tensor {
            guard perInstance > 1 else { return maps }
            let width = maps.shape[1]
            return Tensor(shape: [maps.shape[0] / perInstance, width]) { result in
                for place in 0..<result.count {
                    let (instance, column) = (place / width, place % width)
                    let sum = (0..<perInstance).reduce(Float(0)) {
                        $0 + maps.values[(instance * perInstance + $1) * width + column]
                    }
                    result[place] = sum / Float(perInstance)
                }
            }
        }
    }

    /// The sources of an attention layer, with their maps.
    ///
    /// - Parameter lengths: The number of valid positions of each instance; the last query is then the last valid one.
    func sources(of map: AttentionMap, lengths: [Int]?) throws -> [(source: Source, rows: Rows)] {
        var result = [(source: Source(.attention, layer: map.layer), rows: try rows(map, heads, lengths))]
        if eachHead, map.layout == .heads {
            for head in 0..<map.headCount {
                result.append(
                    (
                        source: Source(.attention, layer: map.layer, head: head),
                        rows: try rows(map, .head(head), lengths)
                    ))
            }
        }
        return result
    }

    /// Each head's maps, N×T, of the multi-head layers that weigh the inputs' steps; none where heads are sources of their own.
    func headMaps(of attention: [AttentionMap], positions: Int, lengths: [Int]?) throws -> [Source: Tensor] {
        guard !eachHead else { return [:] }
        var result: [Source: Tensor] = [:]
        for map in attention where map.layout == .heads && map.headCount > 1 && map.positionCount == positions {
            for head in 0..<map.headCount {
                result[Source(.attention, layer: map.layer, head: head)] = try rows(map, .head(head), lengths).means
            }
        }
        return result
    }

    /// The sources of the stack of a network's self-attention layers.
    ///
    /// - Throws: `AttentionError` where there is no stack.
    func stackedSources(of maps: [AttentionMap], lengths: [Int]?) throws -> [(source: Source, rows: Rows)] {
        guard rollout || flow else { return [] }
        let stack = try AttentionStack(maps, heads: heads)
        var result: [(source: Source, rows: Rows)] = []
        if rollout {
            result.append((Source(.attentionRollout), try rows(try AttentionRollout()(stack), .mean, lengths)))
        }
        if flow {
            // Of padded sequences every query is followed, and the last valid one taken.
            let needsAll = lengths != nil && query == .last
            let flows = try AttentionFlow()(stack, queries: needsAll ? .all : query)
            let perInstance = flows.shape[0] / max(1, stack.instances)
            result.append(
                (Source(.attentionFlow), lastValid(Rows(maps: flows, perInstance: perInstance), lengths)))
        }
        return result
    }

    private func rows(_ map: AttentionMap, _ heads: HeadReduction, _ lengths: [Int]?) throws -> Rows {
        let hasPadding = lengths != nil && query == .last && map.queryCount == map.positionCount && map.queryCount > 1
        let maps = try map.overPositions(hasPadding ? .all : query, heads: heads)
        let rows = Rows(maps: maps, perInstance: maps.shape[0] / max(1, map.weights.shape[0]))
        return hasPadding ? lastValid(rows, lengths) : rows
    }

    /// Of each instance's rows that of its last valid query, where all rows are there and only the last is wanted.
    private func lastValid(_ rows: Rows, _ lengths: [Int]?) -> Rows {
        guard let lengths, query == .last, rows.perInstance > 1 else { return rows }
        let width = rows.maps.shape[1]
        let picked = lengths.enumerated().flatMap { instance, length -> ArraySlice<Float> in
            let start = (instance * rows.perInstance + min(length, rows.perInstance) - 1) * width
            return rows.maps.values[start..<(start + width)]
        }
        return Rows(maps: Tensor(shape: [lengths.count, width], values: picked), perInstance: 1)
    }
}
