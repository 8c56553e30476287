import Tensors

/// A named answer to "where should the model look": a mask over the positions of each instance.
public struct Hypothesis: Sendable, Equatable {
    /// Where a hypothesis comes from.
    public enum Origin: String, Sendable {
        /// Named by the user, in the probe set's file or on the command line.
        case user
        /// The task's own.
        case task
        /// Added for comparison: a part of the delimiter partition, the last step, uniform.
        case added
    }

    /// The name.
    public let name: String
    /// The mask, N×T, of 0 and 1; positions behind an instance's length are 0.
    public let mask: Tensor
    /// Where it comes from.
    public let origin: Origin

    /// A hypothesis.
    ///
    /// - Precondition: `mask` is a matrix of 0 and 1.
    public init(name: String, mask: Tensor, origin: Origin) {
        precondition(mask.rank == 2, "a mask is N×T")
        self.name = name
        self.mask = mask
        self.origin = origin
    }
}
