import Foundation

/// The file formats of rendered figures.
public enum FigureFormat: String, Sendable, CaseIterable {
    /// Vector graphics with embedded fonts, for papers.
    case pdf
    /// 300 dots per inch.
    case png
    /// Vector graphics for the web.
    case svg
    /// A LaTeX picture with its PDF; its texts are set by LaTeX. Only scripts of a style that allows LaTeX have it.
    case tex
    /// An animation, of `evolution` only.
    case gif
    /// A folder of the animation's frames, one PNG each, of `evolution` only.
    case frames

    /// The formats that a user names; the frames go with the animation.
    public static let chosen: [FigureFormat] = [.pdf, .png, .svg, .tex, .gif]

    /// The formats of a figure that stands still.
    static func still(withLaTeX: Bool) -> Set<FigureFormat> {
        withLaTeX ? [.pdf, .png, .svg, .tex] : [.pdf, .png, .svg]
    }

    /// The files that a figure of a name has in this format.
    func files(of name: String) -> [String] {
        switch self {
        case .tex: ["\(name)-latex.tex", "\(name)-latex.pdf"]
        case .frames: ["\(name)-frames"]
        case .pdf, .png, .svg, .gif: ["\(name).\(rawValue)"]
        }
    }

    /// What is wrong with a rendered file, or nil if it is whole. gnuplot reports a full disk as success.
    static func fault(in data: Data, fileName: String) -> String? {
        if data.isEmpty { return "it is empty" }
        let suffix = fileName.split(separator: ".").last.map(String.init) ?? ""
        let (start, end): (String, String)
        switch suffix {
        case "pdf": (start, end) = ("%PDF-", "%%EOF")
        case "svg": (start, end) = ("<?xml", "</svg>")
        case "tex": (start, end) = ("", "\\endgroup")
        case "gif":
            if !data.starts(with: Data("GIF89a".utf8)) { return "it does not begin as a GIF" }
            return data.last == 0x3B ? nil : "it breaks off"
        case "png":
            let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47]
            if !data.starts(with: signature) { return "it does not begin as a PNG" }
            return data.suffix(8).starts(with: Data("IEND".utf8)) ? nil : "it breaks off"
        default: return "its format is unknown"
        }
        if !data.starts(with: Data(start.utf8)) { return "it does not begin as it should" }
        let tail = data.suffix(64)
        return tail.range(of: Data(end.utf8)) == nil ? "it breaks off" : nil
    }
}
