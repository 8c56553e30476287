import Focus

extension ReportContext {
    /// How this report was made, so that it can be made again.
    var provenanceSection: ReportSection {
        var facts: [[ReportTable.Cell]] = [
            [.init(text: "Fovea"), .init(text: provenance.version)],
            [.init(text: "probe set"), .init(text: code(provenance.probeSet))],
        ]
        if let hash = provenance.probeSetSHA256 {
            facts.append([.init(text: "its SHA-256"), .init(text: code(hash))])
        }
        if let architecture = provenance.architecture {
            facts.append([.init(text: "architecture"), .init(text: code(architecture.path))])
        }
        facts.append([
            .init(text: "bootstrap"), .init(text: "\(provenance.resamples) resamples, seed \(provenance.seed)"),
        ])
        let checkpoints = provenance.checkpoints.map { file -> [ReportTable.Cell] in
            [
                .init(text: file.epoch.map(String.init) ?? "–", isNumber: true), .init(text: code(file.path)),
                .init(text: code(file.sha256)),
            ]
        }
        return ReportSection(
            id: "provenance", title: "Provenance",
            blocks: [
                .code(provenance.commandLine.joined(separator: " ")),
                .table(ReportTable(caption: "What it was made with.", header: ["what", "value"], rows: facts)),
                .table(
                    ReportTable(
                        caption: "The checkpoints.", header: ["epoch", "file", "SHA-256"], rows: checkpoints,
                        isLong: true)),
            ])
    }
}
