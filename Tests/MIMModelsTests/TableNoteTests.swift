import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("What is said of a table")
struct TableNoteTests {
  @Test("a column that varies far more than most is told, unless the columns are scaled")
  func sizes() throws {
    func notes(_ factor: Double, _ scaling: DataScaling? = nil) throws -> [String] {
      let rows = (0..<40).map { "\($0 % 7),\(Double($0 % 5) * factor),\($0 % 3)\n" }.joined()
      var found: [String] = []
      try DataFixtures.withFolder { folder in
        try AtomicFile.write("a,mass,c\n" + rows, to: "\(folder)/t.csv")
        found = try DataFixtures.load("\(folder)/t.csv") { $0.scaling = scaling }.notes
      }
      return found
    }
    // The standard deviation of 0, 1, 2, 3, 4 is √2.
    let note = try #require(notes(1000).first)
    #expect(note.hasPrefix("mass varies by 1.41e+03 (sd)") && note.contains("scale=standard"))
    #expect(try notes(1) == [] && notes(1000, .standard) == [])
  }

  @Test("a column that counts the rows is told, unless columns were chosen")
  func counting() throws {
    let lines = (1...30).map { "\(1000 + $0),\(Double($0 * $0 % 7) / 2)\n" }
    func notes(_ text: String, columns: [ColumnReference]? = nil) throws -> String {
      var found = ""
      try DataFixtures.withFolder { folder in
        try AtomicFile.write(text, to: "\(folder)/table.csv")
        found = try DataFixtures.load("\(folder)/table.csv") { $0.columns = columns }.notes.joined()
      }
      return found
    }
    let table = "patient id,x\n" + lines.joined()
    #expect(try notes(table).contains("drop=\"patient id\""))
    #expect(try notes(table, columns: [.name("patient id"), .name("x")]) == "")
    #expect(try notes("patient id,x\n" + lines.reversed().joined()) == "")
  }
}
