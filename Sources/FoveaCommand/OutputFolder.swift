import Foundation

/// The folder that an analysis is written to.
struct OutputFolder {
    private let folder: String
    private let isNew: Bool

    /// Makes the folder unless it exists.
    init(creating path: String) throws {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard !exists || isFolder.boolValue else {
            throw OutputFolderError.fileInTheWay(path)
        }
        folder = path
        isNew = !exists
        guard !exists else { return }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw OutputFolderError.cannotBeMade(path)
        }
    }

    func path(_ name: String) -> String { folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)" }

    /// Removes the folder again if it was made here and nothing is in it.
    func removeIfMade() {
        if isNew, (try? FileManager.default.contentsOfDirectory(atPath: folder).isEmpty) == true {
            try? FileManager.default.removeItem(atPath: folder)
        }
    }
}

/// What can be wrong with the folder to write to.
enum OutputFolderError: Error, CustomStringConvertible {
    case fileInTheWay(String)
    case cannotBeMade(String)
    case cannotBeWritten(String)
    case isWatched(String)

    var description: String {
        switch self {
        case .fileInTheWay(let path): "--output \(path): a file of this name exists. Name another folder."
        case .cannotBeMade(let path):
            "--output \(path): the folder cannot be made. Check the path and its permissions."
        case .cannotBeWritten(let path):
            "--output \(path): nothing can be written there. Check the folder's permissions, and that the disk is not full."
        case .isWatched(let path):
            "--output \(path): another `fovea watch` writes there. End it first, or name another folder."
        }
    }
}
