import MIMScript
import MIMSession
import Testing

@Suite("Values that the cache keeps")
struct KeptValueTests {
  private static let setUp = """
    toy = load toy "4" n=256
    m0 = model mim toy z=2 hidden=[5]
    m = train m0 toy epochs=2 frames=1
    z = encode m toy.test
    """

  /// For every kind of object, statements of which the last makes one.
  private static let samples: [String: [String]] = [
    "data set": ["toy", "load(bmi, \"1v1-normal-0.75\", n=100)"],
    "items": ["toy.test", "toy.all", "take(toy.train, 5)"],
    "model": ["m0", "m", "train(m0, take(toy.train, 200), epochs=1)"],
    "history": ["m.history"],
    "codes": ["z", "z.means", "take(z, 3)"],
    "decoded items": [
      "decode(m, z)", "reconstruct(m, take(toy.test, 4))", "sample(m, 4, seed=3)",
    ],
    "embedding": [
      "pca(z)", "tsne(take(z, 60), perplexity=5, iters=20)", "umap(take(z, 60), epochs=5, seed=0)",
    ],
    "neighbors": ["neighbors(z, k=3)"],
    "figure": [
      "plot(z, color=label, title=\"codes\")", "plot(m.history, y=[loss, recon])",
      "plot(sample(m, 4, seed=3))", "plot(m, view=xz, contours=true, ellipses=true)",
    ],
    "information": ["mi(z, toy.test, null=20)", "mi(z, toy.test.labels)"],
    "information table": ["mi_table(z)"],
    "probe": ["probe(z, baseline=false, standardize=false, n=100)"],
    "array": ["load(bmi, \"1v1-normal-0.75\", n=100).x"],
    "evaluation": ["evaluate(m, toy, nll, mi, rmse, collapse)", "evaluate(m, toy, rmse)"],
  ]

  private func session(_ output: CollectedOutput) -> Session {
    let session = Session(settings: SessionSettings(seed: 3), output: output)
    session.evaluate(Source(name: "test", text: Self.setUp))
    return session
  }

  @Test("of every kind of object there is one that is tried here")
  func everyKind() {
    let kinds = builtinKinds.map(\.typeName)
    #expect(kinds.count > 12 && Set(kinds).count == kinds.count)
    for kind in kinds { #expect(Self.samples[kind]?.isEmpty == false, "no sample of \(kind)") }
    for kind in builtinTable.objects {
      #expect(kinds.contains(kind.typeName), "the cache can't keep \(kind.typeName)")
    }
  }

  @Test("an object that was kept is the same to the bit", arguments: samples.keys.sorted())
  func objects(_ kind: String) throws {
    let output = CollectedOutput()
    let session = session(output)
    for code in Self.samples[kind] ?? [] {
      session.evaluate(Source(name: "test", text: "value = \(code)"))
      #expect(output.error.filter { $0.contains("error") }.isEmpty, "\(code): \(output.error)")
      let value = try #require(session.bindings["value"], "\(code)")
      #expect(value.typeName == kind, "\(code)")
      let bytes = try session.keptBytes(of: value)
      let again = try session.keptValue(bytes)
      // Equal bytes alone would not show what was forgotten on the way in.
      #expect(try session.keptBytes(of: again) == bytes, "\(code)")
      try expectSame(value, again, code)
      // A name that the language gives: what other verbs make of it is the same too.
      for use in Self.uses[kind] ?? [] {
        let texts = try [value, again].map { value -> String in
          session.bind("subject", to: value)
          session.evaluate(Source(name: "test", text: "used = \(use)"))
          return try #require(session.bindings["used"]).json.text()
        }
        #expect(texts[0] == texts[1], "\(use) of \(code)")
      }
    }
  }

  /// What reads the parts of an object that its fields don't show.
  private static let uses: [String: [String]] = [
    "data set": ["subject.train.labels"],
    "model": [
      "evaluate(subject, toy, nll, rmse, seed=5)", "train(subject, toy, epochs=1).val_loss",
    ],
    "codes": ["neighbors(subject, k=2).distances", "pca(subject).explained"],
    "decoded items": ["neighbors(subject, k=1).distances"],
    "embedding": ["neighbors(subject, k=2).distances"],
    "items": ["encode(m, subject, codes=mean, seed=1).n", "evaluate(m, subject, nll, seed=5).nll"],
  ]

  private func expectSame(_ a: Value, _ b: Value, _ code: String) throws {
    #expect(a.json.text() == b.json.text(), "\(code)")
    #expect(a.displayLines(width: 80) == b.displayLines(width: 80), "\(code)")
    guard case .object(let first) = a, case .object(let second) = b else { return }
    #expect(first.fieldNames == second.fieldNames, "\(code)")
    for name in first.fieldNames {
      #expect(
        first.field(name)?.json.text() == second.field(name)?.json.text(), "\(code).\(name)")
    }
    #expect(first.facts.keys.sorted() == second.facts.keys.sorted(), "\(code)")
    if let figure = first as? any RenderableFigure, let other = second as? any RenderableFigure {
      let request = FigureRequest(format: .png, dpi: 60, recipe: "r")
      #expect(try figure.render(request).bytes == other.render(request).bytes, "\(code)")
      #expect(figure.altText == other.altText)
    }
  }

  @Test("plain values and tables come back to the bit")
  func plainValues() throws {
    let session = Session(output: CollectedOutput())
    let table = Table(
      title: "t", columns: [Table.Column("a", title: "A", format: "%.2f"), Table.Column("b")],
      rows: [[.number(-0.0), .none], [.number(.nan), .string("é\u{0}")]], notes: ["n"])
    let values: [Value] = [
      .none, .bool(true), .number(0.1), .number(-0.0), .number(.infinity),
      .number(.leastNonzeroMagnitude),
      .string(""), .list([]), .list([.number(1), .list([.string("x")])]),
      .range(NumberRange(first: 1, last: 9, step: 2)),
      .word(WordCall("mlp", positional: [.number(300)], named: ["act": .word(WordCall("relu"))])),
      .table(table),
    ]
    for value in values {
      let bytes = try session.keptBytes(of: value)
      let again = try session.keptValue(bytes)
      #expect(try session.keptBytes(of: again) == bytes)
      #expect(value.displayLines(width: 80) == again.displayLines(width: 80))
      #expect(value.json.text() == again.json.text())
      if case .number(let a) = value, case .number(let b) = again {
        #expect(a.bitPattern == b.bitPattern)
      }
    }
  }

  @Test("damaged bytes give an error at every length, never a value or a trap")
  func damaged() throws {
    let session = Session(output: CollectedOutput())
    let bytes = try session.keptBytes(of: .list([.number(1), .string("abc"), .bool(false)]))
    for count in 0..<bytes.count {
      #expect(throws: (any Error).self) { try session.keptValue(Array(bytes.prefix(count))) }
    }
    for place in bytes.indices {
      var other = bytes
      other[place] ^= 0xFF
      _ = try? session.keptValue(other)
    }
  }

  @Test("an object of a kind that nobody has heard of is refused")
  func unknownKind() {
    let session = Session(output: CollectedOutput())
    let model = Value.object(FakeModel(epochs: 1, samples: 2, seed: 3))
    #expect(throws: (any Error).self) { try session.keptBytes(of: model) }
  }
}
