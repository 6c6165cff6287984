import Foundation
import MIMScript
import MIMSession
import MIMTensor
import Testing

@Suite("What verbs refuse")
struct BuiltinsBadInputTests {
  private static let toy = """
    toy = load toy "4" n=256
    m0 = model mim toy z=2 hidden=[8]
    z = encode m0 toy.test

    """

  /// A statement, the code of its error, and a part of the error's text.
  struct Refusal: Sendable, CustomStringConvertible {
    let statement: String
    let code: String
    let text: String
    var description: String { statement }

    init(_ statement: String, _ code: String, _ text: String) {
      self.statement = statement
      self.code = code
      self.text = text
    }
  }

  private static let refusals = [
    Refusal("nb = neighbors z k=256", "E420", "1 to 255"),
    Refusal("nb = neighbors z toy.test k=257", "E420", "1 to 256"),
    Refusal("nb = neighbors z metric=cosine", "E104", "euclidean"),
    Refusal("s = evaluate m0 toy mi(k=300)", "E420", "1 to 255"),
    Refusal("s = evaluate m0 toy mi(estimator=3)", "E202", "1 to 2"),
    Refusal("s = evaluate m0 take(toy.test, 1) mi", "E420", "more points"),
    Refusal("s = evaluate m0 toy mine(n=20)", "E222", "40 points"),
    Refusal("s = evaluate m0 toy infonce(batch=64)", "E222", "2 to 25"),
    Refusal("m1 = model mim toy z=1; s = evaluate m1 toy tc", "E225", "two latent units"),
    Refusal("m1 = model ae toy z=2; s = evaluate m1 toy rd", "E225", "autoencoder"),
    Refusal("m = train m0 toy epoch=50", "E102", "epochs"),
    Refusal("m = train m0 toy epochs=0", "E202", "from 1"),
    Refusal("m = train m0 take(toy.train, 200) validate=anew", "E220", "toy data"),
    Refusal("m = train m0 toy.test", "E223", "test"),
    Refusal("m = train m0 take(toy.test, 200)", "E223", "test"),
    Refusal("m = train m0 toy val=toy.test", "E223", "DATA.val"),
    Refusal("a0 = model amim toy\nm = train a0 toy decoded=mean", "E220", "no decoder branch"),
    Refusal("m = train m0 toy force=true", "E220", "checkpoint="),
    Refusal("m = train m0 toy checkpoint_every=5", "E220", "checkpoint="),
    Refusal("m = train m0 toy checkpoint=\"c\" frames=1", "E220", "frames"),
    Refusal(
      "f = model flow toy flow=iaf(2); t = model flow toy flow=made(hidden=4); a = distill f t checkpoint_every=5",
      "E220", "checkpoint="),
    Refusal("m = train m0 toy checkpoint=\"..\"", "E201", "file"),
    Refusal("m = train m0 toy parallel=models", "E104", "data"),
    Refusal("m = train m0 toy schedule=cosine", "E104", "noam"),
    Refusal("m = model mim toy enc=conv", "E220", "vectors of 2"),
    Refusal("m = model mim toy dec=pixelcnn(layers=8, channels=64)", "E220", "vectors of 2"),
    Refusal("m = model mim toy dec=pixelcnn(layers=0)", "E202", "from 1"),
    Refusal("m = model mim toy dec=pixelcnn(channels=5000)", "E202", "to 1024"),
    Refusal("m = model mim toy enc=pixelcnn", "E104", "mlp conv"),
    Refusal("d = load \"FOLDER/t.csv\" folds=5", "E220", "needs `fold=`"),
    Refusal("d = load \"FOLDER/t.csv\" fold=2", "E220", "needs `folds=`"),
    Refusal("m = model mim toy prior=vampprior(0)", "E202", "from 1"),
    Refusal("m = model mim toy prior=vampprior(5, init=3)", "E201", "items"),
    Refusal("m = model mim toy prior=vampprior(500, init=toy.train)", "E220", "256"),
    Refusal("m = model mim toy prior=vampprior(5, init=toy.test)", "E223", "training"),
    Refusal("m = model mim toy levels=3", "E202", "from 1"),
    Refusal("m = model mim toy levels=2 prior=marginal", "E220", "vampprior(500)"),
    Refusal("m = model mim toy levels=2 act=relu", "E220", "gated"),
    Refusal("m = model mim toy levels=2 anchor=fixed", "E220", "anchor=learned"),
    Refusal("m = model ae toy levels=2", "E220", "levels=1"),
    Refusal("m = model mim toy z=[3, 2]", "E220", "levels=2"),
    Refusal("m = model mim toy likelihood=logistic", "E220", "likelihood=normal"),
    Refusal("m = model mim toy hidden=[3] enc=mlp(4)", "E220", "hidden"),
    Refusal("m = model ae toy beta=2", "E220", "autoencoder"),
    Refusal("m = model vae toy posterior=delta", "E220", "delta"),
    Refusal("m = model mim toy likelihood=bernoulli", "E220", "bernoulli"),
    Refusal("m = model mim toy hidden=[1048576, 1048576]", "E220", "parameters"),
    Refusal("m = model mim toy z=0", "E202", "from 1"),
    Refusal("t5 = load toy \"4\" dim=5; x = encode m0 t5", "E301", "5 real values"),
    Refusal("t5 = load toy \"4\" dim=5; s = evaluate m0 t5 mi", "E301", "made at line 2"),
    Refusal("m3 = model mim toy z=3; x = decode m3 z", "E302", "3 dimensions"),
    Refusal("x = latent m0 dims=[1, 3]", "E202", "1 to 2"),
    Refusal("x = interpolate m0 take(toy.test, 3)", "E221", "pairs"),
    Refusal("x = sample m0 10 radius=2", "E220", "near"),
    Refusal("x = sample m0 10 temperature=.5", "E222", "kind flow"),
    Refusal("x = sample m0 10 near=z temperature=.5", "E220", "radius"),
    Refusal("m = model flow toy flow=glow(2)", "E220", "vectors of 2"),
    Refusal("m = model flow toy flow=realnvp_image(2)", "E220", "flow=realnvp(8)"),
    Refusal("f = model flow toy flow=iaf(2); a = train f toy", "E220", "distill STUDENT TEACHER"),
    Refusal("f = model flow toy flow=iaf(2); a = distill f m0", "E222", "no p(x) of its own"),
    Refusal(
      "f = model flow toy flow=maf(2); a = distill f f", "E222", "flow=iaf(4) or flow=realnvp(8)"),
    Refusal(
      "f = model flow toy flow=iaf(2); t = model flow toy flow=made(hidden=4); a = distill f t draws=3",
      "E220", "closed form"),
    Refusal(
      "f = model flow toy flow=realnvp(2); t = model flow toy flow=maf(2); a = distill f t scales=1",
      "E220", "one draw"),
    Refusal(
      "t5 = load toy \"4\" dim=5; f = model flow toy flow=iaf(2); t = model flow t5 flow=maf(2); a = distill f t",
      "E301", "makes 2 values"),
    Refusal("e = tsne take(z, 20)", "E420", "perplexity"),
    Refusal("e = tsne z dims=3 gradient=fft", "E420", "fft"),
    Refusal("e = tsne z gradient=fft theta=0.5", "E220", "theta"),
    Refusal("e = transform pca(z) z", "E201", "tsne"),
    Refusal("e = tsne z perplexity=[]", "E220", "30"),
    Refusal("e = tsne take(z, 40) perplexity=[5, 20]", "E420", "perplexity 20"),
    Refusal("u = umap take(z, 9)", "E420", "15 neighbours"),
    Refusal("u = umap z min_dist=2", "E220", "spread"),
    Refusal("u = umap z dims=4", "E202", "dims"),
    Refusal("u = umap z init=pca(z) dims=3 epochs=2", "E420", "dimensions"),
    Refusal("u = umap z epochs=2; f = transform u z perplexity=3", "E220", "umap"),
    Refusal("s = evaluate m0 toy neighbor_recall", "E220", "embedding"),
    Refusal("s = evaluate pca(z) z continuity(k=900)", "E420", "900"),
    Refusal("s = evaluate m0 toy trustworthiness", "E220", "embedding"),
    Refusal("s = evaluate pca(z) z nll", "E220", "trustworthiness"),
    Refusal("p = pca z n=3", "E420", "2"),
    Refusal("x = take(toy, 3)", "E201", "toy.test"),
    Refusal("x = take(toy.test, 3000)", "E221", "256"),
    Refusal("s = evaluate m0 toy nll(batch=50)", "E220", "only together with samples="),
    Refusal("s = evaluate m0 toy mi(k=300)", "E420", "300"),
    Refusal("plot 3", "E303", "number"),
    Refusal("plot m0", "E105", "view=xz"),
    Refusal("plot take(toy.test, 5) dpi=3", "E202", "dpi"),
    Refusal("plot z format=png", "E220", "save"),
    Refusal("plot sample(m0, 4) pairs=true", "E220", "originals"),
    Refusal("plot [1, 2] color=label", "E220", "leave it out"),
    Refusal("plot z bins=3", "E220", "bins"),
    Refusal("plot z color=z3", "E109", "z3"),
    Refusal("save m0 \"m.csv\"", "E220", "safetensors"),
    Refusal("save toy \"t.npz\"", "E201", "toy.test"),
    Refusal("x = toy.tst", "E108", "tst"),
    Refusal("d = load toy \"4\" binarize=dynamic", "E220", "binarize"),
    Refusal("d = load nothing", "E104", "toy"),
    Refusal("d = load \"missing.npy\"", "E511", "missing.npy"),
    Refusal("d = load \"/tmp/\\u{0}x.csv\"", "E202", "NUL"),
    Refusal("save z \"a\\u{0}.csv\"", "E202", "NUL"),
  ]

  @Test("each mistake has its code, its place and a way out", arguments: refusals)
  func refuses(_ refusal: Refusal) throws {
    let bench = try BuiltinsBench()
    #expect(bench.run(Self.toy).isEmpty)
    let codes = bench.run(refusal.statement)
    #expect(codes == [refusal.code])
    #expect(bench.output.error.last?.contains(refusal.text) == true, "\(bench.output.error)")
    #expect(bench.output.errors.last?.span?.text.isEmpty == false)
    #expect(bench.folder.names("out").isEmpty)
  }

  @Test("shapes and data kinds are compared before anything runs")
  func checkedFirst() throws {
    let bench = try BuiltinsBench()
    let codes = bench.run(
      """
      toy = load toy "4" n=256
      t5 = load toy "4" dim=5 n=256
      m0 = model mim toy hidden=[8]
      m = train m0 t5 epochs=2
      """)
    #expect(codes == ["E301"])
    #expect(bench.session.bindings["toy"] == nil)
    #expect(bench.output.errors.last?.kind == .check)
  }

  @Test("unlabelled data is refused by name where labels are needed")
  func unlabelled() throws {
    let bench = try BuiltinsBench()
    let path = bench.folder.path + "/x.npy"
    let values = HostArray((0..<120).map { Float($0 % 7) }, shape: [60, 2])
    try NumpyFile.write(.float32(values), to: path)
    #expect(
      bench.run("d = load \"\(path)\" split=[.6, .2, .2]; m = model vae d hidden=[4]").isEmpty)
    #expect(bench.run("s = evaluate m d knn(5)") == ["E224"])
    #expect(bench.run("s = evaluate m d nmi") == ["E224"])
    #expect(bench.run("x = take(d.test, per_class=2)") == ["E224"])
    #expect(bench.run("plot d.test color=label") == ["E224"])
    #expect(bench.run("s = evaluate m d nll rmse; plot d.test").isEmpty)
  }

  @Test("damaged files give one error with the place and leave nothing behind")
  func damagedFiles() throws {
    let bench = try BuiltinsBench()
    let folder = bench.folder
    let table = try folder.write("a,b,c\n1,2,x\n3,four,y\n", to: "bad.csv")
    let empty = try folder.write("", to: "empty.csv")
    let array = try folder.write("garbage", to: "bad.npy")
    let model = try folder.write("junk", to: "bad.safetensors")
    #expect(bench.run("d = load \"\(table)\" label=c") == ["E520"])
    let text = try #require(bench.output.error.last)
    #expect(text.contains("line 3") && text.contains("column 2") && text.contains("four"))
    for path in [empty, array, model] { #expect(bench.run("d = load \"\(path)\"") == ["E520"]) }
    #expect(bench.output.errors.allSatisfy { $0.kind == .failure })
  }

  @Test("an existing file is kept without force")
  func overwrites() throws {
    let bench = try BuiltinsBench()
    #expect(bench.run(Self.toy).isEmpty)
    let path = try bench.folder.write("mine", to: "mine.npz")
    #expect(bench.run("save z \"\(path)\"") == ["E502"])
    #expect(try bench.folder.text("mine.npz") == "mine")
    #expect(bench.run("save z \"\(path)\" force=true").isEmpty)
    #expect(try NumpyArchive.read(path).keys.sorted() == ["labels", "mean", "scale", "z"])
  }
}
