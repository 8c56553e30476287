import Foundation
import HDF5
import Tensors

/// The network of the reference file's `tiny_model`: LSTM(3) on sequences of one feature, the package's attention with 4 units, Dense(1).
/// Its weights have three decimals; the references of its variants come from float64 code, Captum and closed forms.
public struct TinyNetwork: Sendable, CustomStringConvertible {
    /// Which attention.
    public enum Variant: String, Sendable, CaseIterable {
        case luong, bahdanau
    }

    /// Which attention it has.
    public let variant: Variant

    /// Both variants.
    public static let all = Variant.allCases.map(TinyNetwork.init)

    /// A variant.
    public init(_ variant: Variant) { self.variant = variant }

    public var description: String { variant.rawValue }

    /// Numbers at a path of keys below the variant, row-major; NaN for null. Empty if there are none.
    public func reference(_ path: String...) -> [Double] {
        Self.section["variants"]?[variant.rawValue].flatMap { path.reduce($0) { $0?[$1] } }?.numbers ?? []
    }

    /// Numbers at a key of the section that both variants share, row-major.
    public static func shared(_ key: String) -> [Double] { section[key]?.numbers ?? [] }

    /// The reference file's section.
    private static let section: ReferenceValue = {
        let data = (try? Data(contentsOf: URL(fileURLWithPath: Fixtures.path("golden_metrics.json")))) ?? Data()
        let document = try? JSONDecoder().decode(ReferenceValue.self, from: data)
        return document?["tiny_model"] ?? .null
    }()

    /// The input, 1×6×1.
    public static var input: Tensor { Tensor(shape: [1, 6, 1], values: shared("input").map(Float.init)) }

    /// Writes the network as a Keras 2 model file that takes sequences of any length.
    ///
    /// - Parameter activation: The output's activation in Keras' words; the references without "p" in their name use `linear`.
    public func write(to path: String, activation: String = "linear") throws {
        let file = try HDF5Writer(creating: path)
        try file.attribute("keras_version", .string("2.15.0"))
        try file.attribute("backend", .string("tensorflow"))
        try file.attribute("model_config", .string(configuration(activation: activation)))
        try file.group("/model_weights")
        try file.attribute("layer_names", .strings(layers.map(\.name)), at: "/model_weights")
        for layer in layers {
            let group = "/model_weights/\(layer.name)"
            try file.group(group)
            try file.attribute("weight_names", .strings(layer.weights.map(\.name)), at: group)
            for weight in layer.weights {
                let values = Self.weight(weight.key)
                try file.dataset("\(group)/\(weight.name)", type: .float32, shape: values.shape).write(values.values)
            }
        }
        try file.commit()
    }

    /// Runs `body` with the path of a model file that is gone afterwards.
    public func withFile<Value>(activation: String = "linear", _ body: (String) throws -> Value) throws -> Value {
        let path = NSTemporaryDirectory() + "fovea-tiny-\(variant.rawValue)-\(UUID().uuidString).h5"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try write(to: path, activation: activation)
        return try body(path)
    }

    private var layers: [(name: String, weights: [(name: String, key: String)])] {
        let attention: [(name: String, key: String)] =
            switch variant {
            case .luong: [("attention/luong_w/kernel:0", "luong_w")]
            case .bahdanau:
                [
                    ("attention/bahdanau_v/kernel:0", "bahdanau_v"), ("attention/bahdanau_w1/kernel:0", "bahdanau_w1"),
                    ("attention/bahdanau_w2/kernel:0", "bahdanau_w2"),
                ]
            }
        return [
            (
                "lstm",
                [
                    ("lstm/lstm_cell/kernel:0", "lstm_kernel"),
                    ("lstm/lstm_cell/recurrent_kernel:0", "lstm_recurrent"), ("lstm/lstm_cell/bias:0", "lstm_bias"),
                ]
            ),
            ("attention", attention + [("attention/attention_vector/kernel:0", "w_c")]),
            ("dense", [("dense/kernel:0", "dense_kernel"), ("dense/bias:0", "dense_bias")]),
        ]
    }

    private func configuration(activation: String) -> String {
        """
        {"class_name": "Sequential", "config": {"name": "tiny", "layers": [
        {"class_name": "InputLayer", "config": {"name": "input", "batch_input_shape": [null, null, 1], "dtype": "float32"}},
        {"class_name": "LSTM", "config": {"name": "lstm", "units": 3, "return_sequences": true}},
        {"class_name": "Attention", "config": {"name": "attention", "units": 4, "score": "\(variant.rawValue)"}},
        {"class_name": "Dense", "config": {"name": "dense", "units": 1, "activation": "\(activation)"}}]}}
        """
    }

    private static func weight(_ key: String) -> Tensor {
        guard let stored = section["weights"]?[key] else { return Tensor(shape: [0], values: []) }
        let values = stored.numbers.map(Float.init)
        guard case .array(let rows) = stored, case .array = rows.first else {
            return Tensor(shape: [values.count], values: values)
        }
        return Tensor(shape: [rows.count, values.count / rows.count], values: values)
    }
}

/// A value of the reference file.
private indirect enum ReferenceValue: Decodable, Sendable {
    case number(Double)
    case array([ReferenceValue])
    case object([String: ReferenceValue])
    case text
    case null

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let array = try? container.decode([ReferenceValue].self) {
            self = .array(array)
        } else if let object = try? container.decode([String: ReferenceValue].self) {
            self = .object(object)
        } else {
            self = container.decodeNil() ? .null : .text
        }
    }

    subscript(key: String) -> ReferenceValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    /// All numbers below, in order; NaN for null.
    var numbers: [Double] {
        switch self {
        case .number(let number): [number]
        case .array(let elements): elements.flatMap(\.numbers)
        case .null: [.nan]
        case .object, .text: []
        }
    }
}
