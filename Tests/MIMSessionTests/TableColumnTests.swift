import Foundation
import MIMFigures
import MIMFormats
import MIMScript
import MIMSession
import Testing

/// The columns of a table in pictures of its items.
@Suite("Columns of a table in pictures")
struct TableColumnTests {
  private func bench() throws -> (BuiltinsBench, load: String) {
    let bench = try BuiltinsBench()
    let rows = (0..<40).map { "\($0),\($0 * $0),\($0 % 2 == 0 ? "u" : "v")\n" }.joined()
    let file = try bench.folder.write("sepal length,b2,k\n" + rows, to: "t.csv")
    return (bench, "d = load \"\(file)\" label=k\n")
  }

  @Test(
    "color= takes the class and the columns by their names, of a data set and of a split",
    arguments: ["label", "sepal_length", "b2", "none"])
  func colors(_ word: String) throws {
    let (bench, load) = try bench()
    #expect(bench.run(load + "plot d color=\(word)\nplot d.test color=\(word)") == [])
    // The data are there now, and what is known of them is no less than before.
    #expect(bench.run("plot take(d.train, 5) color=\(word)") == [])
  }

  @Test(
    "the column of the labels has its own name too: color=, for items, codes and embeddings; behind the dot it is `labels`"
  )
  func labelsByName() throws {
    let (bench, load) = try bench()
    let code = """
      z = encode(model(ae, d, z=2, hidden=[3]), d.test)
      plot d.all color=k save="a.html"
      plot d.all color=label save="b.html"
      plot d color=k
      plot take(d.train, 5) color=k
      plot z color=k
      plot z.means color=k
      plot take(z, 3) color=k
      plot pca(z) color=k
      plot pca(d.test) color=k
      a = max(d.k)
      b = max(d.test.k)
      """
    #expect(bench.run(load + code) == [])
    #expect(bench.session.bindings["a"]?.asNumber == 1)
    #expect(bench.session.bindings["b"]?.asNumber == 1)
    func drawn(_ name: String) throws -> Substring {
      // Without the recipe, which holds the statement.
      try bench.folder.text("out/\(name).html").split(separator: "\n").first {
        $0.contains("\"axes\"")
      } ?? ""
    }
    let (own, label) = (try drawn("a"), try drawn("b"))
    #expect(own == label && own.contains("\"u\""))
    #expect(bench.run("plot d color=K") == ["E109"])
  }

  @Test(
    "a column that is not there is shown where it is written, with the names that are near")
  func noSuchColumn() throws {
    let (bench, load) = try bench()
    let drops = load.replacing("label=k", with: "label=k drop=[b3, b2]")
    #expect(bench.run(drops) == ["E520"])
    #expect(bench.output.errors.first?.label == "did you mean `b2`?")
    let second = try BuiltinsBench()
    let file = try second.folder.write("species,a\nu,1\nv,2\n", to: "s.csv")
    #expect(second.run("d = load \"\(file)\" label=specie") == ["E520"])
    let error = try #require(second.output.errors.first)
    #expect(error.label == "did you mean `species`?" && error.span?.text == "specie")
  }

  @Test("where a data set's test items are too few for t-SNE, the error tells of all of them")
  func fewTestItems() throws {
    let (bench, load) = try bench()
    #expect(bench.run(load + "e = tsne d") == ["E420"])
    #expect(bench.output.error.joined().contains("`d.all` has 40"))
    #expect(bench.run(load + "e = tsne d.test") == ["E420"])
    #expect(bench.output.error.joined().components(separatedBy: "d.all").count == 2)
  }

  @Test("pixels of a scaled table are drawn in its units: 0 to 16 as 0 to 1")
  func pixels() throws {
    func drawn(_ factor: Int) throws -> [UInt8] {
      let bench = try BuiltinsBench()
      let rows = (0..<20).map { row in
        (0..<16).map { "\(Double(($0 * 5 + row) % 9 * factor) / 8)" }.joined(separator: ",") + "\n"
      }
      let header = (0..<16).map { "p\($0)" }.joined(separator: ",") + "\n"
      let file = try bench.folder.write(header + rows.joined(), to: "t.csv")
      let code = "d = load \"\(file)\" scale=minmax seed=1\nplot d.train save=\"p.png\""
      #expect(bench.run(code) == [])
      let png = try FileReader.bytes(of: "\(bench.folder.path)/out/p.png")
      return try FigurePixels(png: png).rgba
    }
    let (units, fractions) = (try drawn(16), try drawn(1))
    #expect(units == fractions && Set(units).count > 5)
  }

  @Test("kept codes and embeddings know the name of the labels' column")
  func keptLabelName() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<40).map { "\($0),\($0 * $0),\($0 % 2 == 0 ? "u" : "v")\n" }.joined()
    let file = try folder.write("a,b,k\n" + rows, to: "t.csv")
    func notebook(_ color: String) -> String {
      """
      ```mim
      d = load "\(file)" label=k
      z = encode(model(ae, d, z=2, hidden=[3]), d.test)
      e = pca d.all
      ```

      ```mim
      #| label: pictures
      plot z color=\(color)
      plot e color=\(color)
      ```

      """
    }
    let first = try CachedRun(notebook("label"), in: folder)
    let second = try CachedRun(notebook("k"), in: folder)
    #expect(first.code == .ok && second.code == .ok)
  }

  @Test("a feature keeps its name where the labels' column could take it as a field")
  func labelsBesideFeatures() throws {
    let bench = try BuiltinsBench()
    let rows = (0..<40).map { "\($0),\($0 % 2 == 0 ? "u" : "v"),\($0 % 3)\n" }.joined()
    let file = try bench.folder.write("a b,a-b,c\n" + rows, to: "t.csv")
    #expect(
      bench.run(
        "d = load \"\(file)\" label=\"a-b\"\na = max(d.a_b)\nb = max(d.a_b_2)\n"
          + "plot d color=a_b_2\nplot d color=a_b") == [])
    #expect(bench.session.bindings["a"]?.asNumber == 39)
    #expect(bench.session.bindings["b"]?.asNumber == 1)
  }

  @Test("color= takes a column of the data for codes of its items")
  func columnsOfOthers() throws {
    let (bench, load) = try bench()
    let codes = load + "z = encode(model(ae, d, z=2, hidden=[3]), d.test)\n"
    #expect(bench.run(codes + "plot z color=d.test.b2 save=\"c.html\"") == [])
    let page = try bench.folder.text("out/c.html")
    #expect(page.contains("d.test.b2"))
    #expect(bench.run(codes + "plot z color=d.train.b2") == ["E302"])
  }

  @Test("columns and axes are in the units of the table, whatever scaling the model sees")
  func units() throws {
    let (bench, load) = try bench()
    let scaled = load.replacing("label=k", with: "label=k scale=standard")
    #expect(bench.run(scaled + "a = mean(d.b2)\nplot d.all save=\"s.html\"") == [])
    // The mean of the squares of 0 … 39.
    let mean = try #require(bench.session.bindings["a"]?.asNumber)
    #expect(abs(mean - 20_540 / 40) < 1e-3)
    let page = try bench.folder.text("out/s.html")
    #expect(abs((Self.floats("x", in: page).max() ?? 0) - 39) < 1e-3)
    #expect(abs((Self.floats("y", in: page).max() ?? 0) - 1_521) < 1e-2)
  }

  @Test(
    "saved items and columns have the units and the names of the table; a column keeps double precision"
  )
  func saving() throws {
    let (bench, load) = try bench()
    let scaled = load.replacing("label=k", with: "label=k scale=standard")
    #expect(
      bench.run(
        scaled + "save d.all \"all.csv\"\nsave d.b2 \"b.npy\"\nsave d.b2 \"b.csv\"\n"
          + "e = load \"b.npy\"") == [])
    let lines = try bench.folder.text("out/all.csv").split(separator: "\n")
    #expect(lines.first == "sepal length,b2,label,class" && lines.count == 41)
    let squares = lines.dropFirst().compactMap { Double($0.split(separator: ",")[1]) }
    #expect(abs((squares.max() ?? 0) - 1_521) < 1e-2)
    #expect(try bench.folder.text("out/b.csv").hasPrefix("b2\n"))
    let bytes = try FileReader.bytes(of: "\(bench.folder.path)/out/b.npy")
    #expect(String(decoding: bytes.prefix(128), as: UTF8.self).contains("'<f8'"))
  }

  @Test(
    "what a model of scaled lines of a table decodes is saved and drawn in its units and names")
  func decoded() throws {
    let (bench, load) = try bench()
    let scaled = load.replacing("label=k", with: "label=k scale=standard")
    let decoding = """
      m = train(model(ae, d, z=2, hidden=[16], seed=1), d, epochs=400, batch=16, lr=.01, warmup=0, keep=last, seed=1)
      x = reconstruct m d.all seed=1
      save x "x.csv"
      plot x
      plot decode(m, encode(m, d.all, seed=1), seed=1) color=b2 save="x.html"

      """
    #expect(bench.run(scaled + decoding) == [], "\(bench.output.error.last ?? "")")
    let lines = try bench.folder.text("out/x.csv").split(separator: "\n")
    #expect(lines.first == "sepal length,b2,label,class")
    let squares = lines.dropFirst().compactMap { Double($0.split(separator: ",")[1]) }
    // Near 0 … 1,521, not near -1 … 3.
    #expect((squares.max() ?? 0) > 900 && (squares.max() ?? 0) < 2_500, "\(squares.max() ?? 0)")
    let page = try bench.folder.text("out/x.html")
    #expect((Self.floats("y", in: page).max() ?? 0) > 900)
  }

  /// The numbers of that name in a map.
  private static func floats(_ name: String, in page: String) -> [Float] {
    let text = page.components(separatedBy: "\"\(name)\":\"").dropFirst().first ?? ""
    let bytes = [UInt8](Data(base64Encoded: String(text.prefix { $0 != "\"" })) ?? Data())
    return stride(from: 0, to: bytes.count - bytes.count % 4, by: 4).map { place in
      Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * $1) })
    }
  }

  @Test(
    "Tab offers the columns behind color=, of a data set and of a split",
    arguments: ["d", "d.test"])
  func completion(_ name: String) throws {
    let (bench, load) = try bench()
    #expect(bench.run(load) == [])
    let completer = Completer(table: builtinTable, names: bench.session.bindings)
    let texts = completer.complete("plot \(name) color=").candidates.map(\.text)
    #expect(texts.prefix(4) == ["sepal_length", "b2", "label", "k"])
    #expect(completer.complete("\(name).").candidates.map(\.text).contains("k"))
  }

  @Test("a column is drawn as a histogram, two columns as points, one upwards from the other")
  func columnsAlone() throws {
    let (bench, load) = try bench()
    let text = "plot d.b2\nplot d.sepal_length d.b2 color=d.b2 save=\"p.html\"\nplot d.b2 bins=5"
    #expect(bench.run(load + text) == [])
    let page = try bench.folder.text("out/p.html")
    #expect(page.contains("\"axes\":[\"d.sepal_length\", \"d.b2\"]"))
    #expect((Self.floats("x", in: page).max() ?? 0) == 39)
    #expect((Self.floats("y", in: page).max() ?? 0) == 1_521)
    // Points are coloured by class, by itself and by either name; of columns that were computed, too.
    for (place, word) in ["", "color=label", "color=k"].enumerated() {
      let plot = "plot d.sepal_length log(d.b2 + 1) \(word) save=\"k\(place).html\""
      #expect(bench.run(load + plot) == [], "\(word)")
      #expect(try bench.folder.text("out/k\(place).html").contains("\"u\""), "\(word)")
    }
    #expect(bench.run(load + "plot d.b2 d.test.b2") == ["E302"])
    #expect(bench.run(load + "plot d.test d.b2") == ["E106"])
    #expect(bench.run(load + "plot d.b2 d.test") == ["E106"])
  }

  @Test("another name is found before the run, also one that would hold the number of a column")
  func unknown() throws {
    let (bench, load) = try bench()
    for word in ["x1", "c2", "sepal"] {
      #expect(bench.run("a = 1\n" + load + "plot d.test color=\(word)") == ["E109"])
      #expect(bench.session.bindings["a"] == nil, "\(word) was found only by running")
    }
    // Items without a table keep x1, x2 …
    #expect(bench.run("toy = load toy \"4\" n=64\nplot toy.test color=x2") == [])
  }

  @Test("the axes have the names of the header, and scales of their own")
  func axes() throws {
    let (bench, load) = try bench()
    #expect(
      bench.run(
        load + "plot d.test save=\"m.html\"\ntoy = load toy \"4\" n=64\nplot toy save=\"t.html\"")
        == [])
    let (table, points) = (try bench.folder.text("out/m.html"), try bench.folder.text("out/t.html"))
    #expect(table.contains("\"axes\":[\"sepal length\", \"b2\"]"))
    #expect(table.contains("\"isEqual\":false") && points.contains("\"isEqual\":true"))
    #expect(!points.contains("sepal length") && points.contains("x₁"))
  }
}
