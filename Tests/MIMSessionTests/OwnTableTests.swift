import Foundation
import MIMFormats
import MIMScript
import MIMSession
import Testing

extension CollectedOutput {
  /// Everything that was said.
  fileprivate var all: String { (out + error).joined(separator: " ") }
}

/// A table of one's own: looked at, divided, and set beside itself.
@Suite("A table of one's own")
struct OwnTableTests {
  /// 60 lines with decimals, a class, and a column whose name items have as well.
  private static let lines = (0..<60).map { row in
    let mass = (row * 37) % 60 + 1
    return "\(mass / 10).\(mass % 10),\(row * 7 % 60),\(row % 5),\(["u", "v", "w"][row % 3])\n"
  }

  private func bench() throws -> (BuiltinsBench, file: String) {
    let bench = try BuiltinsBench()
    return (bench, try bench.folder.write("mass,age,n,sort\n" + Self.lines.joined(), to: "t.csv"))
  }

  private func number(_ bench: BuiltinsBench, _ expression: String) throws -> Double {
    #expect(bench.run("found = \(expression)") == [], "\(bench.output.error)")
    return try #require(bench.session.bindings["found"]?.asNumber)
  }

  @Test("a line for each column, as NumPy has mean, sd, median; of chosen lines and columns, too")
  func columns() throws {
    let (bench, file) = try bench()
    #expect(
      bench.run(
        """
        d = load "\(file)" label=sort scale=standard
        t = table d.all
        u = table d.all where=(sort == "u") value=age
        g = table d by=sort value=[mass] as=mean
        """) == [], "\(bench.output.error)")
    let table = try #require(bench.table("t"))
    #expect(
      table.columns.map(\.name) == [
        "column", "n", "mean", "sd", "min", "median", "max", "distinct",
      ])
    #expect(table.rows.map { $0[0].asText } == ["mass", "age", "n_2"])
    // 0.1, 0.2, …, 6.0 in another order; its deviation is 0.1 √(60 · 61 / 12).
    let mass = table.rows[0].dropFirst().map { $0.asNumber ?? .nan }
    let deviation: Double = 0.1 * (60.0 * 61.0 / 12.0).squareRoot()
    let expected: [Double] = [60, 3.05, deviation, 0.1, 3.05, 6, 60]
    for (one, other) in zip(mass, expected) { #expect(abs(one - other) < 1e-12) }
    let chosen = try #require(bench.table("u"))
    // 0, 21, 42, 3, … : every third of 0, 7, 14, … modulo 60.
    let firsts: [Int] = (0..<60).filter { $0 % 3 == 0 }
    let ages: [Double] = firsts.map { Double($0 * 7 % 60) }
    #expect(chosen.rows.count == 1 && chosen.rows[0][1].asNumber == 20)
    #expect(chosen.rows[0][2].asNumber == ages.reduce(0, +) / 20)
    let groups = try #require(bench.table("g"))
    for row in groups.rows {
      let kind = row[0].asText
      let masses = Self.lines.filter { $0.hasSuffix("\(kind ?? "")\n") }
        .compactMap { Double($0.split(separator: ",")[0]) }
      let mean = try #require(row[1].asNumber)
      #expect(masses.count == 20 && abs(mean - masses.reduce(0, +) / 20) < 1e-12)
    }
    #expect(bench.run("table load(toy)") == [])
    #expect(bench.run("s = load sprites n=48\ntable s.all") == ["E201"])
  }

  @Test("median and correlation: [1, 2, 3] and [2, 4, 7] have ρ = 5 / √(2 · 38 / 3)")
  func statistics() throws {
    let bench = try BuiltinsBench()
    #expect(try number(bench, "median([5, 1, 2])") == 2)
    #expect(try number(bench, "median([5, 1, 2, 4])") == 3)
    let expected = 5 / (2.0 * 38 / 3).squareRoot()
    #expect(abs(try number(bench, "cor([1, 2, 3], [2, 4, 7])") - expected) < 1e-14)
    #expect(bench.run("cor([1, 2], [1, 2, 3])") == ["E221"])
    #expect(bench.run("cor([1, 1], [1, 2])") == ["E221"])
  }

  @Test("a scaled table is shown, saved and measured with the numbers of its file")
  func asWritten() throws {
    let (bench, file) = try bench()
    #expect(
      bench.run(
        """
        d = load "\(file)" label=sort scale=standard split=[1, 0, 0]
        save d.train "saved.csv"
        places = d.train.rows
        """) == [], "\(bench.output.error)")
    let saved = try bench.folder.text("out/saved.csv").split(separator: "\n").dropFirst()
    let places = try #require(bench.session.bindings["places"]?.asNumbers).map { Int($0) }
    #expect(saved.count == 60 && Set(places).count == 60)
    for (line, place) in zip(saved, places) {
      let cells = line.split(separator: ",")
      let own = Self.lines[place - 1].dropLast().split(separator: ",")
      #expect(cells.prefix(3).compactMap { Double($0) } == own.prefix(3).compactMap { Double($0) })
      #expect(cells[0].count <= 4, "\(cells[0])")
      #expect(cells.last == own.last)
    }
    #expect(try number(bench, "max(d.all.mass)") == 6)
    // The same rows, the same number, whatever the scale.
    let plain = try BuiltinsBench()
    #expect(plain.run("d = load \"\(file)\" label=sort split=[1, 0, 0]") == [])
    for pair in ["mass, d.all.labels", "mass, d.all.age"] {
      let text = "mi(d.all.\(pair), null=0, curve=false, se=false).value"
      #expect(try number(bench, text) == number(plain, text))
    }
  }

  @Test("two readings of one file have the same lines in the same order, whatever their names")
  func sameDivision() throws {
    let (bench, file) = try bench()
    #expect(
      bench.run(
        """
        d = load "\(file)" drop=[sort]
        x = load "\(file)" columns=[age, mass]
        r = max(abs(d.all.mass - x.all.mass))
        i = probe x.test d.test.mass
        """) == [], "\(bench.output.error)")
    #expect(try number(bench, "r") == 0)
    #expect(
      bench.run("for k in 1..2 { e = load \"\(file)\" drop=[sort]; mi(e.mass, d.mass) }") == [
        "E424"
      ])
  }

  @Test(
    "lines of one file in different orders never stand side by side",
    arguments: [
      "mi x.all.mass d.all.mass", "mi x.all d.all.age", "cmi x.all.mass d.all.mass d.all.age",
      "probe x.all d.all.mass", "plot x.all.mass d.all.mass", "r = x.all.mass - d.all.mass",
      "cor(x.all.mass, d.all.mass)", "probe pca(x.all) d.all.mass", "mi x.train.mass d.train.age",
      "mi encode(model(ae, x, z=1, hidden=[2]), x.all) d.all.age",
    ])
  func differentOrders(_ statement: String) throws {
    let (bench, file) = try bench()
    let loads = """
      d = load "\(file)" drop=[sort] seed=1
      x = load "\(file)" drop=[sort] seed=2

      """
    #expect(bench.run(loads + statement) == ["E424"])
    #expect(bench.output.error.joined().contains("different lines of t.csv"))
    // With the same seed it works.
    let same = try BuiltinsBench()
    #expect(same.run(loads.replacing("seed=2", with: "seed=1") + statement) == [])
  }

  @Test("take where= takes the lines that fulfil a condition, and keeps what belongs to them")
  func takeWhere() throws {
    let (bench, file) = try bench()
    #expect(
      bench.run(
        """
        d = load "\(file)" label=sort scale=minmax
        u = take d.all where=(sort == "u" and age > 30)
        few = take(d.all, 2, where=(mass > 3))
        w = min(u.age)
        """) == [], "\(bench.output.error)")
    let expected = (0..<60).filter { $0 % 3 == 0 && $0 * 7 % 60 > 30 }.count
    #expect(try number(bench, "u.n") == Double(expected))
    #expect(try number(bench, "max(u.labels)") == 0 && number(bench, "w") == 33)
    #expect(try number(bench, "few.n") == 2)
    #expect(bench.run("take d.all where=(age > 99)") == ["E221"])
    #expect(bench.run("take d.all where=(aeg > 9)") == ["E109"])
    #expect(bench.run("take [1, 2] where=(a > 1)") == ["E220"])
  }

  @Test(
    "a column that is called like a field has another name, for data and for items, and that is said"
  )
  func reservedNames() throws {
    let (bench, file) = try bench()
    #expect(bench.run("d = load \"\(file)\" label=sort") == [])
    #expect(bench.output.all.contains("the column n is called n_2 here"))
    #expect(try number(bench, "max(d.n_2)") == 4)
    #expect(try number(bench, "max(d.train.n_2)") == 4)
    #expect(try number(bench, "d.train.n") == 48)
  }

  @Test("columns of mi_table are found under both spellings, and the labels under their own name")
  func informationColumns() throws {
    let bench = try BuiltinsBench()
    let file = try bench.folder.write(
      "body mass,age,sort\n"
        + Self.lines.map {
          let cells = $0.split(separator: ","); return "\(cells[0]),\(cells[1]),\(cells[3])"
        }.joined(), to: "t.csv")
    #expect(
      bench.run(
        """
        d = load "\(file)" label=sort
        t = mi_table d columns=["body mass", "sort"]
        u = mi_table d columns=["body_mass", "label"]
        """) == [], "\(bench.output.error)")
    for name in ["t", "u"] {
      bench.run("names = \(name).names")
      #expect(bench.session.bindings["names"]?.asTexts == ["body_mass", "sort"])
    }
    #expect(bench.run("mi_table d columns=[\"bodymass\"]") == ["E109"])
    #expect(bench.output.errors.last?.label == "did you mean `body_mass`?")
  }

  @Test("a probe tells of its target among scaled columns, and among the items of codes")
  func leaks() throws {
    let (bench, file) = try bench()
    #expect(
      bench.run(
        """
        d = load "\(file)" label=sort scale=standard
        p = probe d.all d.all.age
        q = probe encode(model(ae, d, z=1, hidden=[2]), d.all) d.all.age
        """) == [], "\(bench.output.error)")
    func says(_ name: String) -> String {
      bench.object(name)?.summary(width: 400).joined(separator: " ") ?? ""
    }
    #expect(says("p").contains("column 2 of the features is the target itself"))
    #expect(says("q").contains("so the row x says nothing"))
  }

  @Test("a distance between scaled items is said to be one")
  func units() throws {
    let (bench, file) = try bench()
    func method(_ options: String) throws -> String {
      #expect(
        bench.run(
          """
          d = load "\(file)" label=sort \(options)
          m = model vae d z=1 hidden=[2]
          s = evaluate m d rmse rmse_free
          """) == [], "\(bench.output.error)")
      return bench.object("s")?.summary(width: 400).joined() ?? ""
    }
    let plain = try method("")
    #expect(plain.contains("in data units") && !plain.contains("scaled"))
    let scaled = try method("scale=standard")
    #expect(scaled.components(separatedBy: "in scaled units").count == 3)
    #expect(!scaled.contains("in data units"))
  }

  @Test(
    "models that see items in different units are compared only in what doesn't depend on these")
  func mixedUnits() throws {
    let (bench, file) = try bench()
    #expect(
      bench.run(
        """
        d = load "\(file)" label=sort
        e = load "\(file)" label=sort scale=standard
        a = evaluate model(vae, d, z=1, hidden=[2]) d rmse knn(3)
        b = evaluate model(vae, e, z=1, hidden=[2]) e rmse knn(3)
        t = table [a, b] best=bold
        u = table [b, b] best=bold
        """) == [], "\(bench.output.error)")
    let (mixed, same) = (try #require(bench.table("t")), try #require(bench.table("u")))
    #expect(
      mixed.notes.contains {
        $0.contains("rmse can't be compared") && $0.contains("2 in scaled units")
      })
    let place = try #require(mixed.index(of: "rmse"))
    #expect(!mixed.bold.contains { $0.column == place })
    #expect(!same.notes.contains { $0.contains("can't be compared") })
  }

  @Test(
    "a column that names the lines is no feature, and stands beside items, codes and embeddings, whatever was left out, divided or chosen"
  )
  func lineNames() throws {
    let bench = try BuiltinsBench()
    let lines = (0..<60).map { "p\($0),\($0).5,\($0 % 7 == 3 ? "" : "\($0 * $0 % 31)")\n" }
    let file = try bench.folder.write("patient,dose,b\n" + lines.joined(), to: "t.csv")
    #expect(
      bench.run(
        """
        d = load "\(file)" id=patient missing=drop scale=standard
        names = d.all.ids
        doses = d.all.dose.values
        some = take(d.test, 3)
        m = train(model(vae, d, z=2, hidden=[4]), d, epochs=2, seed=1)
        z = encode m d.test
        save d.test "\(bench.folder.path)/items.csv"
        save z "\(bench.folder.path)/codes.csv"
        save pca(z) "\(bench.folder.path)/points.csv"
        tested = d.test.ids
        """) == [], "\(bench.output.error)")
    let names = try #require(bench.session.bindings["names"]?.asTexts)
    let doses = try #require(bench.session.bindings["doses"]?.asNumbers)
    #expect(names.count == doses.count && names.count == 60 - (0..<60).count { $0 % 7 == 3 })
    for (name, dose) in zip(names, doses) { #expect(name == "p\(Int(dose))") }
    let shown = try #require(bench.object("some")).summary(width: 100)
    #expect(shown[1].split(separator: " ") == ["patient", "dose", "b"])
    let tested = try #require(bench.session.bindings["tested"]?.asTexts)
    #expect(shown[2].hasPrefix(tested[0]))
    for file in ["items.csv", "codes.csv", "points.csv"] {
      let saved = try bench.folder.text(file).split(separator: "\n")
      #expect(saved[0].hasPrefix("patient,"), "\(file)")
      #expect(saved.dropFirst().map { String($0.prefix { $0 != "," }) } == tested, "\(file)")
    }
    for (option, code) in [
      ("id=patient columns=[patient]", "E220"), ("id=patient drop=[patient]", "E220"),
      ("id=patient label=patient", "E220"), ("id=patients", "E520"), ("id=4", "E520"),
    ] {
      #expect(bench.run("x = load \"\(file)\" missing=drop \(option)") == [code], "\(option)")
    }
  }

  @Test("labels and lines keep their names when the columns become principal components")
  func projected() throws {
    let (bench, file) = try bench()
    let code = """
      d = load "\(file)" label=sort id=age pca=2
      plot d.all color=sort
      sorts = d.sort
      ages = d.all.ids
      rows = d.all.rows
      plot d.train color=sort save="\(bench.folder.path)/p.html"
      """
    #expect(bench.run(code) == [], "\(bench.output.error)")
    let script = try bench.folder.write(code, to: "p.mim")
    #expect(Commands.check(script, output: bench.output) == .ok, "\(bench.output.error)")
    let ages = try #require(bench.session.bindings["ages"]?.asTexts)
    let rows = try #require(bench.session.bindings["rows"]?.asNumbers)
    for (age, row) in zip(ages, rows) { #expect(age == "\((Int(row) - 1) * 7 % 60)") }
    #expect(bench.session.bindings["sorts"]?.asNumbers?.count == 60)
  }

  @Test(
    "decoded lines of a table are shown under its columns' names, with the numbers that their file gets"
  )
  func decoded() throws {
    let (bench, file) = try bench()
    #expect(
      bench.run(
        """
        d = load "\(file)" label=sort scale=standard
        m = train(model(vae, d, z=2, hidden=[4]), d, epochs=2, seed=1)
        r = reconstruct m take(d.all, 3)
        x = decode m (encode(m, d.all))
        save r "\(bench.folder.path)/r.csv"
        """) == [], "\(bench.output.error)")
    let shown = try #require(bench.object("r")).summary(width: 200)
    #expect(shown[0].contains("3 items") && shown[0].hasSuffix("one draw x ~ p(x|z) each"))
    let saved = try bench.folder.text("r.csv").split(separator: "\n").map {
      $0.split(separator: ",").map(String.init)
    }
    let titles = shown[1].split(separator: " ").map(String.init)
    #expect(titles.first == "item" && titles.last == "class")
    for name in titles.dropFirst().dropLast() {
      let column = try #require(titles.firstIndex(of: name))
      let place = try #require(saved[0].firstIndex(of: name))
      for row in 1...3 {
        let cell = try #require(Double(shown[1 + row].split(separator: " ")[column]))
        let wanted = try #require(Double(saved[row][place]))
        #expect(abs(cell - wanted) <= 1e-4 * abs(wanted))
      }
    }
    let all = try #require(bench.object("x")).summary(width: 200)
    #expect(all[0].hasSuffix("means of p(x|z)") && all.contains { $0.contains("10 shown") })
  }

  @Test("what is said of items, columns and pictures breaks between words in a narrow window")
  func narrow() throws {
    let (bench, file) = try bench()
    #expect(
      bench.run(
        """
        d = load "\(file)" label=sort scale=standard
        i = take(d.all, 2)
        c = d.all.mass
        f = plot d.all.age d.all.mass
        """) == [], "\(bench.output.error)")
    for name in ["i", "c", "f"] {
      let object = try #require(bench.object(name))
      let (wide, narrow) = (object.summary(width: 400), object.summary(width: 45))
      let words = wide[0].split(separator: " ")
      #expect(narrow.joined(separator: " ").split(separator: " ").starts(with: words), "\(narrow)")
      // Only a path, which has no blanks, is longer than a line.
      #expect(narrow[0].count <= 45 || narrow[0].split(separator: " ").count <= 4, "\(narrow)")
    }
  }

  @Test("tabs divide the cells of any table whose first line has neither commas nor semicolons")
  func tabs() throws {
    let bench = try BuiltinsBench()
    let text = "a\tb\tk\n" + (0..<20).map { "\($0)\t\($0 * 2)\tc\($0 % 2)\n" }.joined()
    let file = try bench.folder.write(text, to: "t.csv")
    #expect(bench.run("d = load \"\(file)\" label=k\nw = d.width") == [])
    #expect(try number(bench, "w") == 2)
  }

  @Test("only columns that can be categories are proposed as such; a date is called one")
  func textColumns() throws {
    let bench = try BuiltinsBench()
    let rows = (0..<300).map { "name\($0),1970-01-\($0 % 28 + 1),\(["x", "y"][$0 % 2]),\($0)\n" }
    let file = try bench.folder.write("name,day,sort,a\n" + rows.joined(), to: "t.csv")
    #expect(bench.run("d = load \"\(file)\"") == ["E520"])
    let error = bench.output.error.joined(separator: " ")
    #expect(error.contains("categories=[\"day\", \"sort\"]"), "\(error)")
    #expect(error.contains("drop=[\"name\", \"day\", \"sort\"]"))
    #expect(error.contains("for the name of each line, id=\"name\""))
    #expect(bench.run("d = load \"\(file)\" drop=[name, sort]") == ["E520"])
    #expect(bench.output.error.joined(separator: " ").contains("make a number of it beforehand"))
  }

  @Test(
    "more than 20 whole numbers in a column are a quantity, fewer are classes; scale= changes nothing"
  )
  func wholeNumbers() throws {
    let bench = try BuiltinsBench()
    let rows = (0..<400).map { "\($0 * 7 % 71),\($0 % 6),\(Double($0 * 37 % 401) / 4)\n" }
    let file = try bench.folder.write("age,grade,x\n" + rows.joined(), to: "t.csv")
    func estimators(_ options: String) throws -> [String: String] {
      #expect(bench.run("d = load \"\(file)\" \(options)\nt = mi_table d\np = t.pairs") == [])
      let pairs = try #require(bench.table("p"))
      return Dictionary(
        uniqueKeysWithValues: pairs.rows.map {
          ("\($0[0].shortText) \($0[1].shortText)", $0[3].shortText)
        })
    }
    let plain = try estimators("")
    #expect(plain.values.sorted() == ["mixture", "ross", "ross"], "\(plain)")
    #expect(try estimators("scale=standard") == plain)
    #expect(bench.run("i = mi d.age d.x null=0 curve=false se=false") == [])
    #expect(bench.object("i")?.summary(width: 200).first?.contains("Gao") == true)
  }

  @Test("large whole numbers, a column without name and letters of another encoding are told")
  func oddTables() throws {
    let bench = try BuiltinsBench()
    let rows = (0..<30).map { "\($0 * 3),\(16_777_300 + $0),\($0 % 7)\n" }
    let file = try bench.folder.write(",id,x\n" + rows.joined(), to: "t.csv")
    #expect(bench.run("d = load \"\(file)\"") == [])
    #expect(bench.output.all.contains("column 1 has no name"))
    #expect(bench.output.all.contains("id has whole numbers above 16,777,216"))
    try AtomicFile.write(
      [UInt8]("gr".utf8) + [0xf6, 0xdf] + [UInt8]("e,b\n1,2\n3,4\n5,6\n".utf8),
      to: bench.folder.path + "/l.csv")
    #expect(bench.run("e = load \"\(bench.folder.path)/l.csv\" split=[1, 0, 0]") == ["E520"])
    #expect(bench.output.error.joined().contains("iconv"))
  }

  @Test("a quantity that is taken for classes is told")
  func quantityAsClasses() throws {
    let (bench, file) = try bench()
    #expect(bench.run("d = load \"\(file)\" label=mass drop=[sort] stratify=false") == [])
    #expect(bench.output.all.contains("mass is taken for classes, and has 60 different numbers"))
    #expect(bench.run("e = load \"\(file)\" label=age drop=[sort] stratify=false") == [])
    #expect(!bench.output.all.contains("age is taken for classes"))
  }

  @Test("with folds two fractions are enough, and a comparison with one = is told what it is")
  func smallThings() throws {
    let (bench, file) = try bench()
    #expect(
      bench.run("d = load \"\(file)\" label=sort folds=5 fold=1 split=[.75, .25]") == [])
    #expect(try number(bench, "d.val.n") == 12)
    #expect(bench.run("e = load \"\(file)\" label=sort folds=5 fold=1 split=[.5]") == ["E220"])
    #expect(bench.output.error.joined().contains("two fractions"))
    #expect(bench.run("x = 3\nif x = 3 { 4 }") == ["E013"])
    #expect(bench.output.error.joined().contains("=="))
    #expect(bench.run("take d.all where=(age = 3)") == ["E007"])
    #expect(bench.output.errors.last?.label == "to compare, write ==")
  }
}
