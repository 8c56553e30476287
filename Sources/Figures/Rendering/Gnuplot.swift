import Foundation

/// An installed gnuplot.
public struct Gnuplot: Sendable, Equatable {
    /// The absolute path of the program.
    public let path: String
    /// Its version, such as `5.4.4`.
    public let version: String

    /// The oldest version that draws the scripts.
    static let oldest = [5, 4]

    /// Finds gnuplot on a search path of directories, as in `PATH`; only absolute ones count.
    ///
    /// - Throws: `RendererError.gnuplotMissing`, or that it is too old or can't be started.
    public static func find(searchPath: String? = ProcessInfo.processInfo.environment["PATH"]) throws(RendererError)
        -> Gnuplot
    {
        let directories = (searchPath ?? "").split(separator: ":").filter { $0.hasPrefix("/") }
        for directory in directories {
            let path = "\(directory)/gnuplot"
            var isDirectory: ObjCBool = false
            if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue,
                FileManager.default.isExecutableFile(atPath: path)
            {
                return try Gnuplot(path: path)
            }
        }
        throw .gnuplotMissing
    }

    /// The gnuplot at an absolute path.
    public init(path: String) throws(RendererError) {
        let session: GnuplotSession
        switch GnuplotSession.open(executable: path, directory: "/") {
        case .success(let opened): session = opened
        case .failure(let error): throw .cannotStart(path: path, errno: error.errno)
        }
        session.send("print GPVAL_VERSION, ' ', GPVAL_PATCHLEVEL")
        session.send("exit")
        let output = session.finish(seconds: 20).output
        let words = output.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count >= 2 else { throw .gnuplotTooOld(path: path, found: "") }
        let version = words[0] + "." + words[1]
        let numbers = words[0].split(separator: ".").compactMap { Int($0) }
        guard numbers.count >= 2, !numbers.lexicographicallyPrecedes(Self.oldest) else {
            throw .gnuplotTooOld(path: path, found: "gnuplot " + GnuplotText.clean(version, maximumLength: 20))
        }
        self.path = path
        self.version = version
    }
}
