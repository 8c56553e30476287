import Networks
import Tensors

/// What an input is compared with: the "absence" of a position's value.
public enum Baseline: Sendable, Equatable {
    /// All zeros. Wrong where 0 means something, as in the founding task, whose delimiter is 0.
    case zero
    /// One value everywhere.
    case constant(Float)
    /// Each feature's mean over the probe set.
    case mean
    /// Values of one instance's shape or of the whole batch's.
    case given(Tensor)

    /// The baseline of each instance; positions that must not be moved keep the instance's own values.
    func values(for subject: AttributionSubject) throws -> Tensor {
        let shape = subject.values.shape
        let features = subject.statistics.mean
        var result: Tensor
        switch self {
        case .zero: result = Tensor(shape: shape, repeating: 0)
        case .constant(let value): result = Tensor(shape: shape, repeating: value)
        case .mean:
            result = Tensor(shape: shape) { buffer in
                for index in 0..<buffer.count { buffer[index] = features[index % features.count] }
            }
        case .given(let tensor) where tensor.shape == shape: result = tensor
        case .given(let tensor) where tensor.shape == Array(shape.dropFirst()):
            result = tensor.reshaped([1] + tensor.shape).gathered([Int](repeating: 0, count: shape[0]))
        case .given(let tensor): throw AttributionError.wrongBaseline(found: tensor.shape, needs: shape)
        }
        let width = subject.width
        for (place, isMovable) in subject.isMovable.enumerated() where !isMovable {
            for index in (place * width)..<((place + 1) * width) { result.values[index] = subject.values.values[index] }
        }
        return result
    }

    /// Sentences about baselines that mean something to the network: the delimiter's value, or a token's vector.
    static func warnings(_ baseline: Tensor, for subject: AttributionSubject) -> [AttributionNote] {
        let width = subject.width
        func vector(_ tensor: Tensor, _ place: Int) -> ArraySlice<Float> {
            tensor.values[(place * width)..<((place + 1) * width)]
        }
        var notes: [AttributionNote] = []
        if let delimiters = subject.delimiterIndex {
            let places = delimiters.enumerated().map { $0.offset * subject.positions + $0.element }
            let equal = places.filter { vector(baseline, $0).elementsEqual(vector(subject.values, $0)) }
            if !equal.isEmpty {
                notes.append(.baselineIsDelimiter(count: equal.count, of: places.count))
            }
        }
        let node = subject.graph.nodes[subject.target.node]
        if let embedding = node.layer as? Embedding, let place = subject.isMovable.firstIndex(of: true) {
            let token = (0..<embedding.embeddings.shape[0]).first {
                vector(embedding.embeddings, $0).elementsEqual(vector(baseline, place))
            }
            if let token {
                notes.append(.text("The baseline is the vector of token \(token) in layer `\(node.name)`."))
            }
        }
        return notes
    }
}
