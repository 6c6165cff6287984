import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("Verbs from data to figure")
struct BuiltinsSliceTests {
  private static let slice = """
    toy = load toy "4" n=1280 seed=1
    m0 = model mim toy z=2 hidden=[20] seed=1
    m = train m0 toy epochs=12 warmup=2 schedule=noam lr=5e-3 seed=1
    z = encode m toy.test seed=1
    s = evaluate m toy nll elbo rmse kl mi knn([1, 5]) nmi collapse active seed=1
    """

  @Test("load, model, train, encode, evaluate give a model that knows its data")
  func slice() throws {
    let bench = try BuiltinsBench()
    #expect(bench.run(Self.slice).isEmpty)
    #expect(bench.number("m.epochs") == 12)
    #expect(bench.number("m0.epochs") == nil)
    #expect(bench.number("z.n") == 1280)
    #expect(bench.number("z.z") == 2)
    let mi = try #require(bench.number("s.mi"))
    let knn = try #require(bench.number("s.knn5"))
    #expect(mi > 1 && knn > 0.6)
    for name in ["nll", "elbo", "rmse", "kl", "knn1", "nmi", "collapse", "active"] {
      #expect(bench.number("s.\(name)")?.isFinite == true, "\(name)")
    }
  }

  @Test("the same seeds give the same numbers, and clock times are not among them")
  func repeats() throws {
    let first = try BuiltinsBench()
    let second = try BuiltinsBench()
    for bench in [first, second] { #expect(bench.run(Self.slice).isEmpty) }
    #expect(first.json("s") == second.json("s"))
    #expect(first.json("m") == second.json("m"))
    #expect(first.json("s")?.contains("seconds") == false)
  }

  @Test("training on equals one longer training with keep=last")
  func trainingOn() throws {
    let bench = try BuiltinsBench()
    let errors = bench.run(
      """
      toy = load toy "4" n=640 seed=1
      m0 = model vae toy hidden=[8] seed=1
      a = train(train(m0, toy, epochs=2, keep=last, seed=3), toy, epochs=2, keep=last, seed=3)
      b = train m0 toy epochs=4 keep=last seed=3
      sa = evaluate a toy nll rmse seed=1
      sb = evaluate b toy nll rmse seed=1
      """)
    #expect(errors.isEmpty)
    #expect(bench.number("sa.nll") == bench.number("sb.nll"))
    #expect(bench.number("sa.rmse") == bench.number("sb.rmse"))
  }

  @Test("a trained model continues its own seed, whatever the names, saved or not")
  func continuedSeed() throws {
    let bench = try BuiltinsBench()
    let path = bench.folder.path + "/a.safetensors"
    let errors = bench.run(
      """
      toy = load toy "4" n=640 seed=1
      a = train(model(mim, toy, hidden=[8], seed=1), toy, epochs=2)
      save a "\(path)"
      a2 = load "\(path)"
      a3 = train a2 toy epochs=2
      b = train a toy epochs=2
      c = train a toy epochs=2 seed=7
      s3 = evaluate a3 toy nll rmse seed=1
      sb = evaluate b toy nll rmse seed=1
      sc = evaluate c toy nll rmse seed=1
      """)
    #expect(errors.isEmpty, "\(bench.output.error)")
    #expect(bench.number("a3.seed") == bench.number("a.seed"))
    #expect(bench.number("c.seed") == 7)
    #expect(bench.number("s3.nll") == bench.number("sb.nll"))
    #expect(bench.number("s3.rmse") == bench.number("sb.rmse"))
    #expect(bench.number("sc.nll") != bench.number("sb.nll"))
  }

  @Test("a saved model is loaded again and measures the same")
  func saveAndLoad() throws {
    let bench = try BuiltinsBench()
    let path = bench.folder.path + "/m.safetensors"
    let errors = bench.run(
      """
      toy = load toy "4" n=640 seed=1
      m = train(model(mim, toy, hidden=[8], seed=1), toy, epochs=2, seed=3)
      save m "\(path)"
      m2 = load "\(path)"
      sa = evaluate m toy nll mi seed=1
      sb = evaluate m2 toy nll mi seed=1
      a = train m toy epochs=1 seed=5
      b = train m2 toy epochs=1 seed=5
      ta = evaluate a toy nll seed=1
      tb = evaluate b toy nll seed=1
      """)
    #expect(errors.isEmpty)
    #expect(bench.number("sa.mi") == bench.number("sb.mi"))
    #expect(bench.number("ta.nll") == bench.number("tb.nll"))
  }

  @Test("an interrupt keeps the partial model, marks it and skips the rest")
  func interrupt() throws {
    let bench = try BuiltinsBench()
    #expect(bench.run("toy = load toy \"4\" n=1280; m0 = model mim toy hidden=[20]").isEmpty)
    let interruption = bench.interruption
    DispatchQueue.global().asyncAfter(deadline: .now() + 0.4) { interruption.request() }
    let outcome = bench.session.evaluate(
      Source(name: "test.mim", text: "m = train m0 toy epochs=100000 patience=none\nx = 1"))
    guard case .interrupted = outcome else {
      Issue.record("not interrupted")
      return
    }
    #expect(bench.json("m")?.contains("\"interrupted\"") == true)
    #expect(bench.session.bindings["x"] == nil)
  }

  @Test("a lost loss stops with E410 and leaves the last good model in ans")
  func diverges() throws {
    let bench = try BuiltinsBench()
    let codes = bench.run(
      """
      toy = load toy "4" n=640 seed=1
      m0 = model vae toy hidden=[8] seed=1
      m = train m0 toy lr=900 epochs=50 keep=last seed=1
      """)
    #expect(codes == ["E410"])
    #expect(bench.session.bindings["m"] == nil)
    #expect(bench.json("ans")?.contains("\"diverged\"") == true)
    #expect(bench.output.errors.last?.notes.first?.contains("ans") == true)
  }

  @Test("frames keep the model of every epoch asked for")
  func frames() throws {
    let bench = try BuiltinsBench()
    let errors = bench.run(
      """
      toy = load toy "4" n=640
      t = train(model(mim, toy, hidden=[8]), toy, epochs=4, frames=2)
      plot t.frames view=xz n=50 save="frames"
      """)
    #expect(errors.isEmpty)
    guard case .list(let frames)? = try? bench.session.value(ofPath: ["t", "frames"]) else {
      Issue.record("no frames")
      return
    }
    #expect(frames.count == 2)
    #expect(bench.folder.names("out") == ["frames.png"])
  }

  @Test(
    "show takes a look at items: values in the data's units under the names of their columns, with the class; pictures of characters"
  )
  func lookAtItems() throws {
    let bench = try BuiltinsBench()
    let rows = (1...20).map { "\($0),\(100 * $0),\($0 < 11 ? "low" : "high")" }
    let file = try bench.folder.write(
      "width,height,kind\n\(rows.joined(separator: "\n"))\n", to: "t.csv")
    #expect(
      bench.run("d = load \"\(file)\" label=kind scale=standard seed=1\nshow take(d.train, 3)")
        == [])
    let lines = bench.output.out
    let head = try #require(lines.firstIndex { $0.contains("width") })
    #expect(lines[head].split(separator: " ") == ["row", "width", "height", "class"])
    for line in lines[(head + 1)...(head + 3)] {
      let cells = line.split(separator: " ")
      let width = Double(cells[1]) ?? .nan
      #expect(
        Double(cells[2]) == 100 * width && cells[3] == (width < 11 ? "low" : "high"), "\(line)")
    }
    #expect(bench.run("show d.train") == [])
    #expect(bench.output.out.contains { $0.contains("16 items, 10 shown") })
  }

  @Test("a column that the file doesn't have is found by check, before anything runs")
  func missingColumn() throws {
    let folder = try TemporaryFolder()
    let table = try folder.write("a,b,kind\n1,2,x\n", to: "t.csv")
    for (options, code) in [
      ("label=kind", ExitCode.ok), ("label=kinds", .check), ("drop=[c]", .check),
    ] {
      let output = CollectedOutput()
      let script = try folder.write("d = load \"\(table)\" \(options)\n", to: "s.mim")
      #expect(Commands.check(script, output: output) == code, "\(options) \(output.error)")
      #expect(code == .ok || output.codes == ["E520"], "\(output.error)")
    }
  }

  @Test("mean and standard deviation over rows alike are those of the numbers")
  func summaries() throws {
    let bench = try BuiltinsBench()
    let errors = bench.run(
      """
      r = sweep a=["x", "y"] seed=1..3 { seed * 2 }
      t = table r by=a value=value as="mean ± sd"
      u = table r by=a value=value as="mean ± se" best=bold
      w = table r by=a value=value as=mean where=(seed < 3)
      """)
    #expect(errors == [])
    let cells = ["t", "u", "w"].map { bench.table($0)?.rows.map { $0.map(\.shortText) } ?? [] }
    #expect(cells[0] == [["x", "4", "2", "3"], ["y", "4", "2", "3"]])
    #expect(cells[1].map { $0[2] } == ["1.154700538", "1.154700538"])
    #expect(
      bench.table("t")?.text(width: 80).dropLast()
        == ["a      value  n", "x  4.0 ± 2.0  3", "y  4.0 ± 2.0  3"])
    #expect(bench.table("t")?.csv().hasPrefix("a,value,value_sd,n\nx,4,2,3\n") == true)
    let row = "{\"a\":\"x\", \"value\":4, \"value_sd\":2, \"n\":3}"
    #expect(bench.table("t")?.json().text().contains(row) == true)
    #expect(
      bench.table("u")?.bold == [Table.Place(row: 0, column: 1), Table.Place(row: 1, column: 1)])
    #expect(bench.table("u")?.latex().contains("\\textbf{4.0 $\\pm$ 1.2}") == true)
    #expect(bench.table("u")?.markdown().contains("**4.0 ± 1.2**") == true)
    #expect(cells[2] == [["x", "3", "2"], ["y", "3", "2"]])
  }

  @Test("across= sets the values of a column side by side, each mean with its spread")
  func sideBySide() throws {
    let bench = try BuiltinsBench()
    let errors = bench.run(
      """
      r = sweep a=[1, 2] b=[1, 3] seed=1..3 { a * b * seed }
      t = table r by=a across=b value=value best=bold
      u = table r by=a across=b value=value as=mean
      w = table r by=a across=b value=value as=mean where=(a == 1 or b == 1)
      """)
    #expect(errors == [])
    #expect(
      bench.table("t")?.csv()
        == "a,1,1_sd,3,3_sd\n1,2,1,6,3\n2,4,2,12,6\n")
    #expect(bench.table("t")?.bold.contains(Table.Place(row: 1, column: 3)) == true)
    #expect(bench.table("t")?.bold.contains(Table.Place(row: 1, column: 1)) == false)
    #expect(
      bench.table("t")?.notes.joined().contains("mean ± sd over matching rows, n = 3") == true)
    #expect(bench.table("u")?.csv() == "a,1,3\n1,2,6\n2,4,12\n")
    #expect(bench.table("w")?.csv() == "a,1,3\n1,2,6\n2,4,\n")
    #expect(bench.run("table r across=b").first?.contains("E220") == true)
    #expect(bench.run("table r by=a across=a").first?.contains("E302") == true)
  }

  @Test("heat= colours a cell by the mean of the rows that agree in x= and y=")
  func tableHeatMap() throws {
    let bench = try BuiltinsBench()
    let errors = bench.run(
      """
      r = sweep a=[1, 2] b=[1, 3] seed=1..3 { a * b * seed }
      f = plot r x=b y=a heat=value range=[0, 10]
      """)
    #expect(errors == [])
    let figure = try #require(bench.object("f") as? any Encodable)
    let text = String(decoding: try JSONEncoder().encode(figure), as: UTF8.self)
    for part in [
      "\"values\":[2,6,4,12]", "\"rowLabels\":[\"1\",\"2\"]", "\"columnLabels\":[\"1\",\"3\"]",
      "\"valueRange\":[0,10]",
    ] { #expect(text.contains(part), "\(part)") }
    #expect(bench.run("plot r x=b heat=value").first?.contains("E105") == true)
    #expect(bench.run("plot r x=b y=a heat=value range=[2, 1]").first?.contains("E201") == true)
  }

  @Test("a sweep gathers what evaluate measures, and table and plot put seeds together")
  func sweeps() throws {
    let bench = try BuiltinsBench()
    let errors = bench.run(
      """
      toy = load toy "4" n=256
      r = sweep kind=["mim", "vae"] hidden=[4, 8] seed=1..3 {
        t = train(model(kind, toy, hidden=[hidden]), toy, epochs=1, batch=64, seed=seed)
        evaluate t toy nll mi(n=100) knn(5)
      }
      t = table r by=[kind, hidden] value=[nll, knn5] as="mean ± sd" best=bold
      plot r x=hidden y=[nll, mi] color=kind error=sd save="sweep"
      save r "r.csv"; save t "r.tex"; save t "r.md"; save t "r.json"; save t "r.tsv"
      """)
    #expect(errors.isEmpty)
    let rows = try #require(bench.table("r"))
    #expect(rows.rows.count == 12)
    #expect(rows.columns.map(\.name) == ["kind", "hidden", "seed", "nll", "mi", "knn5"])
    let summary = try #require(bench.table("t"))
    #expect(
      summary.columns.map(\.name) == ["kind", "hidden", "nll", "nll_sd", "knn5", "knn5_sd", "n"])
    #expect(summary.rows.count == 4)
    #expect(
      bench.folder.names("out")
        == ["r.csv", "r.json", "r.md", "r.tex", "r.tsv", "sweep.png"])
  }
}
