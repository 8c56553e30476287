import Tensors

/// Maps without the delimiter's own cell.
///
/// Moving the delimiter off its value makes it no delimiter, so raw gradients at that cell can outweigh all others (60 % of the founding
/// model's) though it says nothing about the numbers before or after it.
public enum DelimiterCell {
    /// The maps, N×T, with the delimiter's cell set to 0 and each row divided by the sum of the absolute values that remain. A row with
    /// nothing else stays all zeros.
    ///
    /// - Parameter index: Each instance's delimiter; one outside the positions leaves the cells as they are.
    public static func excluded(from maps: Tensor, index: [Int]) -> Tensor {
        precondition(maps.rank == 2 && maps.shape[0] == index.count, "one delimiter per map, not \(index.count)")
        let positions = maps.shape[1]
        var result = maps
        for (instance, delimiter) in index.enumerated() {
            let row = (instance * positions)..<((instance + 1) * positions)
            if 0..<positions ~= delimiter { result.values[row.lowerBound + delimiter] = 0 }
            let mass = result.values[row].reduce(0.0) { $0 + Double(abs($1)) }
            guard mass > 0 else { continue }
            for place in row { result.values[place] = Float(Double(result.values[place]) / mass) }
        }
        return result
    }
}
