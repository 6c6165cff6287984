import Foundation
import MIMScript
import MIMSession
import MIMTensor
import Testing

/// `mi`, `cmi`, `total_correlation`, `interaction`, `mi_table` and `load bmi` as a user types them.
@Suite("Measuring information")
struct InformationVerbTests {
  /// Statements that must run.
  private func bench(_ text: String) throws -> BuiltinsBench {
    let bench = try BuiltinsBench()
    let errors = bench.run(text)
    try #require(errors == [], "\(bench.output.error.joined(separator: "\n"))")
    return bench
  }

  private static let toy = """
    toy = load toy "4" n=300 seed=1
    m0 = model mim toy z=2 hidden=[8] seed=1
    z = encode m0 toy.test seed=1

    """

  @Test("a benchmark task carries its information, and mi finds it")
  func benchmark() throws {
    let bench = try bench(
      """
      d = load bmi "1v1-normal-0.75" n=3000 seed=4
      i = mi d.x d.y ci=.99 seed=2
      t = d.title
      """)
    let truth = try #require(bench.number("d.mi"))
    #expect(abs(truth - 0.41334) < 1e-5)
    let (low, high) = (try #require(bench.number("i.low")), try #require(bench.number("i.high")))
    #expect(low < truth && truth < high)
    #expect(try #require(bench.number("i.p")) < 0.05 && bench.number("i.n") == 3000)
    #expect(abs(try #require(bench.number("i.value")) - truth) < 0.05)
    #expect(bench.number("i.truth") == truth)
    let lines = bench.object("i")?.summary(width: 100) ?? []
    #expect(lines.first?.hasPrefix("I(d.x; d.y) = 0.") == true, "\(lines)")
    #expect(lines.contains { $0.contains("independent rows give") }, "\(lines)")
  }

  @Test("every estimator runs on the same rows, and the result says which it was")
  func estimators() throws {
    for estimator in [
      "ksg(k=4, version=2)", "entropies(k=4)", "mixture(k=4)", "gaussian(shrink=1)",
      "binned(bins=5)",
      "sliced(slices=3, k=4)", "lnc(k=4, alpha=.2)",
    ] {
      let bench = try bench(
        """
        d = load bmi "multinormal-sparse-2-2-2-2.0" n=200
        i = mi d.x d.y estimator=\(estimator) null=3 seed=1
        """)
      let name = String(estimator.prefix { $0 != "(" })
      #expect(
        bench.json("i")?.contains("\"estimator\":\"\(name)\"") == true, "\(bench.json("i") ?? "")")
    }
  }

  @Test("labels choose the form for classes by themselves, and their share of the entropy is said")
  func labels() throws {
    let bench = try bench(
      Self.toy + """
        i = mi z z.labels null=9
        j = mi toy.test toy.test.labels estimator=ross(k=4) null=9
        k = mi z.labels toy.test.labels null=9
        """)
    #expect(bench.json("i")?.contains("\"estimator\":\"ross\"") == true)
    // The items show their class, of five.
    let share = try #require(bench.number("j.share"))
    #expect(share > 0.9 && share < 1.05)
    #expect(abs(try #require(bench.number("j.entropy")) - log(5)) < 0.05)
    #expect(bench.json("k")?.contains("\"estimator\":\"binned\"") == true)
    #expect(abs(try #require(bench.number("k.share")) - 1) < 0.05)
    #expect(
      bench.object("j")?.summary(width: 100).contains { $0.contains("% of the entropy") } == true)
  }

  @Test(
    "columns of a table are fields of the data set, text in lists is classes, and .npy files are read"
  )
  func variables() throws {
    let bench = try BuiltinsBench()
    let rows = (0..<60).map {
      "\(Double($0 * 37 % 60) / 7),\(Double($0 * 11 % 60) / 3),\($0 % 2 == 0 ? "a" : "b")\n"
    }
    let file = try bench.folder.write("first,second one,class\n" + rows.joined(), to: "t.csv")
    let array = bench.folder.path + "/a.npy"
    let values = HostArray((0..<60).map { Double($0 * 37 % 60) / 7 }, shape: [60])
    try Data(NumpyFile.encode(.float64(values))).write(to: URL(fileURLWithPath: array))
    let errors = bench.run(
      """
      d = load "\(file)" label=class split=[1, 0, 0] seed=1
      i = mi d.first d.second_one null=0
      j = mi d.first d.train.labels null=0 se=false curve=false
      k = mi "\(array)" "\(array)" null=0
      """)
    #expect(errors == [], "\(bench.output.error.last ?? "")")
    #expect(bench.number("i.n") == 60)
    #expect(bench.json("j")?.contains("ross") == true)
    #expect(bench.json("k")?.contains("infinite") == true)
    #expect(bench.run("x = d.third") == ["E108"])
  }

  @Test("options leave parts out, take rows and turn standardising and classes off")
  func options() throws {
    let bench = try bench(
      """
      d = load bmi "1v1-additive-0.75" n=400 seed=1
      a = mi d.x d.y curve=false null=0 se=false
      b = mi d.x d.y n=100 standardize=false null=5
      w = [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]
      c = mi w w classes=none null=0
      e = mi w w classes=[x, y] null=0
      f = mi w w classes=none null=0 estimator=ksg
      """)
    #expect(bench.json("a")?.contains("\"se\":null") == true && bench.number("a.p") == nil)
    #expect(bench.number("b.n") == 100)
    // Numbers that repeat get the mixture form, unless another one is asked for.
    #expect(bench.json("c")?.contains("\"estimator\":\"mixture\"") == true)
    #expect(bench.json("f")?.contains("different rows among 20") == true)
    #expect(bench.json("e")?.contains("\"estimator\":\"binned\"") == true)
  }

  @Test("three variables: a chain has no information given its middle, xor only given the third")
  func three() throws {
    let bench = try bench(
      """
      d = load bmi "multinormal-dense-2-2-0.5" n=1500 seed=2
      e = load bmi "1v1-normal-0.75" n=1500 seed=3
      a = cmi d.x d.y e.x null=0 se=false
      b = cmi d.x d.y e.x estimator=gaussian null=0 se=false
      g = interaction d.x d.y d.x null=0 se=false estimator=gaussian(shrink=1)
      t = total_correlation d.x d.y e.x null=0 se=false
      u = total_correlation d.x null=0 estimator=gaussian
      x = [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1]
      y = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]
      v = [0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0]
      o = interaction x y v null=0 curve=false se=false
      """)
    // The third variable is independent of both.
    #expect(abs(try #require(bench.number("a.value")) - 0.2939) < 0.12)
    #expect(abs(try #require(bench.number("b.value")) - 0.2939) < 0.06)
    #expect(abs(try #require(bench.number("t.value")) - 0.2939) < 0.12)
    #expect(abs(try #require(bench.number("u.value")) + 0.5 * log(0.75)) < 0.05)
    #expect(abs(try #require(bench.number("o.value")) - log(2)) < 0.1)
    #expect(bench.json("g") != nil)
  }

  @Test("every column of a stranger's table can be named behind the dot, and checks know it")
  func columnNames() throws {
    let bench = try BuiltinsBench()
    let rows = (0..<40).map { "\($0),\(($0 * 7) % 40),\(($0 * 11) % 40),\(($0 * 3) % 40),1.5\n" }
      .joined()
    _ = try bench.folder.write(
      "\u{FEFF}2nd try,Größe (m),kind,kind_2,a b\r\n" + rows, to: "odd.csv")
    let errors = bench.run(
      """
      d = load "\(bench.folder.path)/odd.csv"
      a = mi d.x2nd_try d.Größe__m_ null=0 se=false curve=false
      b = mi d.kind_2 d.kind_2_2 null=0 se=false curve=false
      """)
    #expect(errors == [], "\(bench.output.error.joined(separator: "\n"))")
    #expect(bench.run("d.2nd") == ["E004"])
    #expect(bench.run("d.nope") == ["E108"])
  }

  @Test("what is left out of mi_table, and classes that are taken as coordinates, is said")
  func readings() throws {
    let bench = try bench(
      Self.toy + """
        q = sweep(store=false) k=1..60 { if k < 3 { evaluate(m0, toy, nll, seed=k) } else { evaluate(m0, toy, nll, kl, seed=k) } }
        t = mi_table q
        i = cmi z toy.test z.labels null=0 se=false curve=false estimator=ksg
        j = interaction z toy.test z.labels null=0 se=false curve=false estimator=ksg
        """)
    #expect(
      bench.object("t")?.summary(width: 200).contains {
        $0.contains("kl was left out: 2 of its cells")
      } == true)
    for name in ["i", "j"] {
      #expect(
        bench.object(name)?.summary(width: 200)
          .contains { $0.contains("z.labels: taken as coordinates") } == true)
    }
  }

  @Test("mi_table measures all pairs of columns, in the order of their strength, and draws them")
  func table() throws {
    let bench = try BuiltinsBench()
    let rows = (0..<200).map { row -> String in
      let a = Double(row * 73 % 200) / 200
      let b = Double(row * 131 % 200) / 200
      return "\(a),\(a * a + 0.01 * b),\(b),7,\(a > 0.5 ? "high" : "low")\n"
    }
    let file = try bench.folder.write("a,b,c,same,class\n" + rows.joined(), to: "t.csv")
    let errors = bench.run(
      """
      d = load "\(file)" label=class split=[1, 0, 0]
      t = mi_table d
      p = t.pairs
      f = plot t
      u = mi_table d columns=["a", "b"] n=50
      """)
    #expect(errors == [], "\(bench.output.error.last ?? "")")
    let pairs = try #require(bench.table("p"))
    #expect(pairs.rows.count == 10)
    #expect(pairs.rows[0][0].asText == "a" && pairs.rows[0][1].asText == "b")
    #expect(pairs.notes.contains { $0.contains("same is the same in every row") })
    #expect(pairs.rows.contains { $0[1].asText == "class" && $0[3].asText == "ross" })
    #expect(bench.object("f")?.typeName == "figure")
  }

  @Test("the curve is a table, and plot draws it; the numbers stand in tables and sweeps")
  func shown() throws {
    let bench = try bench(
      """
      d = load bmi "1v1-normal-0.75" n=200
      i = mi d.x d.y null=5
      f = plot i
      c = i.curve
      t = table i
      r = sweep k=[3, 5] { mi d.x d.y estimator=ksg(k=k) null=0 }
      """)
    #expect(bench.table("c")?.rows.count == 3)
    #expect(bench.table("r")?.columns.map(\.name).contains("mi") == true)
    #expect(bench.object("f")?.typeName == "figure")
    #expect(bench.run("i = mi d.x d.y curve=false null=0; plot i") == ["E303"])
  }

  /// A list of 80 of these in turn.
  private static func list(of values: Any...) -> String {
    "[" + (0..<80).map { "\(values[$0 % values.count])" }.joined(separator: ", ") + "]"
  }

  private static let refusals: [(String, String, String)] = [
    ("mi d.x same", "E421", "same in every row"),
    ("mi d.x one", "E421", "same class"),
    ("mi d.x few", "E420", "80 rows"),
    ("mi d.x d.y estimator=ksg(k=200)", "E420", "1 to 79"),
    ("mi d.x d.y estimator=ross", "E422", "neither"),
    ("mi d.x words estimator=ksg", "E422", "classes"),
    ("mi d.x words classes=none", "E201", "text"),
    ("mi d.x [1, \"a\", [2]]", "E201", "neither numbers"),
    ("mi d.x []", "E201", "empty"),
    ("mi d.x d.y ci=.9 se=false", "E220", "standard error"),
    ("mi d.x d.y estimator=kgs", "E104", "ksg"),
    ("mi d.x \"missing.npy\"", "E511", "missing.npy"),
    ("mi wide d.x estimator=gaussian", "E420", "rows"),
    ("mi wide wide estimator=gaussian", "E423", "2 rows are too few"),
    ("total_correlation d.x", "E221", "two variables"),
    ("mi_table d.x", "E420", "at least 2"),
    ("load bmi \"1v1-normal\"", "E220", "1v1-normal-0.75"),
    ("load bmi", "E220", "help bmi"),
    ("mi_table d columns=[\"zz\"]", "E109", "x1"),
  ]

  @Test("refuses bad input at its place, and says what to do", arguments: refusals)
  func refuses(statement: String, code: String, text: String) throws {
    let bench = try bench(
      """
      d = load bmi "1v1-normal-0.75" n=80
      same = \(Self.list(of: 2.5))
      one = \(Self.list(of: "\"a\""))
      words = \(Self.list(of: "\"a\"", "\"b\""))
      few = [1.5, 2.5, 3.25]
      wide = [[1, 2, 3.5], [2, 3, 4]]
      """)
    #expect(bench.run(statement) == [code], "\(bench.output.error.last ?? "no error")")
    #expect(bench.output.error.last?.contains(text) == true, "\(bench.output.error.last ?? "")")
  }

  @Test("help bmi lists the 40 tasks with their information")
  func help() throws {
    let page = try #require(builtinTable.help(for: ["bmi"]))
    #expect(
      page.count { $0.contains("1v1-") || $0.contains("multinormal") || $0.contains("student") }
        >= 40)
    #expect(page.contains { $0.contains("multinormal-dense-50-50-0.5") && $0.contains("1.6243") })
  }
}
