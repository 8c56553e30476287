/// Uninitialised or zeroed memory for the inner loops of a layer, owned by reference so that a pullback can keep it.
///
/// Not Sendable: a buffer stays on the worker that made it. It begins with a line of the cache, so that a vector of a row whose length
/// is a multiple of its own does not lie in two of them.
package final class FloatBuffer {
    /// The first element.
    package let base: UnsafeMutablePointer<Float>
    /// The number of elements.
    package let count: Int
    private let memory: UnsafeMutableRawPointer

    /// Memory for `count` floats, zeroed on request.
    package init(_ count: Int, zeroed: Bool = false) {
        self.count = count
        // Not with the allocator's own alignment, whose pieces hardly fit what was freed before: long sequences take a third more memory.
        memory = .allocate(byteCount: count * 4 + 64, alignment: 16)
        base = memory.alignedUp(toMultipleOf: 64).bindMemory(to: Float.self, capacity: count)
        if zeroed { base.initialize(repeating: 0, count: count) }
    }

    deinit { memory.deallocate() }
}

extension FloatBuffer {
    /// A copy.
    package convenience init(copying other: FloatBuffer) {
        self.init(other.count)
        base.update(from: other.base, count: count)
    }
}

extension Tensor {
    /// A tensor with a copy of a buffer's elements.
    package init(copying buffer: FloatBuffer, shape: [Int]) {
        self.init(shape: shape, values: Array(UnsafeBufferPointer(start: buffer.base, count: buffer.count)))
    }

    /// Adds the elements to a buffer of the same count.
    package func add(to buffer: FloatBuffer) {
        precondition(buffer.count == count, "a tensor of \(count) does not fit a buffer of \(buffer.count)")
        for (index, value) in values.enumerated() { buffer.base[index] += value }
    }
}
