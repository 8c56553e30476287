import Metrics

/// A random map with a mask and a second map.
struct MapSample {
    var weights: [Double]
    var mask: [Bool]
    var other: [Double]

    var n: Int { weights.count }
    var k: Int { mask.count { $0 } }

    /// A metric of the sample.
    func metric(_ definition: MetricDefinition) -> Metric {
        let map = MapRow(weights)
        return switch definition.needs {
        case .map: definition.evaluate(map)
        case .mask: definition.evaluate(map, against: MaskRow(mask))
        case .reference: definition.evaluate(map, comparedWith: MapRow(other))
        }
    }

    /// Samples without ties and with 0 < k < n from a fixed seed.
    static func many(_ count: Int) -> [MapSample] {
        var generator = Generator()
        return (0..<count).map { _ in generator.next() }
    }

    private struct Generator {
        private var state: UInt64 = 20_260

        mutating func uniform() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) * 0x1p-53
        }

        mutating func next() -> MapSample {
            let n = 3 + Int(uniform() * 30)
            let k = 1 + Int(uniform() * Double(n - 2))
            var mask = (0..<n).map { $0 < k }
            for index in mask.indices.dropLast() { mask.swapAt(index, index + Int(uniform() * Double(n - index))) }
            let weights = (0..<n).map { _ in uniform() * uniform() }
            return MapSample(weights: weights, mask: mask, other: (0..<n).map { _ in uniform() })
        }
    }
}
