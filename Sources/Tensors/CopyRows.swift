/// Copies the first `width` elements of each of `count` rows that are `sourceStride` and `targetStride` apart.
package func copyRows(
    _ count: Int, _ width: Int, _ source: UnsafePointer<Float>, _ sourceStride: Int,
    to target: UnsafeMutablePointer<Float>, _ targetStride: Int
) {
    for row in 0..<count {
        (target + row * targetStride).update(from: source + row * sourceStride, count: width)
    }
}
