import Files
import Foundation

/// How the renderer touches the disk, in one place.
enum OutputFiles {
    /// Writes a file whole or not at all.
    static func write(_ text: String, to url: URL) throws(RendererError) {
        do {
            try AtomicFile.write(text, to: url.path)
        } catch {
            throw .cannotWrite(path: url.path, reason: error.reason)
        }
    }

    /// The files of a folder, in order.
    static func contents(of folder: URL) -> [(name: String, path: URL)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        // An empty folder is as bad as an empty file.
        return (names.isEmpty ? [folder.lastPathComponent] : names.sorted())
            .map { ($0, folder.appendingPathComponent($0)) }
    }

    /// Moves a finished file, or folder of files, of the same file system into place, over an older one.
    static func replace(_ target: URL, with source: URL) throws(RendererError) {
        // A folder takes the place of an empty one only.
        if source.hasDirectoryPath || (try? FileManager.default.contentsOfDirectory(atPath: source.path)) != nil {
            remove(target)
        }
        guard rename(source.path, target.path) == 0 else {
            throw .cannotWrite(path: target.path, reason: String(cString: strerror(errno)))
        }
    }

    /// A new directory inside another, for what is not finished.
    static func makeWorkDirectory(in directory: URL, for name: String) throws(RendererError) -> URL {
        var template = Array(directory.appendingPathComponent(".\(name).XXXXXX").path.utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .cannotWrite(path: directory.path, reason: String(cString: strerror(errno)))
        }
        let path = template.withUnsafeBufferPointer { buffer in
            String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        return URL(fileURLWithPath: path, isDirectory: true)
    }

    static func makeDirectory(_ url: URL) throws(RendererError) {
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw .cannotWrite(path: url.path, reason: reason(error))
        }
    }

    static func remove(_ url: URL) { try? FileManager.default.removeItem(at: url) }

    private static func reason(_ error: any Error) -> String {
        let error = error as NSError
        if let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError, cause.domain == NSPOSIXErrorDomain {
            return String(cString: strerror(Int32(cause.code)))
        }
        return error.localizedDescription
    }
}

extension FileError {
    /// Why a file could not be written, without its path.
    fileprivate var reason: String {
        if case .cannotWrite(_, let reason) = self { reason } else { description }
    }
}
