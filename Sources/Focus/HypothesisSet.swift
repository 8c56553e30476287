import Metrics
import Tasks
import Tensors

/// The hypotheses of an analysis, with equal masks prepared once.
///
/// Several hypotheses often have the same mask (a user's `prefix` and the rule-made `before-delimiter`); their metrics are
/// computed once and shown under each name.
struct HypothesisSet: Sendable {
    let hypotheses: [Hypothesis]
    /// For each hypothesis the index of its mask among the distinct ones.
    let maskIndex: [Int]
    /// Each distinct mask, one row per instance, cut to the instance's length.
    let rows: [[MaskRow]]
    /// For each distinct mask and instance whether it marks each position.
    let tensors: [Tensor]
    /// The mean share of valid positions that each hypothesis marks, over the instances where it marks any.
    let chance: [Double]
    /// The number of valid positions of each instance.
    let lengths: [Int]

    /// The probe set's hypotheses, those of the rules, and for comparison the delimiter's partition, the last step and uniform.
    init(probes: ProbeSet, rules: [MaskRule]) throws {
        var probes = probes
        for rule in rules { probes.add(try rule.hypothesis(for: probes, origin: .user)) }
        var added: [MaskRule] = []
        if probes.delimiterIndex != nil {
            added += [
                MaskRule(.beforeDelimiter, name: "before-delimiter"), MaskRule(.atDelimiter, name: "at-delimiter"),
                MaskRule(.afterDelimiter, name: "after-delimiter"),
            ]
        }
        added += [MaskRule(.last, name: "last"), MaskRule(.uniform, name: "uniform")]
        for rule in added where !probes.hypotheses.contains(where: { $0.name == rule.name }) {
            // A part of the partition may be empty for every instance, and is then no hypothesis.
            if let hypothesis = try? rule.hypothesis(for: probes, origin: .added) { probes.add(hypothesis) }
        }
        let order: [Hypothesis.Origin: Int] = [.user: 0, .task: 0, .added: 1]
        let sorted = probes.hypotheses.enumerated().sorted {
            (order[$0.element.origin] ?? 2, $0.offset) < (order[$1.element.origin] ?? 2, $1.offset)
        }
        hypotheses = sorted.map(\.element)
        lengths = (0..<probes.count).map(probes.length)
        var tensors: [Tensor] = []
        maskIndex = hypotheses.map { hypothesis in
            if let index = tensors.firstIndex(of: hypothesis.mask) { return index }
            tensors.append(hypothesis.mask)
            return tensors.count - 1
        }
        let (positions, lengths) = (probes.positions, lengths)
        rows = tensors.map { mask in
            lengths.enumerated().map { instance, length in
                let start = instance * positions
                return MaskRow(mask.values[start..<(start + length)].map { $0 == 1 })
            }
        }
        self.tensors = tensors
        let shares = rows.map { rows in
            let marking = rows.filter { $0.count > 0 }
            return marking.reduce(0) { $0 + Double($1.count) / Double($1.positions) } / Double(max(1, marking.count))
        }
        chance = maskIndex.map { shares[$0] }
    }

    /// What a timeline says of each hypothesis.
    var summaries: [FocusTimeline.HypothesisSummary] {
        hypotheses.indices.map { index in
            let earlier = maskIndex[..<index].firstIndex(of: maskIndex[index])
            return FocusTimeline.HypothesisSummary(
                name: hypotheses[index].name, origin: hypotheses[index].origin, chance: chance[index],
                sameAs: earlier.map { hypotheses[$0].name })
        }
    }
}
