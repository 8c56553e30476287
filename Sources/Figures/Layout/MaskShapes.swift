import Tensors

/// The shapes of masks: runs of positions, and outlines.
enum MaskShapes {
    /// The runs of marked positions of a row.
    static func runs(_ row: [Float]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for (position, value) in row.enumerated() where value > 0.5 {
            if let last = runs.last, last.upperBound == position {
                runs[runs.count - 1] = last.lowerBound..<(position + 1)
            } else {
                runs.append(position..<(position + 1))
            }
        }
        return runs
    }

    /// The edges between marked cells and others, as x and y of both ends, joined along the horizontal.
    static func edges(_ mask: Tensor) -> [[Double]] {
        let (rows, columns) = (mask.shape[0], mask.shape[1])
        let marked = { (row: Int, column: Int) in
            row >= 0 && row < rows && column >= 0 && column < columns && mask.values[row * columns + column] > 0.5
        }
        var edges: [[Double]] = []
        // The outer edge is the frame's.
        for row in 1..<max(2, rows) {
            let differs = (0..<columns).map { marked(row - 1, $0) != marked(row, $0) ? Float(1) : 0 }
            for run in runs(differs) {
                edges.append([
                    Double(run.lowerBound) - 0.5, Double(row) - 0.5, Double(run.upperBound) - 0.5, Double(row) - 0.5,
                ])
            }
        }
        for column in 1..<max(2, columns) {
            let differs = (0..<rows).map { marked($0, column - 1) != marked($0, column) ? Float(1) : 0 }
            for run in runs(differs) {
                edges.append([
                    Double(column) - 0.5, Double(run.lowerBound) - 0.5, Double(column) - 0.5,
                    Double(run.upperBound) - 0.5,
                ])
            }
        }
        return edges
    }
}
