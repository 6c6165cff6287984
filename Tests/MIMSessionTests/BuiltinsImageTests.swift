import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("Verbs on two-level image models")
struct BuiltinsImageTests {
  private static let start = """
    fashion = load fashion binarize=dynamic val=30 limit=30
    p0 = model amim fashion z=[3, 2] levels=2 enc=conv dec=pixelcnn(layers=2, channels=16) \
    prior=vampprior(4, init=fashion.train)
    c0 = model mim fashion z=4 levels=2 enc=conv dec=conv prior=vampprior(4)
    """

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
