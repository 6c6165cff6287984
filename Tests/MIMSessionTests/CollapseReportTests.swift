import MIMScript
import MIMSession
import Testing

@Suite("What evaluate says of collapse")
struct CollapseReportTests {
  private func evaluated(_ model: String, warm: String) throws -> (BuiltinsBench, [String]) {
    let bench = try BuiltinsBench()
    let errors = bench.run(
      """
      toy = load toy "4" n=512 seed=1
      m0 = \(model)
      m = train m0 toy \(warm) seed=1
      s = evaluate m toy collapse
      """)
    try #require(errors == [], "\(bench.output.error)")
    return (bench, bench.object("s")?.summary(width: 200) ?? [])
  }

  @Test("units that stand far from the prior have not collapsed, even where their means don't vary")
  func held() throws {
    let (bench, lines) = try evaluated(
      "model vae toy posterior=deltavae(0.2) hidden=[8] seed=1", warm: "epochs=1")
    #expect(bench.number("s.collapse") == 0)
    #expect(!lines.contains { $0.contains("collapsed onto the prior)") })
  }

  @Test("units whose posterior is the prior have collapsed")
  func collapsed() throws {
    // A weight of 1000 leaves nothing but the divergence to minimise.
    let (bench, lines) = try evaluated(
      "model vae toy beta=1000 hidden=[8] seed=1", warm: "epochs=60 warmup=1 lr=.01 keep=last")
    #expect(bench.number("s.collapse") == 1)
    #expect(lines.contains { $0.contains("the posterior of 2 collapsed onto the prior") })
  }
}
