/// Windows over time as Keras lays them: size, stride, dilation and padding (`valid`, `same`, `causal`).
struct WindowGeometry: Sendable {
    let size: Int
    let stride: Int
    let dilation: Int
    private let padding: String

    init(size: Int, stride: Int, dilation: Int, padding: String, layer: String) throws {
        guard size > 0, stride > 0, dilation > 0 else {
            throw NetworkError.badConfiguration(layer: layer, reason: "its window, stride or dilation is not above 0")
        }
        guard ["valid", "same", "causal"].contains(padding) else {
            throw NetworkError.unsupportedOption(
                layer: layer, option: "padding", value: "`\(padding)`", supported: "valid, same, causal")
        }
        self.size = size
        self.stride = stride
        self.dilation = dilation
        self.padding = padding
    }

    /// The extent of a window.
    private var span: Int { (size - 1) * dilation + 1 }

    /// The number of windows over a sequence.
    func outputLength(_ time: Int) -> Int {
        padding == "valid" ? max(0, (time - span) / stride + (time >= span ? 1 : 0)) : (time + stride - 1) / stride
    }

    /// The steps of a window, some of which may lie outside the sequence.
    func steps(of window: Int, time: Int) -> [Int] {
        let before: Int
        switch padding {
        case "same": before = max(0, (outputLength(time) - 1) * stride + span - time) / 2
        case "causal": before = span - 1
        default: before = 0
        }
        return (0..<size).map { window * stride - before + $0 * dilation }
    }
}
