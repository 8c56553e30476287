/// Ranks by ascending value from 1, in five treatments of ties. `scipy.stats.rankdata`. Values must be comparable (no NaN).
public enum Ranks {
    /// Equal values share the mean of their places. The treatment of every statistic here.
    public static func average(_ values: [Double]) -> [Double] { ranks(values) { Double($0.start + $0.end + 1) / 2 } }

    /// Equal values share the lowest of their places.
    public static func minimum(_ values: [Double]) -> [Double] { ranks(values) { Double($0.start + 1) } }

    /// Equal values share the highest of their places.
    public static func maximum(_ values: [Double]) -> [Double] { ranks(values) { Double($0.end) } }

    /// Distinct values count up without gaps.
    public static func dense(_ values: [Double]) -> [Double] { ranks(values) { Double($0.group + 1) } }

    /// Of equal values the earlier ranks lower.
    public static func ordinal(_ values: [Double]) -> [Double] {
        var ranks = [Double](repeating: 0, count: values.count)
        for (place, index) in ascending(values).enumerated() { ranks[index] = Double(place + 1) }
        return ranks
    }

    /// The sizes of the groups of equal values, ascending by value.
    static func ties(_ values: [Double]) -> [Int] { groups(values, ascending(values)).map { $0.end - $0.start } }

    private struct Group {
        /// The places start..<end, from 0.
        let start: Int
        let end: Int
        /// How many groups are before.
        let group: Int
    }

    private static func ranks(_ values: [Double], _ rank: (Group) -> Double) -> [Double] {
        let order = ascending(values)
        var ranks = [Double](repeating: 0, count: values.count)
        for group in groups(values, order) {
            for place in group.start..<group.end { ranks[order[place]] = rank(group) }
        }
        return ranks
    }

    private static func ascending(_ values: [Double]) -> [Int] {
        values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    }

    private static func groups(_ values: [Double], _ order: [Int]) -> [Group] {
        var groups: [Group] = []
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            groups.append(Group(start: start, end: end, group: groups.count))
            start = end
        }
        return groups
    }
}
