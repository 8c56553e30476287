import Arrays
import Testing

@Suite("Tables of sequences")
struct CSVTableTests {
    private func table(_ text: String) throws -> CSVTable { try CSVTable(of: Array(text.utf8), name: "t.csv") }

    @Test(
        "Commas, tabs, semicolons and blanks separate; the first line may name columns",
        arguments: [
            "1,2.5,-3e-2\n4,5,6\n", "1\t2.5\t-3e-2\r\n4\t5\t6", "a;b;c\n1; 2.5 ;-3e-2\n4;5;6",
            "# x\n1 2.5  -3e-2\n4 5 6",
        ])
    func separators(_ text: String) throws {
        let (rows, columns) = try table(text).sequences(beside: [])
        #expect(rows == [[1, 2.5, -0.03], [4, 5, 6]])
        #expect(columns.isEmpty)
    }

    @Test("NaN and infinities are numbers")
    func notFinite() throws {
        let row = try table("nan,inf,-Infinity\n").sequences(beside: []).rows[0]
        #expect(row[0].isNaN && row[1] == .infinity && row[2] == -.infinity)
    }

    @Test("Rows that end early are shorter sequences, also before named columns")
    func ragged() throws {
        let (rows, columns) = try table("x0,x1,x2,\"Target\"\n1,2,3,0.5\n4,,,0.25\n").sequences(beside: ["target"])
        #expect(rows == [[1, 2, 3], [4]])
        #expect(columns == ["target": [0.5, 0.25]])
    }

    @Test(
        "What is wrong is said with its line",
        arguments: [
            ("1,2\n3,x\n", "line 2, column 2: `x`"), ("a,b\n1,\nx,2\n", "line 3, column `a`"), ("", "no rows"),
            ("a,b\n", "no rows"), ("a,b\n1,2,3\n", "3 cells under 2 names"), ("1,,3\n", "empty cell"),
            ("x,target\n1,\n", "no value in column `target`"),
        ])
    func errors(_ text: String, _ reason: String) {
        let error = #expect(throws: ArrayFileError.self) { try table(text).sequences(beside: ["target"]) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }
}
