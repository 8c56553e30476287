import Tensors

/// Layers that combine several inputs elementwise, with broadcasting: `keras.layers.Add`, `Subtract`, `Multiply`, `Average`,
/// `Maximum`, `Minimum`.
public struct Merge: Layer {
    public static let kerasClasses = ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"]

    /// The class in Keras' words.
    package let kind: String
    private let name: String

    public init(_ material: inout LayerMaterial) throws {
        kind = material.className
        name = material.name
    }

    public func outputShapes(for inputs: [SampleShape]) throws -> [SampleShape] {
        let rank = inputs.map(\.count).max() ?? 0
        guard inputs.count >= 2, kind != "Subtract" || inputs.count == 2 else {
            throw NetworkError.wrongInput(
                layer: name, needs: kind == "Subtract" ? "two inputs" : "two inputs or more", found: "\(inputs.count)")
        }
        return [
            try (0..<rank).map { axis -> Int? in
                let extents = inputs.compactMap { shape -> Int?? in
                    let place = axis - (rank - shape.count)
                    return place < 0 ? nil : .some(shape[place])
                }
                let known = Set(extents.compactMap { $0 }).subtracting([1])
                guard known.count <= 1 else {
                    throw NetworkError.wrongInput(
                        layer: name, needs: "shapes that fit each other",
                        found: inputs.map(kerasShapeText).joined(separator: ", "))
                }
                return known.first ?? (extents.contains { $0 == nil } ? nil : 1)
            }
        ]
    }

    public func callAsFunction(_ input: LayerInput, recording: Bool) throws -> LayerOutput {
        let shape = try Broadcast.shape(of: input.tensors.map(\.shape))
        let broadcasts = try input.tensors.map { try Broadcast(from: $0.shape, to: shape) }
        let operands = zip(broadcasts, input.tensors).map { $0.expand($1) }
        let result = operands.dropFirst().reduce(operands[0]) { combine($0, $1) }
        let scale = kind == "Average" ? 1 / Float(operands.count) : 1
        let y = scale == 1 ? result : result.scaled(by: scale)
        return LayerOutput([y], masks: [mergedMask(input.masks)]) { cotangents in
            guard let cotangent = cotangents[0] else { return operands.map { _ in nil } }
            return operands.indices.map { index in
                broadcasts[index].collapse(self.cotangent(cotangent, ofOperand: index, operands, y))
            }
        }
    }

    private func combine(_ a: Tensor, _ b: Tensor) -> Tensor {
        switch kind {
        case "Subtract": zip3(a, b, b) { a, b, _ in a - b }
        case "Multiply": a * b
        case "Maximum": zip3(a, b, b) { a, b, _ in max(a, b) }
        case "Minimum": zip3(a, b, b) { a, b, _ in min(a, b) }
        default: a + b
        }
    }

    private func cotangent(_ cotangent: Tensor, ofOperand index: Int, _ operands: [Tensor], _ y: Tensor) -> Tensor {
        switch kind {
        case "Subtract": return index == 0 ? cotangent : cotangent.map { -$0 }
        case "Average": return cotangent.map { $0 / Float(operands.count) }
        case "Multiply":
            return operands.indices.filter { $0 != index }.reduce(cotangent) { $0 * operands[$1] }
        case "Maximum", "Minimum":
            // Of equal operands the first one takes it all.
            let earlier = operands[..<index]
            var result = zip3(cotangent, operands[index], y) { d, x, y in x == y ? d : 0 }
            for operand in earlier { result = zip3(result, operand, y) { d, x, y in x == y ? 0 : d } }
            return result
        default: return cotangent
        }
    }

    /// A step is valid where it is valid in every masked input.
    private func mergedMask(_ masks: [Tensor?]) -> Tensor? {
        let present = masks.compactMap { $0 }
        return present.dropFirst().reduce(present.first) { result, mask in
            result.map { $0.shape == mask.shape ? $0 * mask : $0 }
        }
    }
}
