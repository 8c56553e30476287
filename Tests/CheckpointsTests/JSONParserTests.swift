import Testing

@testable import Checkpoints

@Suite("JSON as Python writes it")
struct JSONParserTests {
    @Test("Values of every kind")
    func values() throws {
        let document = try JSONParser.parse(
            #" {"a": [1, -2.5e3, true, null], "b": {"c": "x\"\\\/\u00e9\ud83d\ude00\n"}, "n": NaN, "i": -Infinity} "#)
        #expect(document["a"]?[0]?.int == 1)
        #expect(document["a"]?[1]?.double == -2500)
        #expect(document["a"]?[2]?.bool == true)
        #expect(document["a"]?[3]?.isNull == true)
        #expect(document["b"]?["c"]?.string == "x\"\\/é😀\n")
        #expect(document["n"]?.double?.isNaN == true)
        #expect(document["i"]?.double == -.infinity)
    }

    @Test("true is not 1, and 1.5 is no whole number")
    func types() throws {
        #expect(try JSONParser.parse("true").int == nil)
        #expect(try JSONParser.parse("1").bool == nil)
        #expect(try JSONParser.parse("1.5").int == nil)
        #expect(try JSONParser.parse("4.0").int == 4)
    }

    @Test("Of duplicate keys the last one counts, as in Python")
    func duplicates() throws {
        #expect(try JSONParser.parse(#"{"a": 1, "a": 2}"#)["a"]?.int == 2)
    }

    @Test(
        "What is no JSON is refused",
        arguments: [
            "", "{", "[1,", "[1 2]", #"{"a" 1}"#, #"{a: 1}"#, #""open"#, #""\x""#, #""\u12""#, "tru", "1 2", "-", "{}x", "\\",
            #""\"#, #"["\u"#,
        ])
    func refuses(_ text: String) {
        #expect(throws: JSONParser.Failure.self) { try JSONParser.parse(text) }
    }

    @Test("A hundred thousand brackets are an error and no stack overflow")
    func depth() {
        #expect(throws: JSONParser.Failure.self) { try JSONParser.parse(String(repeating: "[", count: 100_000)) }
        #expect(throws: Never.self) {
            try JSONParser.parse(String(repeating: "[", count: 150) + String(repeating: "]", count: 150))
        }
    }

    @Test("A lone surrogate becomes the replacement character")
    func surrogates() throws {
        #expect(try JSONParser.parse(#""\ud83d""#).string == "\u{FFFD}")
        #expect(try JSONParser.parse(#""\ud83dx""#).string == "\u{FFFD}x")
    }
}
