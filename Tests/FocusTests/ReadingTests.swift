import Checkpoints
import HDF5
import Tasks
import TestSupport
import Tensors
import Testing

@testable import Attention
@testable import Focus

@Suite("Many-to-many attention is measured by query and head, as Keras' weights say")
struct ReadingTests {
    /// The transformer of the zoo: attention N×H×T×T by Keras.
    private static func keras() throws -> (inputs: Tensor, attention: Tensor) {
        let file = try HDF5File(path: Fixtures.path("zoo/transformer.k2.expected.h5"))
        return (try file.tensor("/x0"), try file.tensor("/attention/mha"))
    }

    private static func timeline(_ reading: AttentionReading, lengths: [Int]? = nil) throws -> FocusTimeline {
        let (inputs, _) = try keras()
        var options = AnalysisOptions()
        options.resamples = 100
        options.reading = reading
        options.rules = [try MaskRule("first=index:0,1")]
        let run = try Run(paths: [Fixtures.path("zoo/transformer.k2.h5")])
        return try Analysis(
            of: run, on: ProbeSet(inputs: [inputs], lengths: lengths, origin: "zoo"), options: options
        ).run().timeline
    }

    /// The mean mass on positions 0 and 1 over instances of the mean (or one) head's row of some queries, from Keras' weights.
    private static func mass(queries: Range<Int>, head: Int? = nil) throws -> Double {
        let weights = try keras().attention
        let (count, heads, time) = (weights.shape[0], weights.shape[1], weights.shape[2])
        let chosen = head.map { [$0] } ?? Array(0..<heads)
        var sum = 0.0
        for instance in 0..<count {
            for query in queries {
                for head in chosen {
                    let start = ((instance * heads + head) * time + query) * time
                    sum += Double(weights.values[start] + weights.values[start + 1])
                }
            }
        }
        return sum / Double(count * queries.count * chosen.count)
    }

    private func mean(_ timeline: FocusTimeline, head: Int? = nil, kind: Source.Kind = .attention) throws -> Double {
        let source = try #require(timeline.sources.first { $0.kind == kind && $0.head == head })
        return try #require(timeline[source, "mass_in_mask", against: "first"]?.estimates.last?.mean)
    }

    @Test("Heads that are no sources of their own have the mean maps of those that are")
    func headProfiles() throws {
        let heads = try Self.timeline(AttentionReading()).headProfiles
        let measured = try Self.timeline(AttentionReading(eachHead: true))
        #expect(measured.headProfiles.isEmpty)
        let sources = measured.sources.filter { $0.head != nil }
        #expect(Set(heads.keys) == Set(sources) && sources.count > 1)
        for source in sources { #expect(heads[source]?.absolute == measured.profiles[source]?.absolute) }
    }

    @Test("Of the last query, of one, and of all row by row")
    func queries() throws {
        #expect(abs(try mean(try Self.timeline(AttentionReading())) - (try Self.mass(queries: 5..<6))) < 1e-5)
        #expect(
            abs(try mean(try Self.timeline(AttentionReading(query: .index(2)))) - (try Self.mass(queries: 2..<3)))
                < 1e-5)
        #expect(
            abs(try mean(try Self.timeline(AttentionReading(query: .all))) - (try Self.mass(queries: 0..<6))) < 1e-5)
    }

    @Test("Row by row is not the measure of the mean row")
    func rowByRow() throws {
        let entropy = { (query: QueryChoice) -> Double in
            let timeline = try Self.timeline(AttentionReading(query: query))
            let source = try #require(timeline.source(.attention))
            return try #require(timeline[source, "entropy_nats"]?.estimates.last?.mean)
        }
        // Entropy is concave: that of the mean row is larger than the mean of the rows' entropies.
        #expect(try entropy(.mean) > entropy(.all))
    }

    @Test("Each head by itself")
    func heads() throws {
        let timeline = try Self.timeline(AttentionReading(eachHead: true))
        for head in 0..<2 {
            #expect(abs(try mean(timeline, head: head) - (try Self.mass(queries: 5..<6, head: head))) < 1e-5)
        }
        #expect(abs(try mean(timeline) - (try Self.mass(queries: 5..<6))) < 1e-5)
    }

    @Test("Of padded sequences the last valid query")
    func padding() throws {
        let timeline = try Self.timeline(AttentionReading(), lengths: [4, 4, 4, 4])
        let source = try #require(timeline.source(.attention))
        let map = try #require(timeline.finalMaps[source])
        let weights = try Self.keras().attention
        // The first instance's row of query 3, heads averaged, over its four valid positions.
        let (first, second) = (weights.values[18..<22].map { $0 }, weights.values[54..<58].map { $0 })
        let row: [Float] = zip(first, second).map { ($0 + $1) / 2 }
        let total = row.reduce(0, +)
        for key in 0..<4 { #expect(abs(map.values[key] - row[key] / total) < 1e-5) }
        #expect(map.values[4].isNaN)
    }

    @Test("Rollout of a single layer is that layer with its residual connection")
    func rollout() throws {
        let timeline = try Self.timeline(AttentionReading(rollout: true, flow: true))
        let expected = (try Self.mass(queries: 5..<6)) / 2
        #expect(abs(try mean(timeline, kind: .attentionRollout) - expected) < 1e-5)
        #expect(abs(try mean(timeline, kind: .attentionFlow) - expected) < 1e-5)
    }
}
