import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("CSV and TSV data")
struct DataTableTests {
  private static let rows = (1...20).map {
    "\($0),\(Double($0) / 2),\($0 % 2 == 0 ? "cat" : "ant")"
  }

  private static func withTable(
    _ text: String, name: String = "table.csv", _ body: (String) throws -> Void
  ) throws {
    try DataFixtures.withFolder { folder in
      try AtomicFile.write(text, to: "\(folder)/\(name)")
      try body("\(folder)/\(name)")
    }
  }

  @Test("label by name or number, header found by itself, classes in order of their names")
  func labelled() throws {
    let text = "a,b,kind\n" + Self.rows.joined(separator: "\n") + "\n"
    try Self.withTable(text) { path in
      for label in [ColumnReference.name("kind"), .number(3)] {
        let data = try DataFixtures.load(path) { $0.label = label }
        #expect(data.splits.map(\.count) == [16, 2, 2])
        #expect(data.itemShape == [2] && data.valueKind == .real)
        #expect(data.classNames == ["ant", "cat"])
        for split in data.splits {
          for row in 0..<split.count {
            let item = Array(split.items.row(row))
            #expect(item[1] == item[0] / 2)
            #expect(split.labels?[row] == (Int(item[0]) % 2 == 0 ? 1 : 0))
          }
        }
        #expect(data.files.map(\.path) == [path])
        let probe = try DataFixtures.probe(path) { $0.label = label }
        #expect(probe.itemShape == [2] && probe.isLabelled && probe.counts == nil)
      }
    }
  }

  @Test("columns= and drop= choose the features, by name or number; text may stand in the others")
  func chosenColumns() throws {
    let text = "id,note,a,b,kind\nq1,\"x, y\",1,2,u\nq2,z,3,4,v\n"
    let choices: [(String, (inout DataOptions) -> Void)] = [
      ("names", { $0.columns = [.name("b"), .name("a")] }),
      ("numbers", { $0.columns = [.number(3), .number(4)] }),
      ("dropped", { $0.dropped = [.name("id"), .number(2)] }),
    ]
    try Self.withTable(text) { path in
      for (name, change) in choices {
        let data = try DataFixtures.load(path) {
          $0.label = .name("kind")
          $0.split = [1, 0, 0]
          change(&$0)
        }
        #expect(data.columnNames == ["a", "b"], "\(name)")
        #expect(
          Set([data.train.items.row(0), data.train.items.row(1)].map(Array.init)) == [
            [1, 2], [3, 4],
          ])
        #expect(data.classNames == ["u", "v"])
      }
      let wrong: [(inout DataOptions) -> Void] = [
        { $0.columns = [.name("c")] }, { $0.dropped = [.number(6)] },
        { $0.columns = [.name("a"), .name("kind")] }, { $0.dropped = [.name("kind")] },
        {
          $0.columns = [.name("a")]
          $0.dropped = [.name("b")]
        },
        { $0.dropped = [.name("id"), .name("note"), .name("a"), .name("b")] },
        { $0.columns = [.name("note")] },
      ]
      for change in wrong {
        #expect(throws: DataError.self) {
          try DataFixtures.load(path) {
            $0.label = .name("kind")
            $0.split = [1, 0, 0]
            change(&$0)
          }
        }
      }
    }
  }

  @Test("decimal commas are read where semicolons or tabs divide cells, and said; signs don't mix")
  func decimalCommas() throws {
    func load(
      _ text: String, name: String = "t.csv", _ decimal: DecimalSign? = nil
    ) throws -> Dataset {
      var found: Dataset?
      try Self.withTable(text, name: name) { path in
        found = try DataFixtures.load(path) {
          $0.split = [1, 0, 0]
          $0.decimal = decimal
        }
      }
      return try #require(found)
    }
    let data = try load("a;b\n1,5;2\n-3,25;4e1\n")
    #expect(Set(data.train.items.elements) == [1.5, 2, -3.25, 40])
    #expect(data.columnNames == ["a", "b"] && data.notes.joined().contains("decimal commas"))
    #expect(try load("1,5\t2\n2,5\t3\n", name: "t.tsv").train.items.rowSize == 2)
    #expect(try load("\"1,5\",2\n3,4\n", .comma).train.items.elements.contains(1.5))
    #expect(try load("a;b\n1.5;2\n").notes.isEmpty)
    for (text, decimal, word) in [
      ("a;b\n1,5;2.5\n", nil, "decimal sign"), ("a;b\n2.5;1,5\n", nil, "decimal sign"),
      ("a,b\n\"1,5\",2\n", nil, "decimal=comma"), ("a;b\n1,5;2\n", DecimalSign.point, "decimal"),
      ("a;b\n1.234,5;2\n", nil, "not a number"), ("a;b\n1,234,567;2\n", nil, "not a number"),
    ] {
      let error = #expect(throws: DataError.self) { _ = try load(text, decimal) }
      #expect(
        error.map { "\($0)".contains(word) } == true, "\(text) \(error.map { "\($0)" } ?? "")")
    }
  }

  @Test("with classes, each is divided by the fractions, and the splits are as large as without")
  func stratified() throws {
    let text = (0..<150).map { "\($0),\($0 / 50)" }.joined(separator: "\n")
    try Self.withTable(text) { path in
      func load(_ stratifies: Bool?, _ seed: UInt64) throws -> Dataset {
        try DataFixtures.load(path) {
          $0.label = .number(2)
          $0.seed = seed
          $0.stratifies = stratifies
        }
      }
      for seed: UInt64 in 1...3 {
        let data = try load(nil, seed)
        #expect(data.splits.map(\.classCounts) == [[40, 40, 40], [5, 5, 5], [5, 5, 5]])
        #expect(Set(data.splits.flatMap(\.items.elements)) == Set((0..<150).map(Float.init)))
      }
      #expect(try load(nil, 1).train.items != load(nil, 2).train.items)
      let plain = try (1...4).map { try load(false, $0).splits.map(\.classCounts) }
      #expect(Set(plain).count > 1)
      #expect(throws: DataError.self) {
        try DataFixtures.load(path) { $0.stratifies = true }
      }
    }
    let uneven = (0..<10).map { "\($0),\($0 < 7 ? "a" : "b")" }.joined(separator: "\n")
    try Self.withTable(uneven) { path in
      let data = try DataFixtures.load(path) { $0.label = .number(2) }
      #expect(data.splits.map(\.count) == [8, 1, 1])
    }
  }

  @Test("numeric classes are ordered by value and keep their names")
  func numericClasses() throws {
    let text = (0..<30).map { "\($0),\([10, 9, 2][$0 % 3])" }.joined(separator: "\n")
    try Self.withTable(text) { path in
      let data = try DataFixtures.load(path) { $0.label = .number(2) }
      #expect(data.classNames == ["2", "9", "10"])
      #expect(data.train.count == 24)
    }
  }

  @Test("a table without header or label, tabs, Windows lines, quotes, a byte-order mark")
  func dialects() throws {
    let plain = (1...10).map { "\($0)\t-\($0)e-1" }.joined(separator: "\r\n")
    try Self.withTable(plain, name: "t.TSV") { path in
      let data = try DataFixtures.load(path)
      #expect(data.train.labels == nil && data.itemShape == [2])
      #expect(data.splits.map(\.count).reduce(0, +) == 10)
    }
    let quoted =
      "\u{feff}\"a, \"\"b\"\"\";x\n" + (1...10).map { "\"\($0)\";\($0)" }.joined(separator: "\n")
    try Self.withTable(quoted) { path in
      // No comma outside quotes: but the first line has one inside, so commas it is.
      #expect(throws: (any Error).self) { try DataFixtures.load(path) }
    }
    let semicolons = "a;b\n\n" + (1...10).map { " \($0) ;\($0)" }.joined(separator: "\n")
    try Self.withTable(semicolons) { path in
      let data = try DataFixtures.load(path)
      #expect(data.train.count == 8)
    }
  }

  @Test("header=true and header=false win over the guess")
  func header() throws {
    let text = "1,2\n" + (1...10).map { "\($0),\($0)" }.joined(separator: "\n")
    try Self.withTable(text) { path in
      func count(_ header: HeaderLine) throws -> Int {
        try DataFixtures.load(path) {
          $0.header = header
          $0.split = [1, 0, 0]
        }.train.count
      }
      let counts = try [HeaderLine.auto, .no, .yes].map(count)
      #expect(counts == [11, 11, 10])
    }
  }

  @Test(
    "a bad cell is named by line, column and header",
    arguments: [
      ("a,b\n1,2\n3,x4\n", ["line 3", "column 2", "(b)", "`x4`", "not a number"]),
      ("1,2\n3,\n", ["line 2", "column 2", "empty"]),
      ("1,2\n3,nan\n", ["line 2", "column 2", "missing=drop"]),
      ("1,2\n3,1e999\n", ["line 2", "column 2", "finite"]),
      ("1,2\n3,-inf\n", ["line 2", "finite"]),
      ("\"a\n\",b\n3,2\n5,y\n", ["line 4", "column 2"]),
      ("1,2\n3,4,5\n", ["line 2", "3 cells", "2"]),
      ("1,2\n3\n", ["line 2", "1 cells"]),
      ("1,\"2\n3,4\n", ["line 1", "never closed"]),
      ("1,\"2\"3\n3,4\n", ["line 1", "closing quote"]),
      ("", ["empty"]),
      ("\n\n\n", ["no items"]),
      ("a,b\n", ["no items"]),
      ("a\u{0}b\n1", ["zero"]),
      ("1,2\n", ["val split", "split="]),
    ])
  func bad(text: String, words: [String]) throws {
    try Self.withTable(text) { path in
      do {
        _ = try DataFixtures.load(path)
        Issue.record("it loaded")
      } catch {
        for word in words + ["table.csv"] where !(word == "table.csv" && words[0] == "val split") {
          #expect("\(error)".contains(word), "\(word) in: \(error)")
        }
      }
    }
  }

  @Test("unknown columns, bad fractions and options of other sources are refused")
  func badOptions() throws {
    let text = "a,b,kind\n" + Self.rows.joined(separator: "\n")
    let changes: [(inout DataOptions) -> Void] = [
      { $0.label = .name("sort") }, { $0.label = .number(0) }, { $0.label = .number(4) },
      {
        $0.label = .name("kind")
        $0.header = .no
      },
      { $0.split = [0.5, 0.5] }, { $0.split = [0.5, 0.5, 0.5] }, { $0.split = [0, 0.5, 0.5] },
      { $0.split = [1.5, -0.5, 0] }, { $0.split = [.nan, 0, 1] }, { $0.dimension = 3 },
      { $0.binarisation = .dynamic }, { $0.fetch = true },
    ]
    try Self.withTable(text) { path in
      for change in changes {
        #expect(throws: DataError.self) {
          try DataFixtures.load(path) {
            $0.label = .name("kind")
            change(&$0)
          }
        }
      }
      #expect(throws: FileError.missing(path: path + ".csv")) {
        try DataFixtures.load(path + ".csv")
      }
      #expect(throws: DataError.self) { try DataFixtures.load("nothing") }
    }
  }

  @Test("scaling is fitted on train, applied to all, and undone by the inverse")
  func scaling() throws {
    let text = "a,b,c\n" + (1...40).map { "\($0),\($0 * 100),5" }.joined(separator: "\n")
    try Self.withTable(text) { path in
      let raw = try DataFixtures.load(path)
      let standard = try DataFixtures.load(path) { $0.scaling = .standard }
      for feature in 0..<2 {
        let values = (0..<32).map { Double(standard.train.items.elements[$0 * 3 + feature]) }
        let mean = values.reduce(0, +) / 32
        #expect(abs(mean) < 1e-6)
        #expect(abs(values.reduce(0) { $0 + $1 * $1 } / 32 - 1) < 1e-5)
      }
      let minmax = try DataFixtures.load(path) { $0.scaling = .minmax }
      #expect(minmax.train.items.elements.min() == 0 && minmax.train.items.elements.max() == 1)
      for scaled in [standard, minmax] {
        #expect(scaled.train.items.row(0).last == 0)
        let transform = try #require(scaled.transform)
        let test = try #require(scaled.test)
        let back = try transform.inverse(test.items)
        let rawTest = try #require(raw.test)
        try #require(back.shape == rawTest.items.shape)
        for (a, b) in zip(back.elements, rawTest.items.elements) {
          #expect(abs(a - b) <= 1e-5 * abs(b))
        }
        #expect(try transform.apply(rawTest.items) == test.items)
      }
    }
  }

  @Test(
    "a table that is read in parts is the one that is read line by line: numbers, classes, order",
    arguments: ["\n", "\r\n"], [true, false])
  func parts(_ lineEnd: String, hasHeader: Bool) throws {
    var random = RandomStream(seed: 14, stream: "table")
    var lines = (0..<60_000).map { row -> String in
      let numbers = (0..<3).map { _ in
        let number = Float(random.normal() * 100)
        return [
          "\(number)", String(format: "%.4f", number), String(format: " %.17g ", Double(number)),
          String(format: "%.3e", number),
        ][Int(random.nextWord() % 4)]
      }
      let kind = ["a", "b", " c ", "ä", "a\u{308}", "7\""][Int(random.nextWord() % 6)]
      let line = numbers.joined(separator: ",") + "," + kind
      return row % 1000 == 7 ? (row % 2000 == 7 ? "" : "  ") : line
    }
    func load(_ lines: [String]) throws -> Dataset {
      let text = ((hasHeader ? ["x,y,z,kind"] : []) + lines).joined(separator: lineEnd)
      var loaded: Dataset?
      try Self.withTable(text) { path in
        loaded = try DataFixtures.load(path) { $0.label = .number(4) }
      }
      return try #require(loaded)
    }
    let inParts = try load(lines)
    // A cell in quotes, and the table is read line by line.
    lines[0] = lines[0].split(separator: ",").map { "\"\($0)\"" }.joined(separator: ",")
    let byLine = try load(lines)
    #expect(inParts.splits.map(\.count) == byLine.splits.map(\.count))
    #expect(inParts.train.count > 40_000 && inParts.train.classNames?.count == 5)
    for (one, other) in zip(inParts.splits, byLine.splits) {
      #expect(one.labels == other.labels && one.classNames == other.classNames)
      #expect(
        one.items.elements.map(\.bitPattern) == other.items.elements.map(\.bitPattern))
    }
  }

  @Test("what is wrong far down in a table is named with its place, as near the top")
  func wrongFarDown() throws {
    for (cell, rule) in [("1.5x", "is not a number"), ("", "is empty"), ("inf", "finite")] {
      var lines = (1...200_000).map { "\($0).25,1" }
      lines[150_000] = "\(cell),1"
      try Self.withTable(lines.joined(separator: "\n")) { path in
        let thrown = #expect(throws: DataError.self) { try DataFixtures.load(path) }
        let error = "\(try #require(thrown))"
        #expect(error.contains("150001") && error.contains(rule), "\(error)")
      }
      lines[150_000] = "1"
      try Self.withTable(lines.joined(separator: "\n")) { path in
        #expect(
          throws: DataError.raggedRow(path: path, line: 150_001, cells: 1, expected: 2)
        ) { _ = try DataFixtures.load(path) }
      }
    }
  }

  @Test(
    "every number is the nearest float, as the standard library reads it: written short, long, with exponents, half-way between two",
    arguments: [",", ";"])
  func exactNumbers(_ delimiter: String) throws {
    var random = SystemRandomNumberGenerator()
    var texts = [
      "0", "-0", "+5", "00012.50", "16777217", "16777219.0", "1.00000005960464477539062",
      "1.000000059604644775390625", "1.000000178813934326171875", "9007199254740993",
      "3.4028234e38",
      "1.1754944e-38", "1e-45", "1e22", "1e23", "123456789012345678", "12345678901234567890",
      "0.000000000000000000000000000001", "7.", ".5", "5E-1", "1e+5",
    ]
    for _ in 0..<20_000 {
      let number = Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &random))
      guard number.isFinite else { continue }
      let (short, long) = ("\(number)", String(format: "%.12g", Double(number)))
      let fixed = String(format: "%.\(Int.random(in: 1...9))f", Double.random(in: -1e4...1e4))
      texts += [short, long, fixed]
    }
    // In a table divided by semicolons the decimals have commas.
    let written =
      delimiter == "," ? texts : texts.filter { $0 != "7." && $0 != ".5" }
    let cells = delimiter == "," ? written : written.map { $0.replacing(".", with: ",") }
    let text = cells.enumerated().map { "\($1)\(delimiter)\($0)" }.joined(separator: "\n") + "\n"
    try Self.withTable(text) { path in
      let data = try DataFixtures.load(path)
      var wrong: [String] = []
      for split in data.splits {
        for row in 0..<split.count {
          let item = Array(split.items.row(row))
          let text = written[Int(item[1])]
          if item[0].bitPattern != Float(text)?.bitPattern { wrong.append(text) }
        }
      }
      #expect(data.splits.reduce(0) { $0 + $1.count } == written.count && wrong == [])
    }
  }
}
