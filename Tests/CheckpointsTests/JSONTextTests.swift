import TestSupport
import Testing

@testable import Checkpoints

@Suite("JSON is written as Python writes it")
struct JSONTextTests {
    // The texts are those of Python's json.dumps(..., sort_keys=True).
    @Test(
        "Values become Python's text",
        arguments: [
            (JSONValue.null, "null"), (.bool(true), "true"), (.number(3), "3"), (.number(-0.5), "-0.5"),
            (.number(1e-07), "1e-07"), (.number(0.0010000000474974513), "0.0010000000474974513"),
            (.number(.nan), "NaN"), (.number(-.infinity), "-Infinity"), (.number(1e300), "1e+300"),
            (.string("a\"b\\c\n\u{1}é\u{1F600}"), #""a\"b\\c\n\u0001\u00e9\ud83d\ude00""#),
            (.array([.number(1), .array([])]), "[1, []]"),
            (.object(["b": .null, "a": .object([:])]), #"{"a": {}, "b": null}"#),
        ])
    func text(_ value: JSONValue, _ text: String) throws {
        #expect(value.text == text)
        if text != "NaN" { #expect(try JSONParser.parse(value.text) == value) }
    }
}
