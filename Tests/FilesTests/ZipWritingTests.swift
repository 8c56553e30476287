import Foundation
import Testing

@testable import Files

@Suite("Zip archives are written")
struct ZipWritingTests {
    private let members: [(name: String, bytes: [UInt8])] = [
        ("metadata.json", Array("{}".utf8)), ("empty", []), ("data.bin", (0..<100_000).map { UInt8($0 % 251) }),
    ]

    @Test("What is put in comes out again, and the same members are the same bytes")
    func roundTrip() throws {
        let archive = try ZipArchive.archive(of: members)
        let found = try ZipArchive.members(of: archive) { _ in .init(largest: 1 << 20) }
        #expect(found == Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.bytes) }))
        #expect(try ZipArchive.archive(of: members) == archive)
        // Stored: the bytes stand in the archive as they are.
        #expect(Data(archive).range(of: Data(members[2].bytes)) != nil)
    }

    @Test("A name can only be given once")
    func twice() {
        #expect(throws: ZipArchive.Problem.self) { try ZipArchive.archive(of: [members[0], members[0]]) }
    }
}
