import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Categories and missing values of tables")
struct DataCategoryTests {
  private static let penguins = """
    species,island,bill,mass,sex
    Adelie,Torgersen,39.1,3750,male
    Adelie,Torgersen,NA,NA,NA
    Gentoo,Biscoe,46.1,4500,female
    Adelie,Dream,37.2,3900,
    Gentoo,Biscoe,50,5700,male

    """

  private static func load(
    _ text: String, _ change: (inout DataOptions) -> Void
  ) throws -> Dataset {
    var found: Dataset?
    try DataFixtures.withFolder { folder in
      try AtomicFile.write(text, to: "\(folder)/t.csv")
      found = try DataFixtures.load("\(folder)/t.csv") {
        $0.split = [1, 0, 0]
        change(&$0)
      }
    }
    return try #require(found)
  }

  private static func rows(_ data: Dataset) -> Set<[Float]> {
    Set((0..<data.train.count).map { Array(data.train.items.row($0)) })
  }

  @Test("a column of categories becomes a column of 0 and 1 for each, in its place")
  func categories() throws {
    let text = "a,kind,b,year\n1,x,5,2007\n2,y,6,2009\n3,x,7,2007\n"
    let data = try Self.load(text) { $0.categories = [.name("kind"), .number(4)] }
    #expect(data.columnNames == ["a", "kind=x", "kind=y", "b", "year=2007", "year=2009"])
    #expect(
      Self.rows(data) == [[1, 1, 0, 5, 1, 0], [2, 0, 1, 6, 0, 1], [3, 1, 0, 7, 1, 0]])
    // Beside columns= they are read too.
    let some = try Self.load(text) { ($0.columns, $0.categories) = ([.name("b")], [.name("kind")]) }
    #expect(some.columnNames == ["kind=x", "kind=y", "b"])
    #expect(Self.rows(some) == [[1, 0, 5], [0, 1, 6], [1, 0, 7]])
    let only = try Self.load("kind,n\nx,1\ny,2\n") {
      ($0.label, $0.categories) = (.name("n"), [.name("kind")])
    }
    #expect(Self.rows(only) == [[1, 0], [0, 1]] && only.classNames == ["1", "2"])
  }

  @Test("what is known before the run has the columns of all categories")
  func probe() throws {
    try DataFixtures.withFolder { folder in
      try AtomicFile.write(Self.penguins, to: "\(folder)/t.csv")
      let probe = try DataFixtures.probe("\(folder)/t.csv") {
        ($0.label, $0.categories) = (.name("species"), [.name("island"), .name("sex")])
        $0.missing = .drop
      }
      #expect(
        probe.columnNames
          == ["island=Biscoe", "island=Torgersen", "bill", "mass", "sex=female", "sex=male"])
      #expect(probe.itemShape == [6])
    }
  }

  @Test("missing=drop leaves out the lines that lack a value that is read, and says how many")
  func missing() throws {
    let data = try Self.load(Self.penguins) {
      ($0.label, $0.missing) = (.name("species"), .drop)
      $0.categories = [.name("island"), .name("sex")]
    }
    #expect(data.train.count == 3)
    #expect(
      data.notes == [
        "2 of 5 lines were left out, as they lack values: sex (2), bill (1), mass (1)"
      ])
    // A column that isn't read may lack values.
    let bills = try Self.load(Self.penguins) {
      ($0.label, $0.missing, $0.columns) = (.name("species"), .drop, [.name("mass")])
    }
    #expect(bills.train.count == 4 && bills.classNames == ["Adelie", "Gentoo"])
    // A regular table of numbers, whose classes lack values.
    let classes = try Self.load("a,k\n1,x\n2,NA\n3,y\n") {
      ($0.label, $0.missing) = (.name("k"), .drop)
    }
    #expect(classes.train.count == 2 && classes.classNames == ["x", "y"])
    let taken = try Self.load("a,k\n1,x\n2,NA\n3,y\n") { $0.label = .name("k") }
    #expect(taken.classNames == ["NA", "x", "y"] && taken.notes.joined().contains("missing=drop"))
    let numbers = try Self.load("NA,1\n2,3\n4,nan\n5,6\n7,?\n") { $0.missing = .drop }
    #expect(Self.rows(numbers) == [[2, 3], [5, 6]])
  }

  @Test("what can't be read says which options would do, for all columns at once")
  func errors() throws {
    func message(_ text: String, _ change: (inout DataOptions) -> Void) throws -> String {
      let error = #expect(throws: DataError.self) { _ = try Self.load(text, change) }
      return "\(try #require(error))"
    }
    let text = try message(Self.penguins) { $0.label = .name("species") }
    #expect(text.contains("categories=[\"island\", \"sex\"]"), "\(text)")
    #expect(text.contains("drop=[\"island\", \"sex\"]"), "\(text)")
    for change: (inout DataOptions) -> Void in [
      { $0.dropped = [.name("island"), .name("sex")] },
      {
        $0.dropped = [.name("bill"), .name("mass")]
        $0.categories = [.name("sex"), .name("island")]
      },
    ] {
      let lacking = try message(Self.penguins) {
        $0.label = .name("species")
        change(&$0)
      }
      #expect(lacking.contains("missing=drop"), "\(lacking)")
    }
    let many = "id,x\n" + (0..<300).map { "n\($0),1\n" }.joined()
    #expect(try message(many) { $0.categories = [.name("id")] }.contains("300 different values"))
    #expect(
      try message("a,b\n1,NA\n") { $0.missing = .drop }.contains("every line lacks a value"))
    #expect(
      try message("a,b\n1,x\n") { ($0.label, $0.categories) = (.name("b"), [.name("b")]) }
        .contains("label="))
    #expect(
      try message("a,b\n1,x\n") { ($0.dropped, $0.categories) = ([.name("b")], [.name("b")]) }
        .contains("drop="))
  }
}
