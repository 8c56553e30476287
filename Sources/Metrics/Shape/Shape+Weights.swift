/// The weights themselves: the sum, the largest, and where they are. Signs stay; undefined for maps with NaN or infinite weights
/// (`nonFinite`).
extension Shape {
    /// The sum of the weights as they are: 1 for attention, up to rounding. Undefined (`infinite`) if it exceeds the largest number.
    public static func sum(_ map: MapRow) -> Metric {
        guard map.isFinite else { return .undefined(.nonFinite) }
        let sum = map.sum * map.unit
        return sum.isFinite ? .value(sum) : .undefined(.infinite)
    }

    /// The largest weight as it is, not normalised.
    public static func maxWeight(_ map: MapRow) -> Metric {
        guard map.isFinite else { return .undefined(.nonFinite) }
        return map.order.first.map { .value(map.weights[$0] * map.unit) } ?? .undefined(.tooFewPositions)
    }

    /// The position of the largest weight, from 0; of several the first.
    public static func argmax(_ map: MapRow) -> Metric {
        guard map.isFinite else { return .undefined(.nonFinite) }
        return map.order.first.map { .value(Double($0)) } ?? .undefined(.tooFewPositions)
    }

    /// The mean position sum i p_i, positions from 0; 0 ... n - 1 unless signs are kept.
    public static func meanPosition(_ map: MapRow) -> Metric {
        guard map.isFinite else { return .undefined(.nonFinite) }
        guard map.sum != 0 else { return .undefined(.noMass) }
        return .value(map.weights.enumerated().reduce(0.0) { $0 + Double($1.offset) * ($1.element / map.sum) })
    }
}
