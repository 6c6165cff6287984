import Foundation
import MIMScript
import MIMSession
import Testing

@Suite(
  "Verbs on two-level image models",
  .enabled(if: MachineData.hasFashion, "Fashion-MNIST isn't on this machine; help data"))
struct BuiltinsImageTests {
  private static let start = """
    fashion = load fashion binarize=dynamic val=30 limit=30
    p0 = model amim fashion z=[3, 2] levels=2 enc=conv dec=pixelcnn(layers=2, channels=16) \
    prior=vampprior(4, init=fashion.train)
    c0 = model mim fashion z=4 levels=2 enc=conv dec=conv prior=vampprior(4)
    """

  /// Options that only images have, one line each; what BuiltinsOptionTests counts as well.
  static let statements = [
    start,
    "d = load fashion binarize=fixed val=30 limit=30 seed=1",
    "d = load fashion val=30 limit=30 augment=affine",
    "d = load fashion val=30 limit=30 dequantize=true; a = model vae d likelihood=logistic",
    "d = load fashion val=30 limit=30 logit=1e-6; a = train(model(flow, d, flow=made(hidden=4)), d, epochs=1, batch=10); x = sample a 2",
    "d = load fashion val=30 limit=30; a = train(model(flow, d, flow=glow(1, levels=1, width=2, mixing=plain, coupling=additive, border=yes)), d, epochs=1, batch=10); s = evaluate a take(d.test, 9) nll bpd; x = sample a 2 temperature=.7",
    "d = load fashion val=30 limit=30; a = train(model(flow, d, flow=realnvp_image(1, width=2, blocks=0)), d, epochs=1, batch=10); x = sample a 2; c = encode a take(d.test, 3)",
    "d = load fashion val=30 limit=30 pca=2 pca_fit=each; e = load fashion limit=9 fetch=true",
    "a = model vae fashion levels=2 enc=mlp(6, 6) dec=pixelcnn(2, 8) likelihood=bernoulli",
    "a = train(model(vae, fashion, z=3, enc=mlp(6), dec=window(layers=1, channels=2), prior=maf(1)), fashion, epochs=1, batch=10); x = sample a 2; r = reconstruct(a, take(fashion.test, 2), condition=earlier); s = reconstruct(a, take(fashion.test, 2), condition=rows(20))",
    "a = model vae fashion z=3 prior=vampprior(4, init=fashion.train) qx=vampprior(3)",
    "a = train(model(freebits(.1, groups=channels), fashion, enc=residual(blocks=1, channels=4), posterior=iaf_map(2, channels=2, hidden=4)), fashion, epochs=1, batch=20); s = evaluate a fashion nll rate; i = sample a 4",
    "a = train(model(vqvae, fashion, enc=residual(blocks=1, channels=4), posterior=vq(4, dim=2), prior=pixelcnn(layers=1, channels=3)), fashion, epochs=1, batch=10); x = sample a 2; s = evaluate a fashion perplexity nll; h = a.history.codes",
    "a = train(model(vae, fashion, z=2, enc=mlp(6), dec=gatedpixelcnn(layers=1, channels=3, maps=1, labels=yes)), fashion, epochs=1, batch=10); x = sample a 2 label=\"Bag\"; z = encode a take(fashion.test, 3); y = decode a z label=\"Bag\"; w = z.w",
    "s = evaluate c0 fashion elbo nll(samples=2, n=2, batch=2) active collapse",
    "set conv=direct; show c0 kernels",
    "plot take(fashion.test, 9) cols=3; plot reconstruct(c0, take(fashion.test, 4)) pairs=true",
  ]

  @Test("options that only images have are taken", arguments: statements)
  func options(_ statement: String) throws {
    let bench = try BuiltinsBench()
    #expect(bench.run(Self.start) == [])
    #expect(bench.run(statement) == [], "\(bench.output.error.last ?? "")")
  }

  @Test("options that only images have change what comes out")
  func effects() throws {
    let bench = try BuiltinsBench()
    #expect(
      bench.run(
        Self.start + """

          b = model mim fashion z=2 hidden=[6] likelihood=bernoulli seed=1
          with = train b fashion epochs=1 batch=10 warmup=0 seed=1
          without = train b fashion epochs=1 batch=10 warmup=0 seed=1 baseline=none
          s = evaluate with fashion elbo seed=1; t = evaluate without fashion elbo seed=1
          r = reconstruct c0 take(fashion.test, 4) seed=1
          p = plot r; q = plot r pairs=true; w = plot r cols=1
          """) == [], "\(bench.output.error.last ?? "")")
    #expect(bench.number("s.elbo") != nil && bench.number("s.elbo") != bench.number("t.elbo"))
    let pixels = try ["p", "q", "w"].map { name in
      let figure = try #require(bench.object(name) as? any RenderableFigure)
      return try figure.render(FigureRequest(format: .png, dpi: 50, recipe: "")).pixelHash
    }
    #expect(Set(pixels).count == 3)
  }

  @Test("pseudoinputs, sample, reconstruct, interpolate and latent give pictures")
  func pictures() throws {
    let bench = try BuiltinsBench()
    #expect(
      bench.run(
        Self.start + """

          u = pseudoinputs p0 3; all = pseudoinputs c0
          s = sample p0 5 seed=2; again = sample p0 5 seed=2
          r = reconstruct p0 take(fashion.test, 4); i = interpolate c0 take(fashion.test, 4) steps=3
          l = latent c0 dims=[1, 6] steps=2
          f = figure cols=2 {
            plot u
            plot r pairs=true
          }
          """) == [])
    #expect(bench.number("u.n") == 3 && bench.number("all.n") == 4)
    #expect(bench.number("s.n") == 5 && bench.number("s.width") == 784)
    #expect(bench.number("i.n") == 9 && bench.number("l.n") == 4 && bench.number("r.n") == 4)
  }

  @Test("evaluate measures both levels and the importance-sampled likelihood")
  func measures() throws {
    let bench = try BuiltinsBench()
    #expect(
      bench.run(
        Self.start + """

          one = evaluate p0 fashion elbo knn(1) nmi mi(k=3) active
          nll = evaluate p0 take(fashion.test, 4) nll(samples=6, n=2, batch=5)
          again = evaluate p0 take(fashion.test, 4) nll(samples=6, n=2, batch=5) seed=3
          same = evaluate p0 take(fashion.test, 4) nll(samples=6, n=2, batch=5) seed=3
          """) == [])
    let first = try #require(bench.number("one.active_z1"))
    let second = try #require(bench.number("one.active_z2"))
    #expect(bench.number("one.active") == first + second)
    let nll = try #require(bench.number("nll.nll"))
    #expect(nll > 100 && nll < 2000)
    #expect(bench.number("again.nll") == bench.number("same.nll"))
  }

  @Test("set conv=direct computes convolutions without Winograd's rounding, in training too")
  func directConvolution() throws {
    let bench = try BuiltinsBench()
    #expect(
      bench.run(
        Self.start + """

          fast = evaluate c0 fashion elbo seed=5; t = train c0 fashion epochs=1 batch=10 seed=3
          set conv=direct
          plain = evaluate c0 fashion elbo seed=5; u = train c0 fashion epochs=1 batch=10 seed=3
          after = evaluate t fashion elbo seed=5; after_plain = evaluate u fashion elbo seed=5
          """) == [])
    for (fast, plain) in [("fast.elbo", "plain.elbo"), ("after.elbo", "after_plain.elbo")] {
      let (fast, plain) = (try #require(bench.number(fast)), try #require(bench.number(plain)))
      #expect(fast != plain && abs(fast - plain) < 2e-3 * abs(plain))
    }
  }

  @Test("models without pseudo-inputs, and likelihoods that can't be had, are refused")
  func refusals() throws {
    let bench = try BuiltinsBench()
    let toy = "toy = load toy \"4\" n=64\nm = model vae toy z=2\n"
    #expect(!bench.run(toy + "pseudoinputs m").isEmpty)
    #expect(!bench.run(toy + "evaluate m toy nll(samples=0)").isEmpty)
    #expect(
      !bench.run(toy + "a = model ae toy z=2\nevaluate a toy nll(samples=5)").isEmpty)
    let text = bench.output.error.joined(separator: "\n")
    #expect(text.contains("vampprior(K)") && text.contains("no density"))
  }
}
