import MIMScript
import MIMSession
import Testing

/// What is wrong with a number goes where the number goes.
@Suite("Caveats of numbers")
struct CaveatTests {
  /// 200 points of 20 dimensions are too few for KSG.
  private static let sweep = """
    d = load toy "4" dim=20 n=200
    r = sweep z=[1, 2] seed=1..2 { evaluate(model(vae, d, z=z, hidden=[4]), d, mi, rmse) }
    """

  @Test("a sweep's rows, summaries, files and pictures carry the caveat of an estimate")
  func sweeps() throws {
    let bench = try BuiltinsBench(keepingRows: true)
    #expect(
      bench.run(
        """
        \(Self.sweep)
        t = table r by=z value=[mi, rmse] best=bold
        u = table r by=z across=seed value=mi
        s = table r value=mi
        plot r x=z y=mi
        plot r x=z y=rmse
        """) == [])
    let reason = "too many for 200 points"
    let rows = try #require(bench.table("r"))
    #expect(rows.columns.map(\.name) == ["z", "seed", "mi", "mi_caveat", "rmse"])
    let shown = rows.text(width: 120)
    #expect(shown[0].split(separator: " ") == ["z", "seed", "mi", "rmse"])
    #expect(shown.filter { $0.contains("†") }.count == 3, "\(shown)")
    #expect(shown.filter { $0.contains("‡") }.count == 3)
    #expect(shown.contains { $0.hasPrefix("† mi: 21 dimensions") && $0.contains(reason) })
    #expect(shown.contains { $0.hasPrefix("‡ mi: 22 dimensions") && $0.contains(reason) })
    for name in ["t", "u", "s"] {
      let table = try #require(bench.table(name))
      #expect(table.markdown().contains("†") && table.latex().contains("\\textdagger"), "\(name)")
      #expect(table.json().text().contains(reason) && table.csv().contains("_caveat"), "\(name)")
    }
    let summary = try #require(bench.table("t"))
    #expect(summary.notes.contains { $0.hasPrefix("no best mi: ") })
    #expect(!summary.bold.contains { summary.columns[$0.column].name == "mi" })
    let warnings = bench.output.error.filter { $0.contains("can't be relied on") }
    #expect(warnings.count == 1 && warnings[0].contains("4 of 4 values of mi"))
    // Rows that the run store keeps have them too.
    let csv = rows.csv()
    #expect(bench.run(Self.sweep) == [])
    #expect(bench.table("r")?.csv() == csv)
  }

  @Test(
    "evaluations side by side carry the caveats of their numbers; mi_q near log n is a lower bound")
  func comparisons() throws {
    let bench = try BuiltinsBench()
    #expect(
      bench.run(
        """
        d = load toy "4" n=256
        m = train(model(amim, d, z=2, hidden=[50]), d, epochs=60, lr=.01, seed=1)
        a = evaluate m d mi_q
        b = evaluate model(vae, d, z=2, hidden=[3]) d mi_q
        t = table [a, b] names=["trained", "fresh"] best=bold
        """) == [])
    let table = try #require(bench.table("t"))
    #expect(table.columns.map(\.name) == ["model", "mi_q", "mi_q_caveat"])
    #expect(table.rows[0][2].shortText.contains("a lower bound"))
    #expect(table.caveats(of: 1, in: [1]).isEmpty)
    #expect(bench.json("a")?.contains("\"caveat\"") == true)
    #expect(bench.json("b")?.contains("\"caveat\"") == false)
    #expect(table.bold.isEmpty)
  }

  @Test(
    "a number in prose has the mark of its caveat and a note below the prose, also when nothing runs again"
  )
  func prose() throws {
    let text = """
      ```mim
      d = load toy "4" dim=20 n=200
      s = evaluate(model(vae, d, z=2, hidden=[4]), d, mi, rmse)
      r = sweep z=[1, 2] { evaluate(model(vae, d, z=z, hidden=[4]), d, mi) }
      i = mi take(d.train, 40) take(d.train, 40)
      ```

      Of `{mim} s.mi %.1f` and `{mim} s.mi %.2f`, `{mim} s.rmse %.1f`, `{mim} i.n`, and `{mim} i.value %.3f`.

      ```mim
      s
      ```

      All: `{mim} r.mi %.1f`.

      """
    let folder = try TemporaryFolder()
    for isFound in [false, true] {
      let run = try CachedRun(text, in: folder)
      #expect(run.code == .ok && run.ran.isEmpty == isFound)
      let report = try folder.text("out/report.md")
      #expect(report.contains(/Of \d\.\d† and \d\.\d\d†, [\d.]+, 40, and \d\.\d\d\d‡\./))
      #expect(report.contains("\n† s.mi: 22 dimensions are too many for 200 points"))
      #expect(report.contains("\n‡ i.value: ") && report.contains("have a column in common"))
      #expect(report.contains(/All: \\\[\d\.\d, \d\.\d\\\]†\./))
      #expect(report.contains("\n† r.mi: 21 dimensions"))
      #expect(try folder.text("out/report.html").contains("† s.mi: 22 dimensions"))
    }
  }

  @Test("a table's own column of numbers is shown, whatever its name")
  func ownColumn() throws {
    let bench = try BuiltinsBench()
    let file = try bench.folder.write("a,a_caveat\n1,2\n3,4\n", to: "t.csv")
    #expect(bench.run("d = load \"\(file)\" split=[1, 0, 0]\nshow d.train") == [])
    #expect(bench.output.out.contains { $0.split(separator: " ") == ["row", "a", "a_caveat"] })
  }

  @Test("bold is what is better than the next by more than the standard error of the difference")
  func best() throws {
    let bench = try BuiltinsBench()
    #expect(
      bench.run(
        """
        near = sweep a=[0, 0.1] seed=1..4 { a + seed }
        far = sweep a=[0, 9] seed=1..4 { a + seed }
        t = table near by=a value=value best=bold
        u = table far by=a value=value best=bold
        """) == [])
    #expect(bench.table("t")?.bold.isEmpty == true)
    #expect(
      bench.table("t")?.notes.contains { $0.contains("standard error of the difference") } == true)
    #expect(bench.table("u")?.bold == [Table.Place(row: 1, column: 1)])
  }
}
