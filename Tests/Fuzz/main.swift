// Damages real checkpoints in many ways and shows each to `fovea inspect`, in a process of its own, until the time is up.
//
//     fovea-fuzz PROGRAM CORPUS FINDINGS SECONDS SEED
//
// Every trial must end in time, within memory, and by itself: with a result or with an error. What does not is kept in FINDINGS
// with the seed's number in its name. Exit code 1 if there was anything.

import Foundation

/// The files to start from: small checkpoints of every format, broken ones and configurations among them.
func corpus(_ folder: String) throws -> [(name: String, bytes: [UInt8])] {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }.sorted() ?? []
    let endings = [".h5", ".keras", ".json"]
    let files = names.filter { name in endings.contains { name.hasSuffix($0) } && !name.hasSuffix("expected.h5") }
        .compactMap { name in
            FileManager.default.contents(atPath: "\(folder)/\(name)").map { (name: name, bytes: Array($0)) }
        }
        .filter { 16..<200_000 ~= $0.bytes.count }
    guard !files.isEmpty else { throw FuzzError.noCorpus(folder) }
    return files
}

/// What to do with a damaged file: a configuration is an architecture for weights, a checkpoint is inspected or, where data for it
/// stands beside it, run.
func command(
    for name: String, at path: String, in folder: String, _ scratch: String, _ generator: inout SplitMix64
) -> [String] {
    if name.hasSuffix(".json") { return ["inspect", "\(folder)/cudnn/cudnn_lstm.k2w.h5", "--model", path] }
    let stem = name.split(separator: ".").prefix(2).joined(separator: ".")
    let data = "\(folder)/\(stem).expected.h5"
    guard Bool.random(using: &generator), FileManager.default.fileExists(atPath: data) else {
        return ["inspect", path]
    }
    return ["activations", path, "--data", data, "--all", "--jacobian", "-o", "\(scratch)/out.h5"]
}

func fuzz() throws -> Bool {
    let arguments = CommandLine.arguments
    guard arguments.count == 6, let seconds = Double(arguments[4]), let seed = UInt64(arguments[5]) else {
        print("usage: fovea-fuzz PROGRAM CORPUS FINDINGS SECONDS SEED")
        return false
    }
    let (program, folder, findings) = (arguments[1], arguments[2], arguments[3])
    let files = try corpus(folder)
    let scratch = NSTemporaryDirectory() + "fovea-fuzz-\(getpid())"
    try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    var generator = SplitMix64(state: seed)
    let end = Date().addingTimeInterval(seconds)
    var (trials, found) = (0, 0)
    while Date() < end {
        let file = files[Int.random(in: 0..<files.count, using: &generator)]
        var bytes = file.bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            bytes = (Mutation.allCases.randomElement(using: &generator) ?? .bytes).apply(to: bytes, with: &generator)
        }
        let ending = file.name.split(separator: ".").last.map(String.init) ?? "h5"
        let path = "\(scratch)/case.\(ending)"
        FileManager.default.createFile(atPath: path, contents: Data(bytes))
        let words = command(for: file.name, at: path, in: folder, scratch, &generator)
        trials += 1
        if let (offence, detail) = try Trial.run(program, words, outputPath: "\(scratch)/stderr") {
            found += 1
            try FileManager.default.createDirectory(atPath: findings, withIntermediateDirectories: true)
            let kept = "\(findings)/\(seed)-\(trials).\(ending)"
            FileManager.default.createFile(atPath: kept, contents: Data(bytes))
            print("\(offence.rawValue): \(kept) (from \(file.name)): \(detail.prefix(300))")
        }
    }
    print("\(trials) damaged files from \(files.count), \(found) findings")
    return found == 0
}

do {
    exit(try fuzz() ? 0 : 1)
} catch {
    print("\(error)")
    exit(1)
}
