import Foundation
import Testing

@Suite("Codes of what was decoded")
struct EncodeDecodedTests {
  private static let start = """
    toy = load toy "4" n=2000 seed=1
    m = train(model(mim, toy, z=2, hidden=[50], seed=1), toy, epochs=20, warmup=3, seed=1)
    """

  @Test("draws for a class are judged by the codes that another model has of real items")
  func judged() throws {
    let bench = try BuiltinsBench()
    #expect(
      bench.run(
        Self.start + """

          c = train(model(csvae(w=1), toy, z=1, hidden=[50], seed=1), toy, epochs=20, warmup=1, seed=1)
          s = sample c 200 label="3" seed=1
          z = encode m s codes=mean seed=1
          real = encode m toy.train codes=mean seed=1
          right = neighbors z real k=1
          r = right.agreement
          e = sample c 200 label="1" seed=1
          other = neighbors encode(m, e, codes=mean, seed=1) real k=1
          o = other.agreement
          low = min([min(z.labels), z.n]); high = max([max(z.labels), 3]); n = z.n
          """) == [], "\(bench.output.error.last ?? "")")
    #expect(bench.number("n") == 200)
    #expect(bench.number("low") == 3 && bench.number("high") == 3)
    // Five classes: chance is a fifth.
    #expect(try #require(bench.number("r")) > 0.5, "\(bench.number("r") ?? 0)")
    #expect(try #require(bench.number("o")) > 0.5, "\(bench.number("o") ?? 0)")
  }

  @Test("draws of real numbers are encoded, not the means: as compare does")
  func draws() throws {
    let bench = try BuiltinsBench()
    #expect(
      bench.run(
        Self.start + """

          v = train(model(vae, toy, z=2, hidden=[20], seed=1), toy, epochs=3, warmup=1, seed=1)
          a = encode m decode(v, encode(v, toy.test, seed=1), seed=1) codes=mean seed=1
          b = encode m decode(v, encode(v, toy.test, seed=1), seed=2) codes=mean seed=1
          nb = neighbors(take(a, 9), take(b, 9), k=1); d = sum(nb.distances)
          """) == [], "\(bench.output.error.last ?? "")")
    #expect(try #require(bench.number("d")) > 0)
  }

  @Test("items of another width are refused before the run")
  func refused() throws {
    let bench = try BuiltinsBench()
    let found = bench.run(
      Self.start + """

        wide = load toy "4" dim=3 n=200
        w = model vae wide
        z = encode m sample(w, 5)
        """)
    #expect(found != [])
    #expect(bench.output.error.joined().contains("E301"), "\(bench.output.error)")
  }
}
