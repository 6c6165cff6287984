import Foundation
import MIMScript
import MIMSession
import MIMTensor
import Testing

/// `probe`, `compare`, `load sprites`, the metrics of codes and the trained estimators of `mi` as a user types them.
@Suite("Measuring features, samples and codes")
struct MeasureVerbTests {
  private func bench(_ text: String) throws -> BuiltinsBench {
    let bench = try BuiltinsBench()
    let errors = bench.run(text)
    try #require(errors == [], "\(bench.output.error.joined(separator: "\n"))")
    return bench
  }

  private static let toy = """
    toy = load toy "4" n=300 seed=1
    m = model mim toy z=2 hidden=[8] seed=1
    z = encode m toy.test seed=1

    """

  @Test(
    "collapsed units are not active, whether the mean of q(z|x) is known or estimated by draws",
    arguments: ["normal", "planar(1)", "iaf(1)"])
  func collapsed(_ posterior: String) throws {
    let bench = try BuiltinsBench()
    // A code costs a hundred times what it is worth.
    let text = """
      toy = load toy "4" n=512
      m = train(model(vae, toy, z=2, hidden=[8], posterior=\(posterior), beta=100), toy, epochs=40, lr=0.01)
      s = evaluate m toy active kl_qp
      """
    #expect(bench.run(text) == [])
    #expect(try #require(bench.number("s.kl_qp")) < 0.05)
    #expect(bench.number("s.active") == 0)
  }

  @Test(
    "a probe has a row for the items that codes come from and one for chance, fields and tables")
  func probe() throws {
    let bench = try bench(
      Self.toy + """
        p = probe z kind=[linear, knn(10), ridge(l2=2), mlp(width=8, epochs=5)] seed=1
        q = probe toy.test toy.test.labels seed=1
        t = p.scores
        f = p.folds
        c = p.calibration
        g = p.predictions
        """)
    let table = try #require(bench.table("t"))
    #expect(table.rows.count == 9 && table.columns.map(\.name).contains("log_loss_se"))
    #expect(
      table.rows.map { $0[0].asText } == Array(repeating: "z", count: 4)
        + Array(repeating: "x", count: 4) + ["chance"])
    #expect(bench.table("f")?.rows.count == 5)
    let bins = try #require(bench.table("c"))
    #expect(bins.rows.compactMap { $0[2].asNumber }.reduce(0, +) == 300)
    // The same folds: the row `x` is the probe of the items themselves.
    #expect(bench.number("p.baseline") == bench.number("q.accuracy"))
    #expect(try #require(bench.number("q.accuracy")) > 0.9)
    #expect(try #require(bench.number("p.chance")) < 0.3)
    #expect(bench.number("p.n") == 300 && bench.number("p.r2") == nil)
    #expect(bench.json("p")?.contains("\"calibration\":[") == true)
    let lines = bench.object("p")?.summary(width: 120) ?? []
    #expect(lines.contains { $0.contains("logistic, l2 = 1") }, "\(lines)")
  }

  @Test(
    "numbers are regressed on, classes=false takes whole numbers as such, and results are saved")
  func regression() throws {
    let bench = try BuiltinsBench()
    let rows = (0..<80).map { row in
      let a = Double(row * 37 % 80) / 7
      return "\(a),\(Double(row * 11 % 80) / 3),\(row % 4),\(2 * a + 1)\n"
    }
    let file = try bench.folder.write("a,b,level,y\n" + rows.joined(), to: "t.csv")
    #expect(
      bench.run(
        """
        d = load "\(file)" split=[.5, 0, .5] seed=1
        p = probe d.a d.y seed=1
        q = probe d.b d.level classes=false seed=1
        r = probe d.test.a d.test.y kind=ridge(l2=0) seed=1 folds=4 standardize=false
        save p "p.json"
        save p "p.csv"
        t = table p
        """) == [], "\(bench.output.error.last ?? "")")
    #expect(abs(try #require(bench.number("p.r2")) - 1) < 1e-9)
    #expect(try #require(bench.number("q.r2")) < 0.2 && bench.number("q.accuracy") == nil)
    #expect(bench.number("r.n") == 40)
    #expect(abs(try #require(bench.number("r.r2")) - 1) < 1e-9)
    #expect(bench.folder.names("out").sorted() == ["p.csv", "p.json"])
    #expect(bench.table("t")?.rows.count == 2)
  }

  @Test(
    "mistakes of probe and compare are one clear error",
    arguments: [
      ("probe z take(toy.test.labels, 5)", "E420"), ("probe z z", "E201"),
      ("probe z kind=[]", "E220"),
      ("probe z folds=301", "E420"), ("probe z kind=knn(k=290)", "E420"),
      ("probe toy.test.labels", "E224"), ("probe toy.test baseline=true", "E220"),
      ("x = p.third", "E108"), ("probe z kind=forest", "E104"),
      ("o = [\"a\", \"a\"]\nprobe z o", "E420"),
      ("compare z toy.test frechet features=toy", "E201"), ("compare z d.x", "E302"),
      ("compare z z prdc(k=300)", "E420"), ("compare z z wasserstein", "E104"),
      ("evaluate m toy mig", "E225"), ("evaluate m toy hubness(k=300)", "E420"),
      ("load sprites n=7000", "E220"), ("load sprites split=[.5, .1]", "E220"),
    ])
  func mistakes(_ text: String, _ code: String) throws {
    let bench = try bench(
      Self.toy + """
        p = probe z seed=1
        d = load bmi "1v1-normal-0.75" n=50
        """)
    #expect(bench.run(text) == [code], "\(bench.output.error.last ?? "")")
  }

  @Test("a probe whose features hold the target says so")
  func leak() throws {
    let bench = try BuiltinsBench()
    let text = (0..<40).map { "\($0 * 7 % 40),\($0 * 11 % 40)\n" }.joined()
    try ("a,b\n" + text).write(
      toFile: bench.folder.path + "/d.csv", atomically: true, encoding: .utf8)
    #expect(
      bench.run(
        "d = load \"\(bench.folder.path)/d.csv\"; p = probe d.all d.b; q = probe d.a d.b") == [],
      "\(bench.output.error)")
    func warns(_ name: String) -> Bool {
      bench.object(name)?.summary(width: 200).contains {
        $0.contains("column 2 of the features is the target itself")
      } ?? false
    }
    #expect(warns("p") && !warns("q"))
  }

  @Test("a probe of one class says so, and of labels that never change too")
  func oneClass() throws {
    let bench = try bench(Self.toy)
    #expect(bench.run("l = take(z.labels, 300)\np = probe z kind=linear classes=true") == [])
    #expect(
      bench.run("o = [\(Array(repeating: "1", count: 300).joined(separator: ", "))]\nprobe z o")
        == ["E421"])
  }

  @Test("samples against data: measures with p-values, and features of a model by its name")
  func compare() throws {
    let bench = try bench(
      Self.toy + """
        s = sample m 200 seed=2
        c = compare s toy.test seed=1
        e = compare toy.train toy.test knn_test(orders=99) mmd(orders=99) prdc(k=3) frechet seed=1
        f = compare s toy.test frechet features=m n=100
        """)
    for name in [
      "knn_test", "knn_test_p", "mmd", "mmd_p", "precision", "recall", "density", "coverage",
    ] {
      #expect(bench.number("c.\(name)") != nil, "\(name)")
    }
    #expect(bench.number("c.mmd_p") == 0.005, "an untrained model")
    #expect(try #require(bench.number("e.mmd_p")) > 0.02, "two draws of one distribution")
    #expect(try #require(bench.number("e.coverage")) > 0.7)
    #expect(try #require(bench.number("e.frechet")) < 0.1)
    #expect(bench.json("f")?.contains("posterior means of m") == true)
    #expect(bench.json("f")?.contains("\"n\":100") == true)
  }

  @Test("metrics judge codes without labels, and with the factors of sprites")
  func metrics() throws {
    let bench = try bench(
      """
      d = load sprites n=400 seed=1
      m = model vae d z=3 hidden=[16] seed=1
      s = evaluate m d rankme effective_rank twonn mle_dim(k=5) uniformity alignment hubness(k=4) mig dci sap modularity split=train seed=1
      y = d.test.scale
      i = mi d.train.x d.train.labels null=9
      """)
    for name in [
      "rankme", "effective_rank", "twonn", "mle_dim", "uniformity", "alignment", "hubness", "mig",
      "disentanglement", "completeness", "informativeness", "sap", "modularity",
    ] {
      let value = try #require(bench.number("s.\(name)"), "\(name)")
      #expect(value.isFinite, "\(name)")
    }
    #expect(bench.number("y.n") == 40)
    let rank = try #require(bench.number("s.rankme"))
    #expect(rank >= 1 && rank <= 3.01)
    #expect(bench.run("w = d.test.colour") == ["E108"])
  }

  @Test("trained critics are estimators of mi: closed form, own error, no null unless asked")
  func critics() throws {
    for estimator in ["mine", "dv", "nwj", "infonce", "js"] {
      let bench = try bench(
        """
        d = load bmi "1v1-normal-0.75" n=1000 seed=4
        i = mi d.x d.y estimator=\(estimator)(steps=750, batch=64) seed=2
        """)
      let value = try #require(bench.number("i.value"))
      #expect(value > 0.25 && value < 0.6, "\(estimator) \(value)")
      #expect(bench.number("i.p") == nil && (bench.number("i.se") ?? 1) < 0.1)
      #expect(bench.json("i")?.contains("\"estimator\":\"\(estimator)\"") == true)
    }
    let bench = try bench(
      Self.toy + """
        i = mi z z.labels estimator=nwj(steps=250) seed=1
        """)
    #expect(bench.number("i.share") != nil)
    #expect(bench.run("mi [1, 2, 3] [2, 3, 1] estimator=dv") != [])
  }

  @Test("Ctrl-C ends random orders")
  func interruption() throws {
    let bench = try bench(Self.toy + "s = sample m 200 seed=2")
    let interruption = bench.interruption
    DispatchQueue.global().asyncAfter(deadline: .now() + 0.4) { interruption.request() }
    let outcome = bench.session.evaluate(
      Source(name: "test.mim", text: "c = compare s toy.test mmd(orders=1000000)\nx = 1"))
    guard case .interrupted = outcome else {
      Issue.record("not interrupted")
      return
    }
    #expect(bench.session.bindings["x"] == nil)
  }
}
