import Mustache

extension Report {
    /// The report in Markdown, `report.md`, by the same story as the page.
    public func markdown() throws -> String {
        var templates: [String: MustacheTemplate] = [:]
        for (name, text) in MarkdownTemplates.all { templates[name] = try MustacheTemplate(string: text) }
        let document = document
        let values: [String: Any] = [
            "title": document.title,
            "run": inline(code(document.run)),
            "verdict": document.verdict.map(inline),
            "scope": document.scope,
            "sections": document.sections.map { section in
                ["title": section.title, "blocks": section.blocks.compactMap(block)] as [String: Any]
            },
            "references": references.map { reference in
                [
                    "authors": reference.shortAuthors, "year": reference.year, "title": reference.title,
                    "venue": reference.venue.replacing("\\&", with: "&"), "link": reference.link,
                ] as [String: Any]
            },
        ]
        return MustacheLibrary(templates: templates).render(values, withTemplate: "page") ?? ""
    }

    private func block(_ block: ReportBlock) -> [String: Any]? {
        switch block {
        case .paragraph(let text): return ["paragraph": inline(text)]
        case .list(let items): return ["list": ["items": items.map(inline)]]
        case .code(let text): return ["command": MarkdownText.fenced(text)]
        case .figure(let figure):
            guard drawings.png.contains(figure.name) else { return nil }
            return ["figure": ["name": figure.name, "caption": inline(figure.caption)]]
        case .table(let table):
            return [
                "table": [
                    "caption": inline(table.caption),
                    "header": table.header.map(inline),
                    "rules": table.numeric.map { $0 ? "---:" : "---" },
                    "rows": table.rows.map { row in
                        [
                            "cells": row.map { cell in
                                inline(cell.text) + (cell.note.map { " (\(inline($0)))" } ?? "")
                            }
                        ]
                    },
                ] as [String: Any]
            ]
        }
    }

    private func inline(_ text: String) -> String {
        Prose.spans(text, known: Reference.keys).map { span in
            switch span {
            case .plain(let text): MarkdownText.escaped(text)
            case .code(let text): "`\(text.replacing("|", with: "¦"))`"
            case .citation(let key):
                Reference.cited([key]).first.map { "(\($0.shortAuthors) \($0.year))" } ?? ""
            }
        }.joined()
    }
}

/// Text that Markdown shows as it is.
enum MarkdownText {
    /// Text outside of code: what could be markup is escaped or replaced.
    static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "|": result += "¦"
            case "\\", "*", "_", "[", "]", "~", "#", "`", "!": result += "\\\(character)"
            default: result.append(character)
            }
        }
    }

    /// Text for a fenced block: one line without backticks, which might close it.
    static func fenced(_ text: String) -> String {
        let spans = Prose.spans(text.replacing("`", with: "’"))
        if case .plain(let text)? = spans.first { return text }
        return ""
    }
}
