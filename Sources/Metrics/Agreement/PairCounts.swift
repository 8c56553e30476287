/// What all pairs of positions say about two rankings, counted in O(n log n) (Knight 1966).
struct PairCounts {
    /// n.
    let count: Int
    /// n (n - 1) / 2.
    let pairs: Int
    /// Pairs that the rankings order oppositely.
    let discordant: Int
    /// Pairs that both tie.
    let tiedInBoth: Int
    /// The ties of the first ranking.
    let first: Ties
    /// The ties of the second ranking.
    let second: Ties

    /// The groups of equal ranks in one ranking.
    struct Ties {
        /// Pairs within groups.
        private(set) var pairs = 0
        /// The number of groups, single positions included.
        private(set) var groups = 0
        /// sum t (t - 1) (t - 2) over groups of t.
        private(set) var triples = 0.0
        /// sum t (t - 1) (2t + 5) over groups of t.
        private(set) var spread = 0.0

        /// The groups among `count` places, of which each after the first is the same as the one before or not.
        init(count: Int, isTiedWithPrevious: (Int) -> Bool) {
            var start = 0
            for place in 1...max(1, count) where place >= count || !isTiedWithPrevious(place) {
                let size = place - start
                pairs += size * (size - 1) / 2
                groups += 1
                let t = Double(size)
                triples += t * (t - 1) * (t - 2)
                spread += t * (t - 1) * (2 * t + 5)
                start = place
            }
        }
    }

    /// Counts for two series of the same number of comparable values.
    init(_ x: [Double], _ y: [Double]) {
        count = x.count
        pairs = count * (count - 1) / 2
        let order = x.indices.sorted { (x[$0], y[$0]) < (x[$1], y[$1]) }
        var sorted = order.map { y[$0] }
        first = Ties(count: count) { x[order[$0]] == x[order[$0 - 1]] }
        tiedInBoth = Ties(count: count) { x[order[$0]] == x[order[$0 - 1]] && y[order[$0]] == y[order[$0 - 1]] }.pairs
        discordant = Self.sortCountingInversions(&sorted)
        second = Ties(count: count) { sorted[$0] == sorted[$0 - 1] }
    }

    /// Concordant less discordant pairs.
    var difference: Int { pairs - first.pairs - second.pairs + tiedInBoth - 2 * discordant }

    /// Kendall's tau-b; nil if either series is constant.
    var tauB: Double? {
        guard first.pairs < pairs, second.pairs < pairs else { return nil }
        let tau =
            Double(difference) / Double(pairs - first.pairs).squareRoot() / Double(pairs - second.pairs).squareRoot()
        return min(1, max(-1, tau))
    }

    /// Stuart's tau-c; nil if either series is constant.
    var tauC: Double? {
        guard first.pairs < pairs, second.pairs < pairs else { return nil }
        let classes = Double(min(first.groups, second.groups))
        let n = Double(count)
        return min(1, max(-1, 2 * Double(difference) / (n * n * (classes - 1) / classes)))
    }

    /// Merge sort that counts the pairs out of order.
    private static func sortCountingInversions(_ values: inout [Double]) -> Int {
        var inversions = 0
        var buffer = values
        var width = 1
        while width < values.count {
            for start in stride(from: 0, to: values.count, by: 2 * width) {
                let (middle, end) = (min(start + width, values.count), min(start + 2 * width, values.count))
                var (left, right) = (start, middle)
                for place in start..<end {
                    if right == end || (left < middle && values[left] <= values[right]) {
                        buffer[place] = values[left]
                        left += 1
                    } else {
                        buffer[place] = values[right]
                        right += 1
                        inversions += middle - left
                    }
                }
            }
            swap(&values, &buffer)
            width *= 2
        }
        return inversions
    }
}
