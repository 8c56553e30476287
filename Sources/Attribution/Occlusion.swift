import Networks
import Tensors

/// Occlusion (Zeiler & Fergus 2014): f(x) - f(x with a window of positions set to a baseline), signed.
///
/// All features of a position are replaced at once. Where windows overlap, a position gets the mean over the windows that cover it, as
/// in Captum; the last window may be cut short by the end. With a window of 1 it is feature ablation.
public struct Occlusion: AttributionMethod {
    public static let id = "occlusion"

    /// The number of positions in a window.
    public var window: Int
    /// How far apart windows begin.
    public var stride: Int
    /// What stands in for the window's values.
    public var baseline: Baseline
    /// How many sequences go through the network at once, which bounds the memory; nil: as `LayerGraph.rowsAtOnce` finds good.
    public var chunkSize: Int?
    public var reduction: FeatureReduction { .sum }

    /// Occlusion of single positions by zeros by default.
    public init(
        window: Int = 1, stride: Int = 1, baseline: Baseline = .zero, chunkSize: Int? = nil
    ) {
        self.window = window
        self.stride = stride
        self.baseline = baseline
        self.chunkSize = chunkSize
    }

    /// The change of each position, N×T×1; 0 for positions that must not be moved.
    public func callAsFunction(_ subject: AttributionSubject) throws -> Attribution {
        let chunk = chunkSize ?? subject.rowsAtOnce
        for (option, value) in [("window", window), ("stride", stride), ("chunkSize", chunk)] where value < 1 {
            throw AttributionError.badOption(
                method: "occlusion", option: option, value: "\(value)", needs: "1 or more")
        }
        guard stride <= window else {
            throw AttributionError.badOption(
                method: "occlusion", option: "stride", value: "\(stride)",
                needs: "at most the window of \(window), or positions between windows would get nothing")
        }
        let positions = subject.positions
        let baseline = try baseline.values(for: subject)
        let windows = Self.windows(window, stride, positions: positions)
        let (values, width) = (subject.values, subject.width)
        let changed = try AlteredRuns(subject).outputs(
            rows: subject.count * windows.count, shape: Array(values.shape.dropFirst()), chunk: chunk,
            instance: { $0 / windows.count },
            fill: { row, buffer in
                let offset = row / windows.count * positions * width
                for index in 0..<(positions * width) { buffer[index] = values.values[offset + index] }
                let covered = windows[row % windows.count]
                for index in (covered.lowerBound * width)..<(covered.upperBound * width) {
                    buffer[index] = baseline.values[offset + index]
                }
            })
        let result = spread(changed, from: subject.outputValues, windows, subject)
        return Attribution(values: result, notes: Baseline.warnings(baseline, for: subject))
    }

    /// Each window's change over the positions it covers.
    private func spread(
        _ changed: [Double], from own: [Double], _ windows: [Range<Int>], _ subject: AttributionSubject
    ) -> Tensor {
        let positions = subject.positions
        let isMovable = subject.isMovable
        return Tensor(shape: [subject.count, positions, 1]) { result in
            for instance in own.indices {
                for position in 0..<positions {
                    let place = instance * positions + position
                    let covering = windows.indices.filter { windows[$0].contains(position) }
                    let sum = covering.reduce(0.0) { $0 + own[instance] - changed[instance * windows.count + $1] }
                    result[place] = isMovable[place] ? Float(sum / Double(covering.count)) : 0
                }
            }
        }
    }

    /// The windows over a number of positions: as many as are needed to reach the end.
    static func windows(_ window: Int, _ stride: Int, positions: Int) -> [Range<Int>] {
        let count = max(0, positions - window + stride - 1) / stride + 1
        return (0..<count).map { ($0 * stride)..<min($0 * stride + window, positions) }
    }
}
