import Focus

/// The columns of an aligned profile that are worth drawing: those with enough instances behind them.
struct AlignedColumns: Sendable {
    /// The columns, as indices into the profile.
    let columns: ClosedRange<Int>
    /// The column of the delimiter itself.
    let centre: Int
    /// The fewest instances behind a drawn column.
    let leastCount: Int
    /// Whether columns were left out that have instances, but few.
    let leavesOut: Bool

    /// The columns around the delimiter that at least 2 % of the instances (and 2, if there are as many) stand behind.
    init?(counts: [Int]?, positions: Int, instances: Int) {
        guard let counts, counts.count == 2 * positions - 1, positions > 0, let most = counts.max(), most > 0 else {
            return nil
        }
        let threshold = max(min(2, most), instances / 50)
        centre = positions - 1
        let enough = counts.indices.filter { counts[$0] >= threshold }
        guard let first = enough.first, let last = enough.last else { return nil }
        columns = first...last
        leastCount = enough.map { counts[$0] }.min() ?? 0
        leavesOut = counts.enumerated().contains { !(first...last).contains($0.offset) && $0.element > 0 }
    }

    /// The position of a column relative to the delimiter.
    func offset(_ column: Int) -> Int { column - centre }
}
