import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("dim in the language")
struct InfoMaxVerbTests {
  private static let model = """
    toy = load toy "4" n=256 seed=1
    d = train(model(dim(units=16, hidden=16), toy, z=2, hidden=[8], seed=1), toy, epochs=1, seed=1)
    z = encode d take(toy.test, 20) seed=1

    """

  @Test("codes go where codes go; files, checkpoints and show have the encoder alone")
  func works() throws {
    let bench = try BuiltinsBench()
    let text = """
      s = evaluate d toy knn(5) nmi mi active nll rmse rate collapse seed=1
      s
      t = evaluate d toy
      p = probe z z.labels kind=linear seed=1
      e = tsne z perplexity=4 iters=9 seed=1
      i = mi z z.labels curve=false se=false null=0 seed=1
      v = evaluate(train(model(vae, toy, hidden=[8]), toy, epochs=1), toy, knn(5), nll)
      show d
      table [s, v] names=["DIM", "VAE"]
      save d "d.safetensors"
      again = load "d.safetensors"
      b = train(model(dim(units=16, hidden=16), toy, z=2, hidden=[8], seed=1), toy, epochs=1, checkpoint="c.safetensors", seed=1)
      f = train(d, toy, epochs=1, seed=1)
      h = f.history.local
      same = encode again take(toy.test, 20) seed=1
      """
    #expect(bench.run(Self.model + text) == [], "\(bench.output.error)")
    for name in ["s.knn5", "s.nmi", "s.mi", "s.active", "t.active", "t.rankme", "v.nll"] {
      #expect(bench.number(name)?.isFinite == true, "\(name)")
    }
    for name in ["s.nll", "s.rmse", "s.rate", "s.collapse"] {
      #expect(bench.number(name) == nil, "\(name)")
    }
    #expect(bench.json("same") == bench.json("z"))
    let shown = bench.output.out.joined(separator: "\n")
    #expect(shown.contains("local_features") && !shown.contains("likelihood"))
    #expect(shown.contains("active units: ") && !shown.contains("(the posterior of"))
  }

  @Test(
    "what needs a decoder says that there is none, before anything runs",
    arguments: [
      "decode d z", "sample d 3", "reconstruct d toy.test", "interpolate d take(toy.test, 4)",
      "latent d dims=[1, 2]",
    ])
  func noDecoder(_ text: String) throws {
    let bench = try BuiltinsBench()
    #expect(bench.run(Self.model + "n = 1\n" + text) == ["E222"], "\(bench.output.error)")
    #expect(bench.output.error.contains { $0.contains("encoder alone") })
    #expect(bench.output.error.contains { $0.contains("kind vae or mim") })
    #expect(bench.object("d") == nil, "nothing ran")
    // Where the check knows nothing of the model, the verb says the same.
    #expect(bench.run(Self.model) == [])
    #expect(bench.run(text) == ["E222"])
  }

  @Test(
    "other mistakes are one clear error",
    arguments: [
      ("evaluate d toy nll", "E225", "neither decoder nor densities"),
      ("evaluate d toy nll(samples=10)", "E225", "kind vae or iwae"),
      ("plot d view=xz", "E220", "encode"),
      ("model dim toy prior=learned", "E220", "encoder alone"),
      ("model dim toy dec=mlp(9)", "E220", "it takes z="),
      ("model dim toy beta=2", "E220", "leave it out"),
      ("model dim(kl) toy", "E104", "kl"),
      ("model dim(local=0) toy", "E220", "global=1"),
      ("model dim toy enc=conv", "E220", "enc=mlp"),
      ("train(model(dim, toy), toy, batch=1, epochs=1)", "E220", "batch=2"),
    ])
  func mistakes(_ text: String, _ code: String, _ part: String) throws {
    let bench = try BuiltinsBench()
    #expect(bench.run(Self.model) == [])
    #expect(bench.run(text).first == code, "\(bench.output.error)")
    #expect(bench.output.error.contains { $0.contains(part) }, "\(bench.output.error)")
  }
}
