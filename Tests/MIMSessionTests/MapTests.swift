import Foundation
import MIMFormats
import MIMScript
import MIMSession
import MIMTensor
import Testing

@Suite("Maps to look around in")
struct MapTests {
  private static let fixtures = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures").path
  /// A data set of images: 12 of its items are test items.
  private static let images =
    "o = load omniglot \"\(fixtures)/omniglot/chardata.mat\" binarize=dynamic seed=1\n"

  private func page(_ bench: BuiltinsBench, _ name: String) throws -> String {
    try String(contentsOfFile: "\(bench.folder.path)/out/\(name)", encoding: .utf8)
  }

  /// What stands between the tags of the element with that id.
  private func element(_ id: String, _ page: String) throws -> Substring {
    let begin = try #require(page.range(of: "id=\"\(id)\">"))
    let end = try #require(page.range(of: "</script>", range: begin.upperBound..<page.endIndex))
    return page[begin.upperBound..<end.lowerBound]
  }

  private func data(_ page: String) throws -> [String: Any] {
    let json = try JSONSerialization.jsonObject(with: Data(element("map-data", page).utf8))
    return try #require(json as? [String: Any])
  }

  private func numbers<Number>(_ value: Any?, as type: Number.Type) throws -> [Number] {
    let bytes = try #require((value as? String).flatMap { Data(base64Encoded: $0) })
    return bytes.withUnsafeBytes { Array($0.bindMemory(to: type)) }
  }

  @Test("a map holds the places and classes of all points, and its own script alone may run")
  func contents() throws {
    let bench = try BuiltinsBench()
    #expect(
      bench.run(
        """
        toy = load toy "4" n=100
        m0 = model mim toy z=2 hidden=[8]
        z = encode m0 toy.test
        save z "map.html"
        save z "codes.npz"
        """) == [])
    let page = try page(bench, "map.html")
    let data = try data(page)
    let codes = try #require(bench.object("z") as? CodesObject)
    #expect(data["count"] as? Int == codes.count)
    let x = try numbers(data["x"], as: Float.self)
    let y = try numbers(data["y"], as: Float.self)
    #expect(x == (0..<codes.count).map { codes.values.elements[2 * $0] })
    #expect(y == (0..<codes.count).map { codes.values.elements[2 * $0 + 1] })
    #expect(try numbers(data["labels"], as: Int32.self) == codes.labels)
    // The policy names the hash of the script that is there, and nothing else may run or be loaded.
    let begin = try #require(page.range(of: "<script>"))
    let end = try #require(page.range(of: "</script>", range: begin.upperBound..<page.endIndex))
    let script = page[begin.upperBound..<end.lowerBound]
    var hash = SHA256()
    Array(script.utf8).withUnsafeBytes { hash.update($0) }
    #expect(page.contains("script-src 'sha256-\(Data(hash.digest()).base64EncodedString())'"))
    #expect(page.contains("default-src 'none'") && !page.contains("unsafe-eval"))
    #expect(page.matches(of: /<script>/).count == 1 && !page.contains(/\son[a-z]+="/))
    #expect(!page.contains("http://") && !page.contains("https://"))
  }

  @Test("a map has the names of a table's lines, as text")
  func lineNames() throws {
    let bench = try BuiltinsBench()
    let lines = (0..<40).map { "\($0),\($0 * $0 % 17),</script>p\($0)\n" }.joined()
    let file = try bench.folder.write("a,b,who\n" + lines, to: "t.csv")
    #expect(
      bench.run(
        "d = load \"\(file)\" id=who\nsave pca(take(d.all, 10)) \"map.html\"\nfirst = d.all.a.values"
      )
        == [], "\(bench.output.error)")
    let data = try data(page(bench, "map.html"))
    let first = try #require(bench.session.bindings["first"]?.asNumbers)
    #expect(
      data["lines"] as? [String] == first.prefix(10).map { "</script>p\(Int($0))" })
    #expect(data["lineColumn"] as? String == "who")
    #expect(try page(bench, "map.html").matches(of: /<\/script>/).count == 2)
  }

  @Test("a map of a table's items knows their rows in the file, one of other items has none")
  func rows() throws {
    let bench = try BuiltinsBench()
    let lines = (0..<40).map { "\($0),\($0 * $0 % 17),\($0 % 2 == 0 ? "u" : "v")\n" }.joined()
    let file = try bench.folder.write("a,b,sort\n" + lines, to: "t.csv")
    #expect(
      bench.run(
        """
        d = load "\(file)" label=sort seed=3
        save pca(take(d.all, 10)) "map.html"
        plot take(d.all, 12) save="items.html"
        plot d.all.b d.all.a save="columns.html"
        toy = load toy "4" n=100
        save pca(toy.test) "toy.html"
        first = d.all.a.values
        """) == [], "\(bench.output.error)")
    let rows: [Int32] = try numbers(data(page(bench, "map.html"))["rows"], as: Int32.self)
    // Column a counts the lines from 0.
    let first = try #require(bench.session.bindings["first"]?.asNumbers)
    #expect(rows.map { Double($0) - 1 } == Array(first.prefix(10)))
    for (name, count) in [("items", 12), ("columns", 40)] {
      let rows: [Int32] = try numbers(data(page(bench, "\(name).html"))["rows"], as: Int32.self)
      #expect(rows.map { Double($0) - 1 } == Array(first.prefix(count)), "\(name)")
    }
    #expect(try data(page(bench, "toy.html"))["rows"] is NSNull)
  }

  @Test("labels that are HTML or script stay text")
  func hostileLabels() throws {
    let labels = [
      "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "a & \"b\" 'c'",
      "<!-- x", "\u{202E}gnp", "=1+1",
    ]
    let bench = try BuiltinsBench()
    let rows = (0..<60).map { row in
      "\(row),\(row % 7),\"\(labels[row % labels.count].replacing("\"", with: "\"\""))\""
    }
    let csv = try bench.folder.write((["a,b,c"] + rows).joined(separator: "\n"), to: "d.csv")
    #expect(
      bench.run("d = load \"\(csv)\" label=\"c\"\nsave d.train \"map.html\"") == [],
      "\(bench.output.error)")
    let page = try page(bench, "map.html")
    let names = try #require(try data(page)["names"] as? [String])
    #expect(Set(names) == Set(labels.map { $0.replacing("\u{202E}", with: "\\u{202E}") }))
    #expect(page.matches(of: /<script/).count == 2 && !page.contains("<img"))
    #expect(page.contains("<th scope=\"row\">&lt;/script&gt;&lt;script&gt;"))
    #expect(!page.contains("\u{202E}"))
  }

  @Test("images of the items behind an embedding are packed, and come back from the cache")
  func pictures() throws {
    let bench = try BuiltinsBench()
    #expect(
      bench.run(
        Self.images + """
          m0 = model vae o z=3 hidden=[8]
          z = encode m0 o.test
          e = pca z
          save e "map.html"
          plot take(e, 5) save="few" format=[png, html]
          """) == [], "\(bench.output.error)")
    let page = try page(bench, "map.html")
    let pictures = try #require(try data(page)["pictures"] as? [String: Any])
    #expect(pictures["width"] as? Int == 28 && pictures["height"] as? Int == 28)
    #expect(pictures["columns"] as? Int == 12)
    let sheet = try #require(Data(base64Encoded: String(element("sheet-0", page))))
    // 12 images of 28 × 28 in one row.
    #expect(sheet.prefix(4).elementsEqual([0x89, 0x50, 0x4E, 0x47]))
    #expect(sheet[16..<24].elementsEqual([0, 0, 1, 80, 0, 0, 0, 28]))
    #expect(try data(self.page(bench, "few.html"))["count"] as? Int == 5)
    #expect(AtomicFile.exists("\(bench.folder.path)/out/few.png"))
    // A kept embedding still knows its items.
    let value = try #require(bench.session.bindings["e"])
    let again = try bench.session.keptValue(bench.session.keptBytes(of: value))
    bench.session.bind("again", to: again)
    #expect(bench.run("save again \"again.html\"") == [])
    #expect(try element("sheet-0", self.page(bench, "again.html")) == element("sheet-0", page))
    let figure = try #require(
      bench.run("f = plot e color=none") == [] ? bench.session.bindings["f"] : nil)
    bench.session.bind("f2", to: try bench.session.keptValue(bench.session.keptBytes(of: figure)))
    #expect(bench.run("save f2 \"f2.html\"") == [])
    #expect(try element("sheet-0", self.page(bench, "f2.html")) == element("sheet-0", page))
  }

  @Test("images in rows are a map too; colours by value keep the labels")
  func grids() throws {
    let bench = try BuiltinsBench()
    #expect(
      bench.run(
        Self.images + """
          plot o.test cols=5 save="grid.html"
          m0 = model vae o z=2 hidden=[8]
          z = encode m0 o.test
          plot z color=z1 save="values.html"
          """) == [], "\(bench.output.error)")
    let grid = try data(page(bench, "grid.html"))
    #expect(grid["isGrid"] as? Bool == true)
    #expect(try numbers(grid["x"], as: Float.self).prefix(7) == [0, 1, 2, 3, 4, 0, 1])
    #expect(try numbers(grid["y"], as: Float.self).prefix(7) == [0, 0, 0, 0, 0, -1, -1])
    let values = try data(page(bench, "values.html"))
    #expect((values["colors"] as? [String])?.isEmpty == true)
    #expect(try numbers(values["labels"], as: Int32.self).count == 12)
    #expect(try numbers(values["values"], as: Float.self) == numbers(values["x"], as: Float.self))
  }

  @Test("what is no map says so, and a file of another statement is not replaced")
  func refusals() throws {
    let bench = try BuiltinsBench()
    #expect(
      bench.run(
        """
        toy = load toy "4" n=64
        m0 = model mim toy z=2 hidden=[8]
        m = train m0 toy epochs=2
        z = encode m0 toy.test
        """) == [])
    #expect(bench.run("plot m.history save=\"h.html\"") == ["E220"])
    #expect(bench.run("save m \"m.html\"") == ["E220"])
    #expect(
      bench.run("figure save=\"f.html\" {\nplot z\nplot m.history title=\"T\"\n}") == ["E220"])
    #expect(bench.output.errors.last?.message.contains("panel 2 (T) of 2") == true)
    #expect(
      !FileManager.default.fileExists(atPath: bench.folder.path + "/out/f.html"),
      "nothing is half written")
    #expect(bench.run("plot z save=\"z.html\" format=png") == ["E220"])
    #expect(bench.run("save encode(model(mim, toy, z=3), toy.test) \"z.html\"") == ["E303"])
    #expect(bench.run("save z \"z.html\"") == [])
    #expect(bench.run("save z \"z.html\"") == [], "the same statement may replace its file")
    #expect(bench.run("plot z title=\"other\" save=\"z.html\"") == ["E502"])
    #expect(bench.run("plot z title=\"other\" save=\"z.html\" force=true") == [])
  }

  @Test(
    "of a figure of several panels each is a map of its own, with its items, in one page that loads nothing"
  )
  func severalPanels() throws {
    let bench = try BuiltinsBench()
    #expect(
      bench.run(
        Self.images + """
          m0 = model mim o z=2 hidden=[8]
          z = encode m0 o.test
          fig = figure cols=2 title="A & B" {
            plot z color=label title="Codes \\"quoted\\" & more"
            plot take(o.test, 6) cols=3
          }
          save fig "both.html"
          save z "one.html"
          """) == [], "\(bench.output.error)")
    let file = try page(bench, "both.html")
    let pages = file.components(separatedBy: "srcdoc=\"").dropFirst().map { part in
      String(part.prefix { $0 != "\"" }).replacingOccurrences(of: "&quot;", with: "\"")
        .replacingOccurrences(of: "&amp;", with: "&")
    }
    try #require(pages.count == 2)
    let (one, first) = (try data(page(bench, "one.html")), try data(pages[0]))
    for key in ["x", "y", "labels"] { #expect(first[key] as? String == one[key] as? String) }
    // The items' images have come along, from within the block.
    #expect(pages.allSatisfy { $0.contains("id=\"sheet-0\"") })
    #expect(try data(pages[1])["count"] as? Int == 6)
    #expect(try data(pages[1])["isGrid"] as? Bool == true)
    #expect(pages[0].contains("<h1>Codes &quot;quoted&quot; &amp; more</h1>"))
    #expect(file.contains("title=\"Map 2 of 2: Panel 2\""))
    // The outer page has the policy of those within, which forbids what they do not need.
    let policy = try #require(pages[0].firstMatch(of: /Content-Security-Policy" content="([^"]+)"/))
    #expect(file.contains("content=\"\(policy.1)\""))
    #expect(!file.contains("http://") && !file.contains("https://"))
  }

  @Test("the recipe in a map draws it again")
  func recipe() throws {
    let folder = try TemporaryFolder()
    let output = CollectedOutput()
    let notebook = "```mim\ntoy = load toy \"4\" n=40\nplot toy.test save=\"f.html\"\n```\n"
    var options = RunOptions()
    options.outputFolder = "\(folder.path)/one"
    let code = Commands.run(
      try folder.write(notebook, to: "n.mimnb"), options: options, output: output,
      interruption: Interruption())
    #expect(code == .ok, "\(output.error)")
    let (text, read) = Commands.recipe("\(folder.path)/one/f.html", output: output)
    #expect(read == .ok && text?.contains("plot toy.test save=\"f.html\"") == true)
    // The report shows the picture, and leads to the map.
    let report = try folder.text("one/report.html")
    #expect(report.contains("href=\"./f.html\"") && report.contains("data:image/png"))
  }

  @Test("images that would take too much space get fewer levels, then fewer pixels")
  func limit() throws {
    var random = RandomStream(seed: 1, stream: "noise")
    let noise = (0..<50 * 20 * 20).map { _ in Float(random.uniform()) }
    func packed(_ limit: Int) throws -> MapPictures {
      try MapPictures(grey: noise, width: 20, height: 20, limit: limit)
    }
    let whole = try packed(1_000_000)
    #expect(whole.levels == 256 && whole.reduction == 1 && whole.width == 20)
    let size = whole.sheets.map(\.count).reduce(0, +)
    let fewer = try packed(size - 1)
    #expect(fewer.levels < 256 && fewer.reduction == 1)
    #expect(fewer.sheets.map(\.count).reduce(0, +) < size)
    let smaller = try packed(size / 4)
    #expect(smaller.reduction > 1 && smaller.width < 20)
    #expect(smaller.sheets.map(\.count).reduce(0, +) <= size / 4)
    #expect(try packed(1).sheets.isEmpty, "nothing fits")
  }
}
