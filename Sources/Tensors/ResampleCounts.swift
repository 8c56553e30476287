import CKernels

/// How often each of many resamples holds each instance, a byte each, laid out for sums over all resamples at once.
///
/// As numbers of single precision the counts of 2,000 resamples of 100,000 instances would take 800 MB.
package struct ResampleCounts: Sendable {
    /// The number of instances.
    package let instances: Int
    /// The number of resamples.
    package let resamples: Int
    /// Tiles of resamples × instances × the resamples of a tile, filled up with 0.
    private let tiled: [UInt8]

    private static let tile = Int(FOVEA_COUNTS_TILE)
    private static let group = Int(FOVEA_COUNTS_GROUP)

    /// - Parameters:
    ///   - counts: resamples × instances, row-major.
    ///   - instances: How many of them make a row.
    package init(_ counts: [UInt8], instances: Int) {
        let resamples = instances == 0 ? 0 : counts.count / instances
        let size = fovea_count_tiles(resamples) * instances * Self.tile
        tiled = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            if size > 0 { fovea_tile_counts(instances, resamples, counts, buffer.baseAddress) }
            count = size
        }
        self.instances = instances
        self.resamples = resamples
    }

    /// How often a resample holds an instance.
    package subscript(resample: Int, instance: Int) -> Int {
        let (tile, place) = resample.quotientAndRemainder(dividingBy: Self.tile)
        return Int(tiled[(tile * instances + instance) * Self.tile + place])
    }

    /// The sum of each column's values over each resample.
    ///
    /// - Parameter columns: One value per instance in each.
    /// - Returns: The sums of the first column over all resamples, those of the second from ``stride`` on, and so forth. Each
    ///   depends on its own column alone, to the last digit.
    package func sums(of columns: [[Float]]) -> [Float] {
        let filled = (columns.count + Self.group - 1) / Self.group * Self.group
        var values = [Float]()
        values.reserveCapacity(filled * instances)
        for column in columns { values += column }
        values += repeatElement(0, count: filled * instances - values.count)
        return [Float](unsafeUninitializedCapacity: filled * stride) { buffer, count in
            if filled > 0 { fovea_count_sums(filled, instances, resamples, tiled, values, buffer.baseAddress) }
            count = filled * stride
        }
    }

    /// From one column's sums to the next one's: the number of resamples, filled up to whole tiles.
    package var stride: Int { fovea_count_tiles(resamples) * Self.tile }
}
