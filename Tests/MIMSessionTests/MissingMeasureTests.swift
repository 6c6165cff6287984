import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("Measures that a model can't have")
struct MissingMeasureTests {
  private static let models = """
    toy = load toy "4" n=256 seed=1
    a = train(model(ae, toy, hidden=[8], seed=1), toy, epochs=1, seed=1)
    v = train(model(vae, toy, hidden=[8], seed=1), toy, epochs=1, seed=1)
    f = train(model(flow, toy, flow=maf(1, hidden=8), seed=1), toy, epochs=1, seed=1)

    """

  private func bench(_ text: String) throws -> BuiltinsBench {
    let bench = try BuiltinsBench()
    #expect(bench.run(Self.models + text) == [])
    return bench
  }

  @Test("they stand without a number and with the reason beside the others")
  func reasons() throws {
    let bench = try bench(
      "s = evaluate a toy nll rmse mi_q seed=1\nt = evaluate f toy nll mi rmse knn(5) tc seed=1")
    #expect(bench.number("s.nll") == nil && bench.number("s.mi_q") == nil)
    #expect((bench.number("s.rmse") ?? .nan) > 0)
    #expect(bench.number("t.mi") == nil && bench.number("t.rmse") == nil)
    for name in ["t.nll", "t.knn5", "t.tc"] { #expect(bench.number(name)?.isFinite == true) }
    let table = try #require((bench.object("s") as? any TabularObject)?.tables.first)
    let text = table.text(width: 120).joined(separator: "\n")
    #expect(text.contains(#/nll +– .*an autoencoder's encoder has no density/#))
    #expect(bench.json("s")?.contains("\"value\":null") == true)
    #expect(bench.number("t.nll") != nil)
  }

  @Test("a model that has nothing of what was asked for is an error with the reason")
  func nothing() throws {
    let bench = try bench("")
    #expect(bench.run("evaluate a toy nll mi_q") == ["E225"])
    #expect(bench.output.error.contains { $0.contains("no density") })
    #expect(bench.run("evaluate f toy mi") == ["E225"])
    #expect(bench.output.error.contains { $0.contains("nll, bpd, tc, knn and nmi have values") })
    #expect(bench.run("evaluate v toy nll; x = ans.nll") == [])
  }

  @Test(
    "a table of models tells kinds of one measure apart, and says below why numbers are missing")
  func comparison() throws {
    let bench = try bench(
      """
      s = [evaluate(a, toy, nll, rmse, seed=1), evaluate(v, toy, nll(samples=3), rmse, seed=1), evaluate(f, toy, nll, rmse, seed=1)]
      r = table(s, names=["AE", "VAE", "MAF"])
      short = table(s, names=["AE", "VAE", "MAF"], value=[rmse, nll])
      same = table([evaluate(v, toy, nll, seed=1), evaluate(v, toy, nll, seed=2)])
      """)
    let table = try #require(bench.table("r"))
    #expect(table.columns.map(\.name) == ["model", "nll", "nll_kind", "rmse"])
    let kinds = try #require(table.index(of: "nll_kind"))
    #expect(table.rows.map { $0[kinds].asText } == [nil, "3 draws", "exact"])
    #expect(
      table.notes == [
        "– AE · nll: an autoencoder's encoder has no density",
        "– MAF · rmse: a density of items alone has neither posterior nor reconstruction; use nll or bpd",
      ])
    #expect(table.markdown().contains(#/\| AE \| – \|/#))
    #expect(table.csv().contains(#/\nAE,,,\d/#))
    #expect(bench.table("short")?.columns.map(\.name) == ["model", "rmse", "nll"])
    #expect(bench.table("same")?.columns.map(\.name) == ["model", "nll"])
  }

  @Test("in a sweep over kinds they are dashes, which no mean counts")
  func sweep() throws {
    let bench = try bench(
      """
      r = sweep kind=["ae", "vae"] seed=1..2 {
        evaluate(model(kind, toy, seed=seed), toy, nll, rmse, seed=1)
      }
      m = table r by=kind value=[nll, rmse]
      """)
    let table = try #require(bench.table("r"))
    #expect(table.markdown().contains(#/\| ae \| 1 \| – \| \d/#))
    #expect(!table.columns.map(\.name).contains("error"))
    let means = try #require(bench.table("m"))
    let place = try #require(means.index(of: "nll"))
    #expect(means.rows.map { $0[place].asNumber != nil } == [false, true])
    #expect(means.markdown().contains("| ae | – |"))
  }

  @Test("how long training took is a measure of trained models alone")
  func seconds() throws {
    let bench = try bench(
      "s = evaluate v toy seconds seed=1\nn = v.seconds\nm0 = model vae toy seed=1")
    #expect((bench.number("s.seconds") ?? -1) >= 0)
    #expect(bench.number("n") == bench.number("s.seconds"))
    #expect(bench.run("evaluate m0 toy seconds") == ["E225"])
    #expect(bench.json("v")?.contains("seconds") == false)
  }

  @Test("a teacher-forced error is called so, and stands apart from one from codes alone")
  func forced() throws {
    let bench = try BuiltinsBench()
    let text = """
      d = load sprites n=60 seed=1
      p = model amim d z=1 dec=pixelcnn(layers=1, channels=2) seed=1
      v = model vae d z=1 hidden=[4] seed=1
      r = table([evaluate(p, take(d.test, 3), rmse, seed=1), evaluate(v, take(d.test, 3), rmse, seed=1)])
      """
    #expect(bench.run(text) == [])
    let table = try #require(bench.table("r"))
    let kinds = try #require(table.index(of: "rmse_kind"))
    #expect(table.rows.map { $0[kinds].asText } == ["teacher-forced", "from z alone"])
  }

  @Test(
    "an autoregressive decoder left to itself errs more than one that is shown x; others err as rmse says"
  )
  func free() throws {
    let bench = try BuiltinsBench()
    let text = """
      d = load sprites n=600 seed=1
      p0 = model amim d z=1 dec=pixelcnn(layers=2, channels=8) seed=1
      p = train p0 d epochs=4 batch=64 seed=1
      v = model vae d z=1 hidden=[4] seed=1
      s = evaluate p d rmse rmse_free(n=60) seed=1
      t = evaluate v d rmse rmse_free seed=1
      """
    #expect(bench.run(text) == [])
    let (forced, free) = (bench.number("s.rmse") ?? .nan, bench.number("s.rmse_free") ?? .nan)
    #expect(free > forced + 1)
    let (same, other) = (bench.number("t.rmse") ?? .nan, bench.number("t.rmse_free") ?? .nan)
    #expect(abs(same - other) < 1e-5 * same)
    #expect(bench.run("f = model flow d flow=made(hidden=8)\nevaluate f d rmse_free") == ["E225"])
  }
}
