import Foundation
import Testing

@testable import Focus
@testable import Reports

@Suite("The report")
struct ReportTests {
    private let timeline = SyntheticTimeline().make()

    @Test("The verdict stands first, then the four questions in order, then methods and provenance")
    func order() throws {
        let document = ReportFixture.report(timeline).document
        #expect(document.verdict == Verdict(timeline).sentences)
        #expect(
            document.sections.map(\.id) == ["match", "dependence", "relevance", "reasons", "methods", "provenance"])
        for text in [try ReportFixture.report(timeline).html(), try ReportFixture.report(timeline).markdown()] {
            let places = document.sections.map { text.ranges(of: $0.title).last?.lowerBound }
            #expect(places.allSatisfy { $0 != nil } && places.compactMap { $0 } == places.compactMap { $0 }.sorted())
        }
    }

    @Test("A figure stands in the report only if it was drawn")
    func figures() throws {
        let html = try ReportFixture.report(timeline, figures: ["probe"]).html()
        #expect(html.contains("<figure id=\"probe\">") && !html.contains("<figure id=\"interventions\">"))
        let none = try ReportFixture.report(timeline, figures: []).html()
        #expect(!none.contains("<figure") && none.contains("were not drawn"))
        let markdown = try ReportFixture.report(timeline, figures: ["probe"]).markdown()
        #expect(markdown.contains("![probe](figures/probe.png)") && !markdown.contains("interventions.png"))
    }

    @Test("The page loads nothing and runs nothing")
    func selfContained() throws {
        let html = try ReportFixture.report(timeline).html()
        #expect(html.contains("default-src 'none'"))
        for word in ["<script", "src=", "@import", "<link", "<iframe", "url(http"] { #expect(!html.contains(word)) }
    }

    @Test("The interventions' means stand in their table, with their intervals")
    func numbers() throws {
        let section = ReportFixture.report(timeline).context.relevanceSection
        let tables = section.blocks.compactMap { block -> ReportTable? in
            if case .table(let table) = block { table } else { nil }
        }
        let row = try #require(tables.first?.rows.first { $0[0].text == "shuffled" })
        let estimate = try #require(timeline.interventions[1].loss.last)
        #expect(row[1].text == String(format: "%.3f", try #require(estimate.mean)))
        let interval = try #require(estimate.interval)
        #expect(row[1].note == String(format: "%.3f to %.3f", interval.lowerBound, interval.upperBound))
    }

    @Test("Without answers the questions stay, and say that nothing was asked")
    func withoutAnswers() throws {
        let html = try ReportFixture.report(SyntheticTimeline(hasAnswers: false).make()).html()
        #expect(html.contains("replaced no attention") && html.contains("did not ask what the states hold"))
    }

    @Test("The same analysis gives the same report")
    func determinism() throws {
        let texts = try (0..<2).map { _ in
            let report = ReportFixture.report(timeline)
            return [try report.html(), try report.markdown(), report.latexTable, report.bibliography]
        }
        #expect(texts[0] == texts[1])
    }

    @Test("Every cited work is listed once, in the page and for BibTeX, and no other")
    func references() throws {
        let report = ReportFixture.report(timeline)
        let keys = report.references.map(\.key)
        #expect(keys.contains("simonyan2014") && keys.contains("alain2017") && !keys.contains("bach2015"))
        let html = try report.html()
        for key in keys {
            #expect(html.contains("id=\"ref-\(key)\"") && html.contains("href=\"#ref-\(key)\""))
            #expect(report.bibliography.contains("{\(key),"))
        }
        #expect(report.bibliography.ranges(of: "\n@").count == keys.count)
        #expect(Reference.keys.count == Reference.all.count)
    }

    @Test("Each citation in a section is of a known work")
    func knownCitations() {
        var timeline = timeline
        timeline.sources = Source.Kind.allCases.map { Source($0) }
        for case .list(let items) in ReportFixture.report(timeline).context.methodsSection.blocks {
            for item in items {
                let text = Prose.spans(item, known: Reference.keys)
                #expect(!text.contains { if case .plain(let plain) = $0 { plain.contains("[@") } else { false } })
            }
        }
    }

    @Test(
        "Numbers are written for reading",
        arguments: [
            (0.5, "0.500"), (-0.25, "−0.250"), (0, "0.000"), (12.34, "12.3"), (54321, "54321"), (0.00021, "0.0002"),
            (-0.0000001, "−1e-07"), (.nan, "–"),
        ])
    func numberText(value: Double, text: String) { #expect(ReportContext.number(value) == text) }
}
