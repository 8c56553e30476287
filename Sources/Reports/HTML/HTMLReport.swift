import Mustache

extension Report {
    /// The report as one page, `report.html`: no network, no scripts, the figures within.
    public func html() throws -> String {
        var templates: [String: MustacheTemplate] = [:]
        for (name, text) in HTMLTemplates.all { templates[name] = try MustacheTemplate(string: text) }
        let page = HTMLPage(self)
        return MustacheLibrary(templates: templates).render(page.values, withTemplate: "page") ?? ""
    }
}

/// The values that the page's templates show.
struct HTMLPage {
    private let report: Report
    private let document: ReportDocument
    private let references: [Reference]
    private let numbers: [String: Int]

    init(_ report: Report) {
        self.report = report
        document = report.document
        references = report.references
        numbers = Dictionary(
            uniqueKeysWithValues: references.enumerated().map { ($0.element.key, $0.offset + 1) })
    }

    var values: [String: Any] {
        [
            "title": document.title,
            "run": clean(document.run),
            "style": HTMLTemplates.style,
            "verdict": document.verdict.map { ["spans": spans($0)] },
            "scope": document.scope,
            "sections": document.sections.map { section in
                [
                    "id": section.id, "title": section.title, "blocks": section.blocks.compactMap(block),
                ] as [String: Any]
            },
            "hasNoFigures": report.drawings.svg.isEmpty,
            "references": references.map { reference in
                [
                    "number": numbers[reference.key] ?? 0, "key": reference.key, "authors": reference.shortAuthors,
                    "year": reference.year, "title": reference.title,
                    "venue": reference.venue.replacing("\\&", with: "&"), "link": reference.link,
                ] as [String: Any]
            },
        ]
    }

    private func clean(_ text: String) -> String {
        if case .plain(let text)? = Prose.spans(text.replacing("`", with: "’")).first { text } else { "" }
    }

    private func spans(_ text: String) -> [[String: Any]] {
        Prose.spans(text, known: Set(numbers.keys)).map { span in
            switch span {
            // A number and its per cent sign stay on one line.
            case .plain(let text): ["plain": text.replacing(" %", with: "\u{A0}%")]
            case .code(let text): ["code": text]
            case .citation(let key): ["citation": ["key": key, "number": numbers[key] ?? 0] as [String: Any]]
            }
        }
    }

    private func block(_ block: ReportBlock) -> [String: Any]? {
        switch block {
        case .paragraph(let text): return ["paragraph": ["spans": spans(text)]]
        case .list(let items): return ["list": ["items": items.map { ["spans": spans($0)] }]]
        case .code(let text): return ["command": clean(text)]
        case .table(let table): return [table.isLong ? "longTable" : "table": values(of: table)]
        case .figure(let figure):
            guard
                let svg = report.drawings.svg[figure.name].flatMap({
                    InlineSVG($0, prefix: figure.name, label: Prose.plain(figure.caption))
                })
            else { return nil }
            // A little larger than in print, since a page is read from further away.
            return [
                "figure": [
                    "name": figure.name, "svg": svg.text, "width": svg.width * 13 / 10, "spans": spans(figure.caption),
                ] as [String: Any]
            ]
        }
    }

    private func values(of table: ReportTable) -> [String: Any] {
        let numeric = table.numeric
        return [
            "caption": spans(table.caption),
            "header": table.header.enumerated().map { ["spans": spans($1), "isNumber": numeric[$0]] as [String: Any] },
            "rows": table.rows.map { row in
                [
                    "cells": row.map { cell in
                        [
                            "spans": spans(cell.text), "note": cell.note ?? "", "hasNote": cell.note != nil,
                            "isNumber": cell.isNumber,
                        ] as [String: Any]
                    }
                ]
            },
        ]
    }
}
