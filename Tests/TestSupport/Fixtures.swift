import Foundation

/// Files that tests read: Tests/Fixtures and the bundled run.
public enum Fixtures {
    /// The package's folder.
    public static let root: String = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The path of a file in Tests/Fixtures.
    public static func path(_ relative: String) -> String { "\(root)/Tests/Fixtures/\(relative)" }

    /// The folder of the bundled Keras run.
    public static let run = "\(root)/notebooks-data/sum-before-delimiter"

    /// The names of the files in a folder of Tests/Fixtures that end in `ending`, sorted.
    public static func names(in folder: String, ending: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []
        return names.filter { $0.hasSuffix(ending) }.sorted()
    }
}
