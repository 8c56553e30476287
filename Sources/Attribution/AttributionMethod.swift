import Tensors

/// What a method says about a batch.
public struct Attribution: Sendable {
    /// One signed number per position and feature, N×T×F, before any reduction. Of occlusion and leave-one-out F is 1; of methods on
    /// attention weights, F counts the weights that a position has (one per head and query).
    public let values: Tensor
    /// For methods that divide up a difference f(x) - f(x'): per instance |sum of the attribution - (f(x) - f(x'))|; else nil.
    public let completenessGap: [Double]?
    /// The gap divided by |f(x) - f(x')|: 0 where both are 0, infinite where only the difference is.
    public let relativeGap: [Double]?
    /// What a reader must know about these numbers.
    public let notes: [AttributionNote]

    /// An attribution.
    public init(
        values: Tensor, completenessGap: [Double]? = nil, relativeGap: [Double]? = nil, notes: [AttributionNote] = []
    ) {
        self.values = values
        self.completenessGap = completenessGap
        self.relativeGap = relativeGap
        self.notes = notes
    }

    /// One number per position, N×T.
    public func map(_ reduction: FeatureReduction) -> Tensor { reduction(values) }
}

/// A way to attribute an output to the positions of the input.
public protocol AttributionMethod: Sendable {
    /// The name in files and on the command line.
    static var id: String { get }
    /// How features are reduced to one number per position.
    var reduction: FeatureReduction { get }
    /// The attribution for each instance of a batch.
    ///
    /// - Throws: ``AttributionError``, or what the network throws.
    func callAsFunction(_ subject: AttributionSubject) throws -> Attribution
}

extension AttributionMethod {
    /// The name in files and on the command line.
    public var id: String { Self.id }

    /// One number per position, N×T: the attribution under the method's own reduction.
    public func map(of subject: AttributionSubject) throws -> Tensor { try self(subject).map(reduction) }
}
