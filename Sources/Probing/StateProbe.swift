import Tensors

/// A linear probe of hidden states (Alain & Bengio 2017): how much of a target a linear model reads from the state at each position,
/// cross-validated. A high value says that the information is there for a linear reader, not that the model uses it.
public struct StateProbe: Sendable {
    /// The regression behind it.
    public let regression: RidgeRegression
    /// The fewest instances that a fit is made from.
    public let minimumInstances: Int

    /// A probe.
    public init(regression: RidgeRegression = RidgeRegression(), minimumInstances: Int = 10) {
        self.regression = regression
        self.minimumInstances = max(3, minimumInstances)
    }

    /// The cross-validated R^2 of each target at each place.
    ///
    /// - Parameters:
    ///   - states: N×T×d.
    ///   - targets: Each N×T.
    ///   - places: For each place the position it has in each instance, nil where it lies outside: `{ $1 }` probes absolute positions.
    ///   - count: The number of places.
    /// - Returns: targets × places; NaN where undefined.
    public func r2(
        states: Tensor, targets: [Tensor], count: Int, position: @Sendable (_ instance: Int, _ place: Int) -> Int?
    ) throws -> [[Double]] {
        let columns = try Workers.map(count: count) { place in
            fit(states, targets) { position($0, place) }
        }
        return targets.indices.map { target in columns.map { $0[target] } }
    }

    private func fit(_ states: Tensor, _ targets: [Tensor], _ position: (Int) -> Int?) -> [Double] {
        let (instances, time, width) = (states.shape[0], states.shape[1], states.shape[2])
        let rows = (0..<instances).compactMap { instance in
            position(instance).flatMap { 0..<time ~= $0 ? instance * time + $0 : nil }
        }
        guard rows.count >= minimumInstances else { return targets.map { _ in .nan } }
        let features = [Double](unsafeUninitializedCapacity: rows.count * width) { buffer, count in
            states.values.withUnsafeBufferPointer { states in
                for (place, row) in rows.enumerated() {
                    for unit in 0..<width { buffer[place * width + unit] = Double(states[row * width + unit]) }
                }
            }
            count = rows.count * width
        }
        let values = targets.map { target in rows.map { Double(target.values[$0]) } }
        return regression.fits(features: features, width: width, targets: values).map { $0.r2 ?? .nan }
    }
}
