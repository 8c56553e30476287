import Metrics
import Tensors

/// Agreement of attention with another map (Jain & Wallace 2019, §4.1): Kendall's tau-b per instance, with a gradient map (tau_g) or
/// leave-one-out (tau_loo). If attention explained the output, both should rank positions alike.
public struct MapAgreement: FaithfulnessTest {
    public static let id = "map_agreement"
    public static let label = "Does attention rank positions as another map does?"

    /// The level below which an instance counts as significant; 0.05 in the paper.
    public var level: Double

    /// The test with its option.
    public init(level: Double = 0.05) { self.level = level }

    /// What the test yields. Undefined where a map is constant, not finite, or has one position.
    public struct Result: Sendable {
        /// For each instance tau-b, -1...1.
        public let tau: InstanceScores
        /// For each instance the two-sided p-value: exact without ties up to 33 positions.
        public let pValue: InstanceScores
        /// The share of the instances with a value that are significant; nil if none has one.
        public let significantShare: Double?
    }

    /// Compares attention with another map, both N×T; signs of the other count by their size, as in the paper.
    ///
    /// - Parameters:
    ///   - name: The other map's name, for the scores' ids.
    ///   - lengths: The number of valid positions of each instance; all by default.
    /// - Throws: ``FaithfulnessError/mapDoesNotFit(needs:found:)``.
    public func callAsFunction(
        _ attention: Tensor, with other: Tensor, named name: String, lengths: [Int]? = nil
    ) throws -> Result {
        guard attention.rank == 2, other.shape == attention.shape else {
            throw FaithfulnessError.mapDoesNotFit(needs: attention.shape, found: other.shape)
        }
        let (count, positions) = (attention.shape[0], attention.shape[1])
        let pairs = try Workers.map(count: count) { instance -> (tau: Metric, p: Metric) in
            let range = (instance * positions)..<(instance * positions + (lengths?[instance] ?? positions))
            let (a, b) = (MapRow(floats: attention.values[range]), MapRow(floats: other.values[range]))
            let tau = Agreement.kendallTauB(a, b)
            return (tau: tau, p: tau.value == nil ? tau : Agreement.kendallPValue(a, b))
        }
        let pValues = pairs.compactMap(\.p.value)
        return Result(
            tau: InstanceScores(
                id: "tau_\(name)", label: "Kendall's tau-b of attention and \(name)", values: pairs.map(\.tau)),
            pValue: InstanceScores(id: "tau_\(name)_pvalue", label: "its two-sided p-value", values: pairs.map(\.p)),
            significantShare: pValues.isEmpty
                ? nil : Double(pValues.count { $0 <= level }) / Double(pValues.count))
    }
}
