/// Labels at the right end of lines, moved apart until none covers another.
struct LabelStack {
    /// A label of one or more lines.
    struct Label {
        var lines: [String]
        var size: Double
        var colour: String
        /// The height of the line's end, in inches from the page's lower edge, where the label's centre would like to be.
        var wish: Double

        var height: Double { TextMetrics.lineHeight(size) * Double(lines.count) }
    }

    /// A label and the height of its centre.
    typealias Placed = (label: Label, centre: Double)

    /// Places labels between `bottom` and `top`, in the order of their wishes, each as near to its wish as the others allow.
    static func place(_ labels: [Label], bottom: Double, top: Double, gap: Double = 0.03) -> [Placed] {
        /// Neighbours that touch move as one, with the mean displacement zero.
        struct Cluster {
            var members: [Label]
            var height: Double
            var centre: Double
        }
        let height = { (members: [Label]) in
            members.reduce(0) { $0 + $1.height } + gap * Double(max(0, members.count - 1))
        }
        let kept = { (centre: Double, height: Double) in
            max(bottom + height / 2, min(top - height / 2, centre))
        }
        let merged = { (members: [Label]) -> Cluster in
            let whole = height(members)
            var edge = 0.0
            var centres = 0.0
            for member in members {
                centres += member.wish - (edge + member.height / 2)
                edge += member.height + gap
            }
            return Cluster(
                members: members, height: whole, centre: kept(centres / Double(members.count) + whole / 2, whole))
        }
        var clusters: [Cluster] = []
        for label in labels.enumerated().sorted(by: { ($0.element.wish, -$0.offset) < ($1.element.wish, -$1.offset) }) {
            var cluster = merged([label.element])
            while let below = clusters.last, below.centre + below.height / 2 + gap > cluster.centre - cluster.height / 2
            {
                clusters.removeLast()
                cluster = merged(below.members + cluster.members)
            }
            clusters.append(cluster)
        }
        return clusters.flatMap { cluster -> [Placed] in
            var edge = cluster.centre - cluster.height / 2
            return cluster.members.map { member in
                defer { edge += member.height + gap }
                return (member, edge + member.height / 2)
            }
        }
    }
}
