import Testing

@testable import Figures

@Suite("Text in scripts")
struct GnuplotTextTests {
    @Test("A quoted text has its two quotes and nothing that could end it", arguments: hostileTexts)
    func quoting(text: String) {
        let quoted = GnuplotText.quoted(text)
        #expect(quoted.hasPrefix("'") && quoted.hasSuffix("'") && quoted.utf8.count >= 2)
        let inside = quoted.dropFirst().dropLast()
        #expect(!inside.contains("'"))
        #expect(
            inside.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && $0.value != 0x7F && !(0x80...0x9F).contains($0.value)
            })
        #expect(!inside.unicodeScalars.contains { $0 == "\u{2028}" || $0 == "\u{202E}" || $0 == "\u{FEFF}" })
        #expect(inside.unicodeScalars.count <= GnuplotText.maximumLength)
    }

    @Test("Ordinary text stays as it is")
    func ordinary() {
        #expect(GnuplotText.clean("attention, at delimiter (n = 256)") == "attention, at delimiter (n = 256)")
        #expect(GnuplotText.clean("注意力 é ×") == "注意力 é ×")
    }

    @Test("An apostrophe becomes typographic and a line break a space")
    func replacements() {
        #expect(GnuplotText.quoted("it's\n  so") == "'it’s so'")
    }

    @Test("A text of 10,000 characters ends in an ellipsis")
    func length() {
        let clean = GnuplotText.clean(String(repeating: "x", count: 10_000))
        #expect(clean.count == GnuplotText.maximumLength && clean.hasSuffix("x…"))
    }

    @Test("Letters that the fonts lack are question marks in print, and themselves in SVG")
    func repertoire() {
        #expect(Repertoire.reduced("é × вн Ω ≤ 注意 👩") == "é × вн Ω ≤ ?? ?")
        let page = Canvas(width: 1, height: 1)
        let writer = ScriptWriter(name: "a", about: [], style: FigureStyle(), canvas: page)
        #expect(writer.text("注意") == "(fovea_format eq 'svg' ? '注意' : '??')")
        let other = ScriptWriter(name: "a", about: [], style: FigureStyle(font: "Noto Sans CJK SC"), canvas: page)
        #expect(other.text("注意") == "'注意'")
    }

    @Test("No tower of marks stands on a letter")
    func marks() { #expect(GnuplotText.clean("e" + String(repeating: "\u{301}", count: 50)).unicodeScalars.count == 3) }

    @Test("LaTeX gets no command from a text")
    func latex() {
        #expect(
            GnuplotText.quotedForLaTeX("\\input{/etc/passwd} 50 % a_b $x$ ^~#&")
                == "'\\textbackslash{}input\\{/etc/passwd\\} 50 \\% a\\_b \\$x\\$ \\textasciicircum{}\\textasciitilde{}\\#\\&'"
        )
    }

    @Test("A comment neither continues on the next line nor opens a block", arguments: hostileTexts)
    func comments(text: String) {
        let comment = GnuplotText.comment(text)
        #expect(!comment.contains { "\\{}`'\"@\n\r$".contains($0) })
    }

    @Test(
        "Only plain names name files",
        arguments: [
            ("focus-evolution", true), ("a.b_c-1", true), ("", false), ("<cmd", false),
            ("|cmd", false), (".hidden", false), ("-d", false), ("a/b", false), ("a b", false), ("é", false),
        ])
    func names(name: String, isPlain: Bool) { #expect(GnuplotText.isPlainName(name) == isPlain) }

    @Test(
        "Only letters, digits, spaces and hyphens name fonts",
        arguments: [
            ("DejaVu Sans", true), ("a'b", false),
            ("\"><script>", false), ("", false), ("Nimbus Sans,8", false), ("字体", false),
        ])
    func fonts(name: String, isSafe: Bool) {
        #expect(FigureStyle.isSafeFont(name) == isSafe)
        #expect(FigureStyle(font: name).font == (isSafe ? name : FigureStyle.defaultFont))
    }

    @Test("A datablock holds the shortest numbers that read back, and NaN for what is no number")
    func datablock() {
        var block = Datablock("block")
        block.append([1.0, 0.1, 1e-300, .nan, .infinity, -0.0])
        block.append([Float(0.1), Float(1e-38), .nan])
        #expect(block.lines == ["1 0.1 1e-300 NaN NaN -0", "0.1 1e-38 NaN"])
        #expect(block.infinities == 1)
    }
}
