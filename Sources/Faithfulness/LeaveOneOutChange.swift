import Metrics
import Networks
import Tensors

/// Leave-one-out (Jain & Wallace 2019, §4.1): how much the output changes without each position by itself, never negative.
public struct LeaveOneOutChange: Sendable {
    /// What takes the place of the position; removal in the paper.
    public var erasure: InputErasure

    /// Leave-one-out with its option.
    public init(erasure: InputErasure = .removal) { self.erasure = erasure }

    /// The map of each instance, N×T: the change of the output (see ``OutputKind``); 0 in the padding, NaN where nothing would be left.
    ///
    /// - Throws: ``FaithfulnessError``, or `NetworkError` where the erased inputs cannot be run.
    public func callAsFunction(_ subject: Subject) throws -> Tensor {
        let eraser = try Eraser(subject, erasure)
        let whole = try eraser.outputs(erasing: subject.lengths.map { _ in [] })
        let space = subject.space()
        var map = Tensor(shape: [subject.count, subject.positions], repeating: 0)
        for position in 0..<(subject.lengths.max() ?? 0) {
            let outputs = try eraser.outputs(erasing: subject.lengths.map { position < $0 ? [position] : [] })
            for instance in 0..<subject.count where position < subject.lengths[instance] {
                var change = Double.nan
                if let own = whole[instance], let output = outputs[instance] { change = space.change(own, output) }
                map.values[instance * subject.positions + position] = Float(change)
            }
        }
        return map
    }
}
