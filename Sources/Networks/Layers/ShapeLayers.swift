import Tensors

/// Layers that only rearrange a sample: `keras.layers.Flatten`, `Reshape`, `Permute`, `RepeatVector`.
public struct ShapeLayer: Layer {
    public static let kerasClasses = ["Flatten", "Reshape", "Permute", "RepeatVector"]

    private enum Kind: Sendable {
        case flatten
        case reshape([Int])
        case permute([Int])
        case repeated(Int)
    }

    private let kind: Kind
    private let name: String

    public init(_ material: inout LayerMaterial) throws {
        name = material.name
        let options = material.configuration
        switch material.className {
        case "Flatten": kind = .flatten
        case "Reshape": kind = .reshape(try options.integers("target_shape"))
        case "Permute":
            let dimensions = try options.integers("dims")
            guard dimensions.sorted() == Array(1...max(1, dimensions.count)) else {
                throw NetworkError.badConfiguration(layer: name, reason: "`dims` is no permutation of its axes")
            }
            kind = .permute(dimensions.map { $0 - 1 })
        default: kind = .repeated(try options.positive("n"))
        }
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        let input = inputs[0]
        let size = try elementCount(input)
        switch kind {
        case .flatten: return [[size]]
        case .reshape(let target):
            let known = try elementCount(target.filter { $0 >= 0 }) ?? 0
            if let size, target.contains(-1) ? known == 0 || size % known != 0 : known != size {
                throw NetworkError.wrongInput(
                    layer: name, needs: "as many elements as \(target)", found: kerasShapeText(input))
            }
            return [target.map { $0 >= 0 ? $0 : size.map { $0 / max(1, known) } }]
        case .permute(let axes):
            guard axes.count == input.count else {
                throw NetworkError.wrongInput(layer: name, needs: "\(axes.count) axes", found: kerasShapeText(input))
            }
            return [axes.map { input[$0] }]
        case .repeated(let count):
            guard input.count == 1 else {
                throw NetworkError.wrongInput(layer: name, needs: "vectors", found: kerasShapeText(input))
            }
            return [[count] + input]
        }
    }

    /// The product of the extents; nil if one of them is unknown.
    private func elementCount(_ shape: SampleShape) throws -> Int? {
        var product = 1
        for extent in shape {
            guard let extent else { return nil }
            let (next, overflow) = product.multipliedReportingOverflow(by: extent)
            guard !overflow else {
                throw NetworkError.wrongInput(layer: name, needs: "a shape of this world", found: kerasShapeText(shape))
            }
            product = next
        }
        return product
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let x = input.tensors[0]
        let shape = x.shape
        switch kind {
        case .flatten: return reshaping(x, [shape[0], -1])
        case .reshape(let target): return reshaping(x, [shape[0]] + target)
        case .permute(let axes):
            let order = [0] + axes.map { $0 + 1 }
            let inverse = order.indices.map { axis in order.firstIndex(of: axis) ?? axis }
            return LayerOutput([x.transposed(order)]) { [$0[0]?.transposed(inverse)] }
        case .repeated(let count):
            let (batch, width) = (shape[0], shape[1])
            let y = Tensor.stacked(Array(repeating: x, count: count), batch: batch, width: width)
            return LayerOutput([y]) { cotangents in
                guard let cotangent = cotangents[0] else { return [nil] }
                var sum = Tensor(shape: shape, repeating: 0)
                for step in 0..<count { sum.add(cotangent.step(step)) }
                return [sum]
            }
        }
    }

    private func reshaping(_ x: Tensor, _ target: [Int]) -> LayerOutput {
        let shape = x.shape
        return LayerOutput([x.reshaped(target)]) { [$0[0]?.reshaped(shape)] }
    }
}
