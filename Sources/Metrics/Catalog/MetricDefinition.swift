/// A metric with what one needs to know to read it.
public struct MetricDefinition: Sendable, Identifiable {
    /// What a metric is computed from.
    public enum Needs: String, Sendable {
        /// The map alone.
        case map
        /// The map and a mask.
        case mask
        /// The map and a second map to compare it with, such as attention with saliency.
        case reference
    }

    /// Which values are good.
    public enum Direction: String, Sendable {
        case higherIsBetter = "higher"
        case lowerIsBetter = "lower"
        /// A description, neither good nor bad.
        case neither
    }

    /// The snake_case name in files.
    public let id: String
    /// What it measures, in one line.
    public let summary: String
    /// What it is computed from.
    public let needs: Needs
    /// Which values are good.
    public let direction: Direction
    /// The values it can have, for n positions of which k are marked and non-negative weights, such as "0...ln n".
    public let range: String
    /// What a map without knowledge has on average, where that is known, such as "k/n".
    public let chance: String?
    /// The paper, the reference implementation, or both; empty where the formula is its own source.
    public let source: String
    /// Other names it goes by, which ``MetricCatalog/definition(_:)`` knows too.
    public let aliases: [String]
    private let evaluation: Evaluation

    private enum Evaluation: Sendable {
        case map(@Sendable (MapRow) -> Metric)
        case mask(@Sendable (MapRow, MaskRow) -> Metric)
        case reference(@Sendable (MapRow, MapRow) -> Metric)
    }

    /// What is said about a metric beside its name and formula.
    struct Facts: Sendable {
        var direction = Direction.neither
        var range: String
        var chance: String?
        var source = ""
        var aliases: [String] = []
    }

    private init(_ id: String, _ summary: String, _ facts: Facts, _ needs: Needs, _ evaluation: Evaluation) {
        self.id = id
        self.summary = summary
        self.needs = needs
        direction = facts.direction
        range = facts.range
        chance = facts.chance
        source = facts.source
        aliases = facts.aliases
        self.evaluation = evaluation
    }

    static func ofMap(
        _ id: String, _ summary: String, _ facts: Facts, _ evaluate: @escaping @Sendable (MapRow) -> Metric
    ) -> MetricDefinition {
        MetricDefinition(id, summary, facts, .map, .map(evaluate))
    }

    static func ofMask(
        _ id: String, _ summary: String, _ facts: Facts, _ evaluate: @escaping @Sendable (MapRow, MaskRow) -> Metric
    ) -> MetricDefinition {
        MetricDefinition(id, summary, facts, .mask, .mask(evaluate))
    }

    static func ofReference(
        _ id: String, _ summary: String, _ facts: Facts, _ evaluate: @escaping @Sendable (MapRow, MapRow) -> Metric
    ) -> MetricDefinition {
        MetricDefinition(id, summary, facts, .reference, .reference(evaluate))
    }

    /// The metric of a map alone; one that needs a mask is `undefined(emptyMask)`, one that needs a second map
    /// `undefined(noReference)`.
    public func evaluate(_ map: MapRow) -> Metric {
        switch evaluation {
        case .map(let evaluate): evaluate(map)
        case .mask: .undefined(.emptyMask)
        case .reference: .undefined(.noReference)
        }
    }

    /// The metric of a map against a mask; one that needs a second map is `undefined(noReference)`.
    ///
    /// - Precondition: The mask has as many positions as the map.
    public func evaluate(_ map: MapRow, against mask: MaskRow) -> Metric {
        if case .mask(let evaluate) = evaluation { evaluate(map, mask) } else { evaluate(map) }
    }

    /// The metric of a map beside a second map; one that needs a mask is `undefined(emptyMask)`.
    ///
    /// - Precondition: Both maps have the same number of positions.
    public func evaluate(_ map: MapRow, comparedWith other: MapRow) -> Metric {
        if case .reference(let evaluate) = evaluation { evaluate(map, other) } else { evaluate(map) }
    }
}
