import Foundation
import MIMScript
import MIMSession
import Testing

/// An option that is taken and then forgotten passes every test that only asks for no error. Here
/// each one must change what its verb gives.
@Suite("Effects of options")
struct BuiltinsOptionEffectTests {
  /// A call without its last parenthesis, and the options that each change its value.
  struct Case: Sendable, CustomTestStringConvertible {
    let call: String
    let options: [String]
    var testDescription: String { call + " …)" }

    init(_ call: String, _ options: String...) {
      self.call = call
      self.options = options
    }
  }

  private static let prelude = """
    toy = load toy "4" n=300 seed=1
    m0 = model mim toy hidden=[8] seed=1
    v0 = model vae toy hidden=[8] seed=1
    m = train m0 toy epochs=3 batch=50 seed=1
    codes = encode m toy.test seed=1
    e = tsne codes perplexity=9 iters=20 seed=1
    u = umap codes epochs=9 seed=1
    r = sweep kind=["mim", "vae"] hidden=[4, 8] seed=1..3 {
      evaluate(train(model(kind, toy, hidden=[hidden]), toy, epochs=1, seed=seed), toy, nll, rmse)
    }
    """

  private static let cases = [
    Case("load(toy, \"4\", n=100, seed=1", "dim=3", "n=90", "seed=2"),
    Case("load(\"TABLE\", label=class, seed=1", "split=[.5, .25, .25]", "scale=minmax", "pca=1"),
    Case("load(\"TABLE\", label=class, scale=minmax", "scale=standard", "limit=9"),
    Case(
      "load(\"TABLE\", label=class, seed=1", "stratify=false", "columns=[\"a\"]", "drop=[\"a\"]"),
    Case("load(\"TABLE\", label=class, folds=3, fold=1, seed=1", "fold=2", "folds=2", "seed=2"),
    Case("take(toy.test, 10, seed=1", "per_class=2", "seed=2"),
    Case(
      "model(vae, toy, hidden=[8], seed=1", "z=3", "act=relu", "act=swish", "min_scale=0.1",
      "prior=learned", "prior=gmm(3)", "prior=vampprior(4)",
      "posterior=gmm(2)", "likelihood=gmm(2)", "hidden=[9]", "seed=2"),
    Case("model(mim, toy, seed=1", "enc=mlp(9)", "dec=mlp(9)"),
    Case(
      "train(model(vae, toy, hidden=[8], seed=1…), toy, epochs=2, batch=50, seed=1", "beta=2",
      "entropy=flip"),
    Case(
      "train(model(mim, toy, hidden=[8], prior=learned, seed=1…), toy, epochs=2, batch=50, seed=1",
      "qx=data", "qx=learned", "anchor=learned"),
    Case(
      "train(v0, toy, epochs=4, batch=50, warmup=3, schedule=noam, seed=1", "epochs=3",
      "batch=60", "lr=1e-2", "optimizer=adam_norm_grad", "schedule=constant", "warmup=2",
      "warmup_beta=0", "validate=anew", "frames=2", "seed=2"),
    Case("train(v0, toy, epochs=60, batch=50, lr=1, warmup=1, seed=1", "patience=2"),
    Case("train(v0, toy, epochs=60, batch=50, lr=.3, warmup=1, seed=1, patience=none", "keep=last"),
    Case("train(v0, toy, epochs=5, batch=50, lr=.05, warmup=6, seed=1", "keep=best_from_start"),
    Case("train(m0, toy, epochs=2, batch=50, seed=1", "decoded=mean"),
    Case("encode(m, toy.test, seed=1", "codes=mean", "seed=2"),
    Case("decode(m, codes, seed=1", "seed=2"),
    Case("reconstruct(m, toy.test, seed=1", "seed=2"),
    Case("sample(m, 9, seed=1", "near=take(codes, 2)", "seed=2"),
    Case("sample(m, 9, near=codes, seed=1", "radius=3"),
    Case("interpolate(m, take(toy.test, 4)", "steps=4"),
    Case("latent(m, dims=[1, 2]", "dims=[2, 1]", "span=2", "steps=5"),
    Case("neighbors(codes", "k=4", "metric=max"),
    Case(
      "tsne(codes, perplexity=9, iters=30, seed=1, init=random", "perplexity=10", "iters=29",
      "init=pca", "init=e", "dims=1", "gradient=barneshut", "gradient=fft", "theta=0.9", "dof=2",
      "exaggeration=4", "lr=3", "seed=2", "perplexity=[9, 20]", "late_exaggeration=3"),
    Case(
      "umap(codes, neighbors=9, epochs=20, seed=1, init=random", "neighbors=10", "epochs=19",
      "min_dist=.3", "spread=2", "metric=cosine", "metric=max", "init=pca", "init=spectral",
      "init=e", "dims=1", "seed=2"),
    Case("transform(u, take(toy.test, 9), iters=9, seed=1", "iters=8", "seed=2"),
    Case(
      "transform(e, take(toy.test, 9), iters=9", "perplexity=3", "iters=8", "exaggeration=3",
      "lr=.5", "gradient=fft", "theta=0.9"),
    Case("pca(codes", "n=1"),
    Case(
      "probe(codes, seed=1", "kind=ridge", "folds=3", "classes=false", "baseline=false",
      "standardize=false", "n=200", "seed=2"),
    Case(
      "compare(sample(m, 200, seed=3), toy.train, seed=1", "n=100", "features=m", "frechet",
      "predictive",
      "mmd(bandwidth=3)"),
    Case("mi(codes, toy.test, estimator=nwj(steps=2), seed=1", "curve=true", "null=9", "seed=2"),
    Case("evaluate(m, toy, nll, mi, seed=1", "codes=mean", "split=val", "seed=2", "rmse"),
    Case(
      "plot(codes, dpi=50", "color=z2", "color=none", "dims=[2, 1]", "legend=none", "legend=left",
      "size=9", "xlabel=\"a\"", "ylabel=\"b\"", "title=\"t\"", "width=3", "height=2", "font=11"),
    Case(
      "plot(r, x=hidden, y=rmse", "y=[nll, rmse]", "color=kind", "error=se", "error=ci",
      "where=(seed < 3)", "xscale=log", "yscale=log"),
    Case("plot(r, x=hidden, y=[nll, rmse]", "cols=1"),
    Case("plot(r.nll", "bins=3"),
    Case(
      "plot(r, x=hidden, y=kind, heat=nll", "where=(seed < 3)", "range=[0, 9]", "xlabel=\"a\"",
      "ylabel=\"b\"", "heat=rmse"),
    Case("plot([[1, 2], [3, 4]]", "range=[0, 9]"),
    Case("plot(m.history", "y=kl", "split=val", "where=(epoch > 1)"),
    Case("plot(m, view=xz", "contours=false", "ellipses=false", "links=true", "n=9"),
    Case("figure(plot(codes), plot(r.nll)", "cols=1", "letters=false", "title=\"t\"", "width=3"),
    Case("figure(plot(codes), plot(r.nll)", "rows=2", "height=2", "font=11"),
    Case("table(r, by=kind", "by=[kind, hidden]", "value=nll", "as=\"mean ± se\"", "as=\"mean\""),
    Case("table(r, by=kind", "across=hidden"),
    Case("table(r, by=kind", "best=bold", "where=(seed < 3)"),
    Case("table([evaluate(m, toy, nll, seed=1)]", "names=[\"a\"]"),
  ]

  @Test(
    "each option changes what its verb gives; without one the value is the same again",
    arguments: cases)
  func changes(_ row: Case) throws {
    let bench = try BuiltinsBench()
    #expect(bench.run(Self.prelude) == [], "\(bench.output.error.last ?? "")")
    let rows = (0..<40).map { "\($0 % 10),\(($0 * 7) % 13),\($0 % 2 == 0 ? "even" : "odd")\n" }
    let file = try bench.folder.write("a,b,class\n" + rows.joined(), to: "t.csv")
    let call = row.call.replacing("TABLE", with: file)
    let unchanged = call.replacing("…", with: "") + ")"
    let plain = try fingerprint(of: unchanged, in: bench)
    #expect(try fingerprint(of: unchanged, in: bench) == plain)
    for option in row.options {
      #expect(try fingerprint(of: Self.giving(option, in: call), in: bench) != plain, "\(option)")
    }
  }

  /// The call with an option more, or with another value of one that it has.
  private static func giving(_ option: String, in call: String) -> String {
    if call.contains("…") { return call.replacing("…", with: ", " + option) + ")" }
    guard let sign = option.firstIndex(of: "="),
      let old = call.range(of: ", \(option[..<sign])=", options: .backwards)
    else { return "\(call), \(option))" }
    var (depth, end) = (0, old.upperBound)
    while end < call.endIndex, depth > 0 || call[end] != "," {
      if "[(".contains(call[end]) { depth += 1 }
      if "])".contains(call[end]) { depth -= 1 }
      end = call.index(after: end)
    }
    return "\(call[..<old.lowerBound]), \(option)\(call[end...]))"
  }

  /// The numbers, arrays and pixels of a call's value; nothing that merely repeats its options.
  private func fingerprint(of call: String, in bench: BuiltinsBench) throws -> String {
    let errors = bench.run("a = \(call)")
    try #require(errors == [], "\(call): \(bench.output.error.last ?? "")")
    switch bench.object("a") {
    case let figure as any RenderableFigure:
      let request = FigureRequest(format: .png, dpi: 50, recipe: "")
      return try #require(figure.render(request).pixelHash)
    case let object? where object.typeName == "model":
      return try trace(ofModel: "a", bench)
    case let data as DatasetObject:
      // What is saved has the units of the data; a model sees scaled items.
      let seen = data.dataset.splits.map { "\($0.items.elements.prefix(100))" }.joined()
      return try arrays("a.train", bench) + arrays("a.test", bench) + seen
    case let object? where ["evaluation", "probe", "information"].contains(object.typeName):
      return object.fieldNames.map { "\($0) \(object.field($0)?.json.text() ?? "")" }.joined()
    case _?: return try arrays("a", bench)
    case nil:
      guard bench.table("a") != nil else { return try #require(bench.json("a")) }
      try #require(bench.run("save a \"a.md\" force=true") == [])
      return try bench.folder.text("out/a.md")
    }
  }

  /// What a model makes and measures, and how it was trained.
  private func trace(ofModel name: String, _ bench: BuiltinsBench) throws -> String {
    let errors = bench.run(
      """
      s = evaluate \(name) toy nll rmse seed=1; d = sample(\(name), 5, seed=1)
      z = encode \(name) toy.test seed=1
      """)
    try #require(errors == [], "\(bench.output.error.last ?? "")")
    var text = "\(try #require(bench.number("s.nll"))) \(try #require(bench.number("s.rmse")))"
    text += try arrays("d", bench) + arrays("z", bench)
    for field in ["history", "frames"] where bench.run("h = \(name).\(field)") == [] {
      if case .list(let elements)? = bench.session.bindings["h"] {
        text += "\(elements.count) frames"
      } else {
        text += try #require(bench.json("h"))
      }
    }
    return text
  }

  private func arrays(_ name: String, _ bench: BuiltinsBench) throws -> String {
    let saved = bench.run("save (\(name)) \"arrays.npz\" force=true")
    try #require(saved == [], "\(name): \(bench.output.error.last ?? "")")
    let bytes = FileManager.default.contents(atPath: bench.folder.path + "/out/arrays.npz")
    return try #require(bytes).base64EncodedString()
  }
}
