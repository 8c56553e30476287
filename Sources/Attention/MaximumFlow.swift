/// The largest flow through a network of edges with capacities, by Dinic's algorithm (1970).
struct MaximumFlow {
    /// Edges in pairs: edge 2k and its way back, 2k + 1.
    private var heads: [Int] = []
    private var capacities: [Double] = []
    private var edges: [[Int]]

    /// A network of so many nodes without edges.
    init(nodes: Int) { edges = Array(repeating: [], count: nodes) }

    /// Adds an edge; one without capacity is left out.
    mutating func connect(_ from: Int, to: Int, capacity: Double) {
        guard capacity > 0 else { return }
        edges[from].append(heads.count)
        edges[to].append(heads.count + 1)
        heads += [to, from]
        capacities += [capacity, 0]
    }

    /// The value of the largest flow between two nodes, 0 if none leads from one to the other.
    func value(from source: Int, to sink: Int) -> Double {
        var search = Search(residual: capacities, nodes: edges.count)
        var total = 0.0
        while levels(&search, source, sink) {
            search.next = Array(repeating: 0, count: edges.count)
            while true {
                let pushed = push(&search, source, sink, .infinity)
                if pushed <= 0 { break }
                total += pushed
            }
        }
        return total
    }

    private struct Search {
        var residual: [Double]
        /// The distance from the source; -1 for what cannot be reached.
        var level: [Int]
        /// For each node the first of its edges that may still lead on.
        var next: [Int]

        init(residual: [Double], nodes: Int) {
            self.residual = residual
            level = Array(repeating: -1, count: nodes)
            next = []
        }
    }

    /// What rounding leaves on edges that are full. The capacities here are shares of 1.
    private static let dust = 1e-15

    private func levels(_ search: inout Search, _ source: Int, _ sink: Int) -> Bool {
        for node in search.level.indices { search.level[node] = -1 }
        search.level[source] = 0
        var queue = [source]
        var place = 0
        while place < queue.count {
            let node = queue[place]
            place += 1
            for edge in edges[node] where search.residual[edge] > Self.dust && search.level[heads[edge]] < 0 {
                search.level[heads[edge]] = search.level[node] + 1
                queue.append(heads[edge])
            }
        }
        return search.level[sink] >= 0
    }

    /// Pushes at most `limit` along one path of rising levels; as deep as the network has layers.
    private func push(_ search: inout Search, _ node: Int, _ sink: Int, _ limit: Double) -> Double {
        if node == sink { return limit }
        while search.next[node] < edges[node].count {
            let edge = edges[node][search.next[node]]
            let head = heads[edge]
            if search.residual[edge] > Self.dust, search.level[head] == search.level[node] + 1 {
                let pushed = push(&search, head, sink, min(limit, search.residual[edge]))
                if pushed > 0 {
                    search.residual[edge] -= pushed
                    search.residual[edge ^ 1] += pushed
                    return pushed
                }
            }
            search.next[node] += 1
        }
        return 0
    }
}
