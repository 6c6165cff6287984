import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("csvae in the language")
struct SubspaceVerbTests {
  private static let model = """
    toy = load toy "4" n=256 seed=1
    c = train(model(csvae(w=1), toy, z=2, hidden=[8], seed=1), toy, epochs=1, seed=1)
    z = encode c take(toy.test, 20) seed=1

    """

  @Test("codes are w and the rest, which other verbs take; decode sets w by hand or by a class")
  func works() throws {
    let bench = try BuiltinsBench()
    let text = """
      a = decode c z w=[0, 3, 3, 3, 3] seed=1
      b = decode c z label="1" seed=1
      i = mi z.rest z.labels curve=false se=false null=0 seed=1
      p = probe z.w z.labels kind=linear seed=1
      s = evaluate c toy nll rate mi_q knn(5) rmse active seed=1
      x = sample c 5 seed=1
      n = z.w.z
      k = z.rest.z
      """
    #expect(bench.run(Self.model + text) == [])
    #expect(bench.number("n") == 5 && bench.number("k") == 2 && bench.number("c.z") == 7)
    #expect(bench.json("a") != bench.json("z"))
    for name in ["s.nll", "s.rate", "s.mi_q", "s.knn5", "s.rmse"] {
      #expect(bench.number(name)?.isFinite == true, "\(name)")
    }
  }

  @Test(
    "mistakes are one clear error",
    arguments: [
      ("decode c z w=[1]", "E222", "5 units"), ("decode c z label=\"9\"", "E222", "classes are"),
      ("decode c z w=[1] label=\"1\"", "E220", "one of them"),
      ("v = model vae toy\ndecode v encode(v, toy.test) w=[1, 2]", "E222", "kind csvae"),
      ("model csvae toy prior=learned", "E220", "prior=normal"),
      ("model csvae toy posterior=iaf", "E220", "posterior=normal"),
      ("model csvae toy levels=2", "E220", "levels=1"),
      ("model csvae toy enc=conv", "E220", "enc=mlp"),
      ("model csvae(w=0) toy", "E202", "from 1"),
      ("model csvae toy entropy=flip", "E220", "joint-entropy"),
      ("q = load toy \"4\" n=64\nencode c q.test.label", "E108", "label"),
    ])
  func mistakes(_ text: String, _ code: String, _ part: String) throws {
    let bench = try BuiltinsBench()
    #expect(bench.run(Self.model) == [])
    #expect(bench.run(text).first == code, "\(bench.output.error)")
    #expect(bench.output.error.contains { $0.contains(part) }, "\(bench.output.error)")
  }

  @Test("unlabelled data is refused before the run, where the model is made")
  func unlabelled() throws {
    let bench = try BuiltinsBench()
    let path = bench.folder.path + "/t.csv"
    let rows = (0..<40).map { "\($0),\($0 % 7)" }
    try Data((["a,b"] + rows).joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
    #expect(bench.run("d = load \"\(path)\" split=[.6, .2, .2]\nm = model csvae d") == ["E224"])
    #expect(bench.object("d") == nil, "nothing ran")
  }
}
