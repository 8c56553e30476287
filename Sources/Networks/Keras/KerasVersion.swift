/// The version of Keras that wrote a file, as far as it decides numbers: some functions changed between Keras 2 and 3.
public struct KerasVersion: Sendable, Equatable {
    /// The major version, 2 where the file does not say.
    public let major: Int

    /// The version from its text, such as `2.21.0`, `2.2.4-tf` or `3.15.1`.
    public init(_ text: String?) {
        major = text.flatMap { $0.split(separator: ".").first }.flatMap { Int($0) } ?? 2
    }
}
