import Checkpoints

/// One layer's options under Keras' names, whatever the dialect they were written in.
///
/// Missing keys are normal in files of older versions and take the default that Keras gives them.
public struct LayerConfiguration: Sendable {
    /// The layer's name, for messages.
    public let layer: String
    /// The version of Keras that wrote the configuration, if known.
    public let kerasVersion: KerasVersion
    let options: [String: JSONValue]

    /// Whether an option is present and not null.
    public func has(_ option: String) -> Bool { options[option].map { !$0.isNull } ?? false }

    /// Whether an option is written as null.
    func isNull(_ option: String) -> Bool { options[option]?.isNull ?? false }

    /// A Boolean option.
    public func bool(_ option: String, default value: Bool) throws -> Bool {
        guard let found = present(option) else { return value }
        guard let flag = found.bool else { throw wrongType(option, "true or false") }
        return flag
    }

    /// A whole number above zero that must be there.
    public func positive(_ option: String) throws -> Int {
        guard let found = present(option) else { throw missing(option) }
        guard let number = found.int, 1...(1 << 24) ~= number else { throw wrongType(option, "a whole number above 0") }
        return number
    }

    /// A whole number above zero with a default.
    public func positive(_ option: String, default value: Int) throws -> Int {
        try has(option) ? positive(option) : value
    }

    /// A number with a default.
    public func double(_ option: String, default value: Double) throws -> Double {
        guard let found = present(option) else { return value }
        guard let number = found.double else { throw wrongType(option, "a number") }
        return number
    }

    /// A text with a default.
    public func string(_ option: String, default value: String) throws -> String {
        guard let found = present(option) else { return value }
        guard let text = found.string else { throw wrongType(option, "a text") }
        return text
    }

    /// A list of whole numbers, or one of them, that must be there unless there is a default.
    public func integers(_ option: String, default value: [Int]? = nil) throws -> [Int] {
        guard let found = present(option) else {
            guard let value else { throw missing(option) }
            return value
        }
        let numbers = found.array.map { $0.map(\.int) } ?? [found.int]
        let whole = numbers.compactMap { $0 }
        let isSane = 1...8 ~= numbers.count && whole.allSatisfy { -(1 << 24)...(1 << 24) ~= $0 }
        guard whole.count == numbers.count, isSane else { throw wrongType(option, "a list of whole numbers") }
        return whole
    }

    /// One axis or a list of axes, as written; nil if absent.
    func axes(_ option: String) -> [Int]? {
        guard let found = present(option) else { return nil }
        return found.int.map { [$0] } ?? found.array?.compactMap(\.int)
    }

    /// Refuses sequences whose features come before their steps.
    func requireChannelsLast() throws {
        let format = try string("data_format", default: "channels_last")
        guard format == "channels_last" else {
            throw NetworkError.unsupportedOption(
                layer: layer, option: "data_format", value: "`\(format)`", supported: "channels_last")
        }
    }

    /// The configuration of a wrapped layer or model: `{"class_name", "config"}`.
    func nested(_ option: String) -> JSONValue? { present(option) }

    /// An activation function by its Keras name, or a serialised activation with options.
    public func activation(_ option: String, default value: Activation) throws -> Activation {
        guard let found = present(option) else { return options[option] == nil ? value : .linear }
        let name = found.string ?? found["class_name"]?.string ?? ""
        let canonical = name == "function" ? found["config"]?.string ?? "" : name
        guard let activation = Activation(kerasName: canonical, version: kerasVersion) else {
            throw NetworkError.unsupportedOption(
                layer: layer, option: option, value: "`\(canonical)`",
                supported: Activation.kerasNames.joined(separator: ", "))
        }
        return activation
    }

    /// The shape of a sample from `batch_input_shape` (Keras 2) or `batch_shape` (Keras 3), if given.
    public func batchShape() throws -> SampleShape? {
        guard let found = present("batch_input_shape") ?? present("batch_shape") else { return nil }
        guard let axes = found.array, 1...8 ~= axes.count else { throw wrongType("batch_shape", "a list of extents") }
        return try axes.dropFirst().map { axis in
            if axis.isNull { return nil }
            guard let extent = axis.int, 1...(1 << 24) ~= extent else {
                throw wrongType("batch_shape", "a list of extents")
            }
            return extent
        }
    }

    private func present(_ option: String) -> JSONValue? {
        guard let found = options[option], !found.isNull else { return nil }
        return found
    }

    private func missing(_ option: String) -> NetworkError {
        .badConfiguration(layer: layer, reason: "its configuration lacks `\(option)`")
    }

    private func wrongType(_ option: String, _ wanted: String) -> NetworkError {
        .badConfiguration(layer: layer, reason: "`\(option)` of its configuration is not \(wanted)")
    }
}
