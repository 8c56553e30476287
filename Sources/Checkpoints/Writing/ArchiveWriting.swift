import Files

/// Writes a `.keras` file: a zip archive whose members are stored, `metadata.json`, `config.json` and `model.weights.h5`.
struct ArchiveWriting {
    /// The model, in the dialect of Keras 3.
    let model: SavedModel
    let path: String

    /// The archive. It bears no date, so that the same model gives the same bytes.
    func bytes() throws -> [UInt8] {
        var configuration = model.configuration.object ?? [:]
        if let training = model.trainingConfiguration { configuration["compile_config"] = training }
        let metadata = JSONValue.object(["keras_version": .string(model.kerasVersion)])
        let weights = try V3Writing(model: SavedStructure(model, path: path)).image(named: path)
        do {
            return try ZipArchive.archive(of: [
                ("metadata.json", Array(metadata.text.utf8)),
                ("config.json", Array(JSONValue.object(configuration).text.utf8)),
                ("model.weights.h5", weights),
            ])
        } catch { throw FileError.cannotWrite(path: path, reason: error.reason) }
    }
}
