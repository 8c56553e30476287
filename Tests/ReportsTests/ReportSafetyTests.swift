import Foundation
import Testing

@testable import Reports

@Suite("Foreign text in reports")
struct ReportSafetyTests {
    /// The elements that the page's templates and the drawings are made of.
    private static let elements: Set<String> = [
        "!doctype", "html", "head", "meta", "title", "style", "body", "header", "p", "bdi", "h1", "h2", "div", "nav",
        "ol",
        "ul", "li", "a", "main", "section", "code", "pre", "figure", "figcaption", "table", "caption", "thead", "tbody",
        "tr",
        "th", "td", "span", "details", "summary", "cite", "svg", "g", "use", "text",
    ]

    private func tags(_ html: String) -> [Substring] {
        let body = html[(html.firstRange(of: "</style>")?.upperBound ?? html.startIndex)...]
        return body.split(separator: "<", omittingEmptySubsequences: false).dropFirst().map { $0.prefix { $0 != ">" } }
    }

    @Test("The page holds no element and no attribute but its own", arguments: hostileTexts)
    func html(text: String) throws {
        let plain = try ReportFixture.report(ReportFixture.hostileTimeline("plain"), hostile: "plain").html()
        let html = try ReportFixture.report(ReportFixture.hostileTimeline(text), hostile: text).html()
        for tag in tags(html) {
            let name = tag.drop { $0 == "/" }.prefix { !$0.isWhitespace }.lowercased()
            #expect(Self.elements.contains(name), "<\(tag)>")
            // Outside of quotes, where attributes are.
            let bare = tag.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined()
            #expect(!bare.contains("onmouseover") && !bare.contains("onerror") && !tag.contains("href=\"javascript"))
        }
        // The same elements in the same order, whatever the text; empty or split code aside.
        let kinds = { (text: String) in
            tags(text).map { $0.prefix { !$0.isWhitespace } }.filter { $0 == "td" || $0 == "section" }
        }
        #expect(kinds(html) == kinds(plain))
        #expect(!html.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        #expect(!html.unicodeScalars.contains("\u{202E}") && !html.unicodeScalars.contains("\u{200F}"))
    }

    @Test("Markdown holds no HTML, no link and no fence but its own", arguments: hostileTexts)
    func markdown(text: String) throws {
        let markdown = try ReportFixture.report(ReportFixture.hostileTimeline(text), hostile: text).markdown()
        let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.filter { $0.hasPrefix("```") }.count == 2)
        #expect(lines.filter { $0.hasPrefix("#") }.count == 8)
        for line in lines {
            // Outside of code, which shows everything as it is.
            let outside = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined()
            let isCommand = line.hasPrefix("fovea analyze")
            #expect(isCommand || !outside.replacing("<https://", with: "").contains("<"), "\(line)")
            #expect(
                isCommand || !outside.replacing("\\](", with: "").replacing("](figures/", with: "").contains("]("),
                "\(line)")
        }
        let widths = lines.filter { $0.hasPrefix("|") }.map { line in line.count { $0 == "|" } }
        let plain = try ReportFixture.report(ReportFixture.hostileTimeline("plain"), hostile: "plain").markdown()
        #expect(
            widths == plain.split(separator: "\n").filter { $0.hasPrefix("|") }.map { line in line.count { $0 == "|" } }
        )
    }

    @Test("LaTeX gets no command but the table's own", arguments: hostileTexts)
    func latex(text: String) {
        let table = ReportFixture.report(ReportFixture.hostileTimeline(text), hostile: text).latexTable
        let known: Set<Substring> = [
            "usepackage", "begin", "end", "centering", "caption", "toprule", "midrule", "bottomrule", "texttt", "times",
            "textbackslash", "textasciicircum", "textasciitilde", "textless", "textgreater", "textbar", "textquotedbl",
            "textasciigrave", "textquoteright", "ldots", "leq", "geq", "surd",
        ]
        for command in table.replacing("\\\\", with: " ").split(separator: "\\", omittingEmptySubsequences: false)
            .dropFirst()
        {
            let name = command.prefix { $0.isLetter && $0.isASCII }
            #expect(name.isEmpty || known.contains(name), "\\\(name)")
        }
        let bare = table.replacing("\\{", with: "").replacing("\\}", with: "")
        #expect(bare.count { $0 == "{" } == bare.count { $0 == "}" })
    }
}

@Suite("Drawings within the page")
struct InlineSVGTests {
    @Test("Ids get a prefix, the label is there, and gnuplot's own title is not")
    func prefix() throws {
        let svg = try #require(InlineSVG(ReportFixture.drawing, prefix: "probe", label: "a \"label\" <b>"))
        #expect(svg.width == 312)
        #expect(svg.text.contains("id=\"probe-a\"") && svg.text.contains("href='#probe-a'"))
        #expect(svg.text.contains("aria-label=\"a &quot;label&quot; &lt;b>\""))
        #expect(svg.text.contains("<title>attention, before</title>"))
        #expect(!svg.text.contains("Gnuplot") && !svg.text.contains("Produced"))
        #expect(svg.text.contains("font-family=\"Nimbus Sans, Helvetica, Arial, sans-serif\""))
    }

    @Test(
        "What is no plain drawing is refused",
        arguments: [
            "<script>alert(1)</script>", "<g onload=\"alert(1)\"/>", "<use href=\"http://a\"/>", "<foreignObject/>",
            "<image href=\"#a\"/>", "<style>a{}</style>", "<g", "<a href=\"javascript:alert(1)\"/>",
        ])
    func refusal(element: String) {
        let svg = ReportFixture.drawing.replacing("<g id=\"a\">", with: element + "<g id=\"a\">")
        #expect(InlineSVG(svg, prefix: "a", label: "") == nil)
    }

    @Test("What is no drawing at all is refused", arguments: ["", "text", "<svg>", "<svg viewBox=\"0 0 a b\"></svg>"])
    func noDrawing(text: String) { #expect(InlineSVG(text, prefix: "a", label: "") == nil) }
}

@Suite("Text with code and citations")
struct ProseTests {
    @Test("Backticks make code, keys of known works citations")
    func spans() {
        #expect(
            Prose.spans("a `b` c [@d] e [@f]", known: ["d"])
                == [.plain("a "), .code("b"), .plain(" c "), .citation(key: "d"), .plain(" e [@f]")])
        #expect(Prose.spans("a ` b") == [.plain("a "), .plain(" b")])
    }

    @Test("A name cannot leave its code")
    func names() { #expect(code("a`b\nc") == "`a’b c`") }
}
