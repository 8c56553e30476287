/// The weighted Kendall tau, in which exchanges among heavy positions count more (Vigna 2015): a pair weighs 1/r + 1/s by its
/// positions' ranks r and s from the heaviest.
enum WeightedTau {
    /// The mean of the tau whose ranks come from x (then y) and the one whose ranks come from y (then x), in -1...1; nil if either
    /// series is constant. `scipy.stats.weightedtau` with its defaults, in O(n log n).
    static func value(_ x: [Double], _ y: [Double]) -> Double? {
        guard let byFirst = ranked(by: x, against: y), let bySecond = ranked(by: y, against: x) else { return nil }
        return (byFirst + bySecond) / 2
    }

    private static func ranked(by x: [Double], against y: [Double]) -> Double? {
        let order = x.indices.sorted { (x[$0], y[$0]) < (x[$1], y[$1]) }
        let n = order.count
        // The last place is the heaviest position, of rank 1.
        var weights = [Double](repeating: 0, count: n)
        for (place, index) in order.enumerated() { weights[index] = 1 / Double(n - place) }

        let joint = tied(order, weights) { x[$0] == x[$1] && y[$0] == y[$1] }
        let first = tied(order, weights) { x[$0] == x[$1] }
        var sorter = ExchangeSorter(order: order, keys: y, weights: weights)
        sorter.sort()
        let second = tied(sorter.order, weights) { y[$0] == y[$1] }
        let total = weights.reduce(0, +) * Double(n - 1)
        guard x[order[0]] != x[order[n - 1]], y[sorter.order[0]] != y[sorter.order[n - 1]] else { return nil }
        let difference = total - (second + first - joint) - 2 * sorter.exchanges
        return min(1, max(-1, difference / (total - first).squareRoot() / (total - second).squareRoot()))
    }

    /// The weight of the pairs within groups of neighbours that are alike.
    private static func tied(_ order: [Int], _ weights: [Double], _ areAlike: (Int, Int) -> Bool) -> Double {
        var (total, sum, start) = (0.0, 0.0, 0)
        for (place, index) in order.enumerated() {
            if place > start, !areAlike(order[start], index) {
                total += sum * Double(place - start - 1)
                (sum, start) = (0, place)
            }
            sum += weights[index]
        }
        return total + sum * Double(order.count - start - 1)
    }

    /// A merge sort that weighs the pairs it puts in order.
    private struct ExchangeSorter {
        var order: [Int]
        let keys: [Double]
        let weights: [Double]
        private(set) var exchanges = 0.0

        init(order: [Int], keys: [Double], weights: [Double]) {
            self.order = order
            self.keys = keys
            self.weights = weights
        }

        mutating func sort() {
            var width = 1
            while width < order.count {
                for start in stride(from: 0, to: order.count, by: 2 * width) {
                    merge(start, min(start + width, order.count), min(start + 2 * width, order.count))
                }
                width *= 2
            }
        }

        private mutating func merge(_ start: Int, _ middle: Int, _ end: Int) {
            let (left, right) = (Array(order[start..<middle]), order[middle..<end])
            // The weight of what is left of the left part, summed from its end so that nothing cancels.
            var residual = [Double](repeating: 0, count: left.count + 1)
            for index in left.indices.reversed() { residual[index] = residual[index + 1] + weights[left[index]] }
            var merged: [Int] = []
            merged.reserveCapacity(end - start)
            var taken = 0
            for index in right {
                while taken < left.count, keys[left[taken]] <= keys[index] {
                    merged.append(left[taken])
                    taken += 1
                }
                exchanges += weights[index] * Double(left.count - taken) + residual[taken]
                merged.append(index)
            }
            merged.append(contentsOf: left[taken...])
            order.replaceSubrange(start..<end, with: merged)
        }
    }
}
