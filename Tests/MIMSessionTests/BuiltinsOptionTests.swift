import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("Options of the verbs")
struct BuiltinsOptionTests {
  private static let prelude = """
    toy = load toy "4" n=256 seed=1
    m0 = model mim toy z=2 hidden=[8] seed=1
    m = train m0 toy epochs=2 batch=64 seed=1
    z = encode m toy.test seed=1
    r = sweep kind=["mim", "vae"] hidden=[4, 8] seed=1..2 {
      evaluate(model(kind, toy, hidden=[hidden]), toy, nll, rmse)
    }
    """

  private static let statements = [
    // load, model
    "d = load toy \"-4\" dim=3 n=100 seed=2",
    "d = load toy \"MIM\" n=100",
    "a = model amim toy z=3 enc=mlp(8, 4) dec=mlp(4) act=relu min_scale=1e-4",
    "a = model vae toy beta=2 entropy=flip prior=learned qx=learned act=swish",
    "a = model mim toy prior=gmm(3) qx=gmm(2) anchor=learned posterior=normal likelihood=normal",
    "a = model mim toy prior=marginal qx=data",
    "a = model vae toy posterior=gmm(2) likelihood=gmm(2)",
    "a = model ae toy posterior=delta",
    // train
    "a = train m0 toy epochs=2 batch=64 lr=1e-4 optimizer=adam_norm_grad schedule=noam warmup=2",
    "a = train m0 toy epochs=2 batch=64 warmup_beta=0 patience=1 keep=best_from_start",
    "a = train m0 toy epochs=2 batch=64 keep=last baseline=none patience=none frames=1",
    "a = train m0 toy epochs=2 validate=anew; a = train m0 toy epochs=2 validate=fixed",
    "a = train m0 take(toy.train, 128) epochs=1 batch=64 frames=none",
    // codes and what a decoder makes
    "x = encode m toy codes=mean; y = z.means; l = z.labels",
    "x = decode m take(z, 5) seed=3",
    "x = take toy.test where=(x1 > 0)",
    "x = reconstruct m toy; y = x.n",
    "x = sample m 5 near=take(z, 2) radius=.5",
    "x = sample m 5 near=take(toy.test, 2)",
    "x = sample(train(model(mim, toy, prior=marginal), toy, epochs=1), 5, data=toy)",
    "x = interpolate m take(toy.test, 6) steps=3",
    "x = latent m dims=[2, 1] span=2 steps=4",
    "x = take(toy.test, 20, per_class=4, seed=1); y = take(z, per_class=3); w = take(r, 2)",
    "x = take([1, 2, 3], 2); y = take(reconstruct(m, toy), 4); w = take(pca(z), 4)",
    // measuring
    "w = sweep prior=[\"normal\", \"gmm(3)\"] { evaluate(model(mim, toy, prior=(prior)), toy, nll) }",
    "s = evaluate m toy codes=mean split=train mi(k=3, n=100) knn([1, 3]) nmi(seed=2, clusters=4)",
    "s = evaluate m toy split=val nll elbo kl_qp kl_pq h_enc h_dec",
    "s = evaluate m take(toy.test, 100) nll rmse_free(n=50)",
    "s = evaluate m toy",
    "s = evaluate m toy mi(3, 100, 2) tc(estimator=2, n=90) rd; x = s.mi2_local; plot x",
    "s = evaluate m toy mi rate mi_q marginal_kl; plot z color=s.mi_local",
    "s = evaluate m toy tc(k=4) mine(batch=9, lr=1e-3, steps=2) infonce(hidden=[8], n=60) seed=2",
    "s = evaluate m toy mine(steps=3, hidden=[8], n=60) infonce(steps=3, batch=8, lr=1e-4)",
    "s = evaluate m toy rankme effective_rank twonn mle_dim(k=4) uniformity(t=1) alignment hubness(k=3)",
    "d = load sprites n=60 split=[.5, 0, .5] seed=2; v = model vae d hidden=[8] z=2; s = evaluate v d mig dci sap modularity",
    "i = mi z z.labels estimator=mine(steps=2, batch=9, width=4, lr=1e-3); i = mi z toy.test estimator=dv(steps=2, batch=9, width=4, lr=1e-3)",
    "i = mi z toy.test estimator=nwj(steps=2, batch=9, width=4, lr=1e-3); i = mi z toy.test estimator=js(steps=2, batch=9, width=4, lr=1e-3)",
    "i = mi z toy.test estimator=infonce(steps=2, batch=9, width=4, lr=1e-3)",
    "p = probe z z.labels kind=[linear(l2=2), ridge(l2=2), knn(k=3), mlp(width=4, layers=2, epochs=2, lr=1e-2)] folds=3 seed=1",
    "p = probe z baseline=false standardize=false n=100; plot p.calibration x=n y=accuracy; q = probe z classes=false",
    "c = compare sample(m, 60) toy.test knn_test(orders=9) mmd(orders=9, bandwidth=2) prdc(k=3) frechet n=50 seed=2",
    "c = compare sample(m, 60) toy.test frechet features=m; c = compare sample(m, 60) toy.test predictive(sets=99)",
    "nb = neighbors z k=3; x = nb.agreement; y = nb.indices; save nb \"nb.npz\" force=true",
    "nb = neighbors take(z, 9) toy.test k=4 metric=max; save nb \"nb.csv\" force=true",
    "e = tsne z perplexity=5 iters=30 init=random theta=0 exaggeration=4 lr=50 seed=3",
    "e = tsne toy.test perplexity=5 iters=20 theta=.5; k = e.kl",
    "e = tsne z perplexity=5 iters=10 dims=1 gradient=fft dof=0.5; k = e.n",
    "e = tsne z perplexity=5 iters=10 dims=3 gradient=barneshut theta=0.3; plot e dims=[1, 3]",
    "e0 = tsne z perplexity=5 iters=10; e = tsne z perplexity=5 iters=10 init=e0 gradient=exact",
    "e = tsne z perplexity=5 iters=9; f = transform e z perplexity=3 exaggeration=2 lr=.1 theta=.2",
    "x = reconstruct m toy seed=4",
    "e = tsne z perplexity=5 iters=10; f = transform e take(z, 9) iters=5 gradient=fft; plot f",
    "e = tsne z perplexity=5 iters=10; s = evaluate e z trustworthiness(k=5) knn([1, 3]); s",
    "e = tsne z perplexity=[5, 9] iters=10 late_exaggeration=2 frames=5; plot e.frames cols=2",
    "u = umap z neighbors=5 min_dist=.2 spread=1.5 metric=cosine epochs=9 init=random dims=1 seed=2",
    "u = umap z epochs=5 frames=2 metric=max; k = u.iterations; plot u; plot u.frames color=none",
    "u = umap z epochs=5 init=pca(z); f = transform u take(z, 9) iters=4 seed=3; plot f; f; u",
    "s = evaluate pca(z) z continuity(k=5) neighbor_recall(4) rank_correlation(pairs=99, seed=1)",
    "s = evaluate pca(z) z silhouette nmi ari(seed=2, clusters=3) knn; k = s.ari",
    "s = evaluate m toy silhouette ari(clusters=5); k = s.silhouette",
    "s = evaluate pca(z) z trustworthiness; k = s.trustworthiness; show toy.all",
    "p = pca toy.test n=1; k = p.explained; plot p",
    // pictures
    "plot toy.test title=\"t\" xlabel=\"a\" ylabel=\"b\" legend=left size=3 width=3 height=2 font=7",
    "plot z color=z2 dims=[2, 1] legend=none",
    "plot z color=none; plot z color=z.labels",
    "plot m view=xz contours=false ellipses=false links=true n=20",
    "plot m toy.train view=xz",
    "plot m.history y=[recon, lr] split=val yscale=log",
    "plot r x=hidden y=nll color=kind error=se where=(seed == 1) xscale=log",
    "plot r x=hidden y=[nll, rmse] error=none cols=1",
    "plot r x=nll bins=4",
    "plot r x=hidden y=kind heat=nll range=[0, 100]",
    "plot r.nll bins=3",
    "plot [[1, 2], [3, 4]] xlabel=\"a\"",
    "plot sample(m, 10); plot reconstruct(m, take(toy.test, 4)); plot encode(m, toy)",
    "plot take(z, 9) save=\"f\" format=[png, pdf, svg] dpi=72",
    "fig = figure cols=1 rows=2 letters=false title=\"T\" font=6 width=4 { plot z; plot r.nll }",
    // tables and files
    "t = table r by=kind value=nll as=\"mean ± se\" best=bold; u = table r by=[kind] as=mean",
    "t = table r where=(nll > 0) value=[kind, nll]",
    "t = table r by=kind across=hidden value=nll best=bold",
    "t = table m.history; u = table toy; v = table evaluate(m, toy, nll)",
    "save z \"z\"; save z \"z.npy\"; save z \"z.csv\"; save z \"z.tsv\"; save toy.test \"x.npz\"",
    "save m \"m\"; save r \"r.json\"; save m.history \"h.csv\"; save evaluate(m, toy, nll) \"s.tex\"",
    "save sample(m, 4) \"x.npz\"; save pca(z) \"p.csv\"; save r.nll \"l.csv\"; save 3 \"n.json\"",
    "save z \"c\" format=[npz, csv] force=true; save plot(z) \"p.png\" dpi=40 force=true",
    "save z \"p\" format=projector; save m \"w\" format=pytorch",
    "save m \"v\" format=pytorch; a = load \"FOLDER/out/v.safetensors\" into=m0",
    "d = load \"FOLDER/t.csv\" label=class header=true split=[.6, .2, .2] scale=minmax limit=9",
    "d = load \"FOLDER/t.csv\" label=class columns=[b] decimal=point stratify=false; e = load \"FOLDER/t.csv\" label=class drop=[a]; f = load \"FOLDER/t.csv\" label=class folds=2 fold=1; g = load \"FOLDER/t.csv\" categories=[class] missing=drop; h = load \"FOLDER/t.csv\" id=class",
    "fig = figure rows=1 cols=2 height=2 dpi=50 save=\"g\" format=png force=true { plot z; plot r.nll }",
    "plot z save=\"k.png\" dpi=40 force=true; plot z font=9 height=2",
    // rows
    "q = sweep(jobs=1, threads=1, plan=true) k=1..2 { k }",
    "q = sweep(fail_fast=true, resume=false, store=false) k=1..2 { k }",
    "k = sweep seed=1..2 { evaluate(m0, toy, nll) }; w = runs(sweep=\"k\", where=(nll > 0))",
    "k = sweep seed=1..2 { evaluate(m0, toy, nll) }; w = runs(store=\"FOLDER/runs.sqlite\", all=true)",
    "a = train m0 toy epochs=1 checkpoint=\"c\" checkpoint_every=0 force=true parallel=data",
    "a = train m0 toy epochs=1 decoded=mean seed=3",
    "m1 = model tcvae(alpha=.5, gamma=2) toy beta=6 posterior=normal; a = train m1 toy epochs=1",
    "m1 = model vae toy posterior=triangular; a = train m1 toy epochs=1; s = evaluate a toy nll kl",
    "m1 = model mim toy posterior=planar(2) prior=maf(2, hidden=8); a = train m1 toy epochs=1; s = evaluate a toy nll kl mi_q",
    "m1 = model mim toy prior=glow(2, hidden=8) anchor=learned; a = train m1 toy epochs=1; s = evaluate a toy nll kl mi_q; i = sample a 9",
    "m1 = model mim toy likelihood=realnvp(2, hidden=8) qx=maf(2, hidden=8) posterior=realnvp(2, hidden=8); a = train m1 toy epochs=1; s = evaluate a toy nll rmse; i = sample a 9; r = reconstruct a toy.test",
    "m1 = model amim toy likelihood=maf(2, hidden=8) qx=realnvp(2, hidden=8) posterior=maf(2, hidden=8); a = train m1 toy epochs=1; s = evaluate a toy nll rmse; i = sample a 9",
    "m1 = model amim toy posterior=iaf(2, hidden=8) prior=realnvp(2, hidden=8); a = train m1 toy epochs=1; s = evaluate a toy nll; i = sample a 9",
    "m1 = model vae toy z=3 posterior=sylvester(2, form=orthogonal, columns=2); a = train m1 toy epochs=1; c = encode a toy.test codes=mean",
    "m1 = model freebits(.3, groups=all) toy; a = train m1 toy epochs=1; s = evaluate a toy nll",
    "m1 = model iwae(3, gradient=doubly) toy; a = train m1 toy epochs=1; s = evaluate a toy nll",
    "m1 = model infovae(alpha=.5, lambda=10, width=2) toy; a = train m1 toy epochs=1",
    "m1 = model cmim(tau=.2) toy; a = train m1 toy epochs=1; s = evaluate a toy nll mi",
    "m1 = model vae toy posterior=deltavae(.2); a = train m1 toy epochs=1; s = evaluate a toy rate",
    "m1 = model vae toy z=4 prior=ar1(.8, dims=2); a = train m1 toy epochs=1; i = sample a 9",
    "m1 = model asvae(hidden=8, layers=1, rate=2) toy; a = train m1 toy epochs=1; s = evaluate a toy nll rmse",
    "m1 = model dim(infonce, local=1, global=2, prior=.5, units=8, hidden=8, rate=2) toy z=3 hidden=[8] act=relu; a = train m1 toy epochs=1; s = evaluate a toy knn(5) rankme",
    "m1 = model csvae(w=1, kl_w=2, kl_z=.5, fool=3, hidden=8, layers=1, rate=2) toy likelihood=fixed(.2); a = train m1 toy epochs=1; c = encode a toy.test; x = decode a c w=[0, 3, 3, 3, 3]; y = decode a c label=\"1\"; i = sample a 4 label=\"1\"",
    "m1 = model vqvae toy z=4 posterior=vq(8, dim=2, commitment=.5, codebook=ema(decay=.9), restart=.1) prior=codes; a = train m1 toy epochs=1; s = evaluate a toy perplexity nll; i = sample a 9",
    "m1 = model vqvae toy z=4 posterior=vq(8, dim=2) prior=made(hidden=8, layers=1, channels=3); a = train m1 toy epochs=1; s = evaluate a toy perplexity nll rate; i = sample a 9",
    "m1 = model flow toy flow=made(hidden=8, layers=2, outputs=gmm(3), masks=2, order=given(1, 0), direct=yes, mask_seed=3); a = train m1 toy epochs=1; s = evaluate a toy; i = sample a 9",
    "m1 = model flow toy flow=maf(2, hidden=8, norm=none); a = train m1 toy epochs=1; c = encode a toy.test; i = decode a c",
    "m1 = model flow toy flow=realnvp(2, hidden=8, norm=batch) seed=3; a = train m1 toy epochs=1; s = evaluate a toy nll bpd; i = sample a 9 temperature=.7",
    "t1 = train(model(flow, toy, flow=made(hidden=8)), toy, epochs=1); a = distill(model(flow, toy, flow=iaf(2, hidden=8)), t1, epochs=2, items=200, batch=50, lr=.01, scales=4, patience=2, keep=best, seed=3); s = evaluate a toy nll; i = sample a 9",
    "t1 = train(model(flow, toy, flow=made(hidden=8, outputs=logistic(2))), toy, epochs=1); a = distill(model(flow, toy, flow=iaf(2, noise=logistic)), t1, epochs=1, items=200, draws=2, keep=last); i = sample a 9",
    "t1 = train(model(flow, toy, flow=made(hidden=8)), toy, epochs=1); a = distill(model(flow, toy, flow=iaf(2, hidden=8)), t1, epochs=1, items=200, checkpoint=\"s\", checkpoint_every=0, force=true)",
    // information
    "i = mi z toy.test estimator=ksg(k=4, version=2) curve=true null=2 se=true ci=.9 standardize=false n=60 seed=3",
    "i = mi z z estimator=entropies(k=4) null=0; i = mi z z estimator=mixture(k=4) null=0",
    "i = mi z z.labels estimator=ross(k=4) classes=[y] null=0",
    "i = mi z toy.test estimator=gaussian(shrink=1); i = mi z toy.test estimator=binned(bins=3)",
    "i = mi z toy.test estimator=sliced(slices=2, k=4) null=1 se=false",
    "i = mi z toy.test estimator=lnc(k=5, alpha=.2) null=1 se=false",
    "i = cmi z toy.test z.labels estimator=ksg(k=4) curve=true null=2 se=true ci=.9 standardize=false n=60 seed=3",
    "i = total_correlation z estimator=ksg(k=4) curve=true null=2 se=true ci=.9 standardize=false n=60 seed=3",
    "i = interaction z toy.test z.labels estimator=ksg(k=4) curve=true null=2 se=true ci=.9 standardize=false n=60 seed=3",
    "r = sweep(store=false) k=1..3 s=1..2 { k * s }; f = plot r x=k y=value color=s points=true",
    "i = mi_table z n=60 columns=[\"z1\", \"z2\"]",
    // the session
    "set seed=3 threads=2 conv=auto width=90 output=none dpi=90 images=off device=cpu; set",
    "history n=2; help train; history save \"h.mimnb\" force=true",
    "show toy m0 m z m.history; show evaluate(m, toy, nll) tsne(take(z, 50), perplexity=5, iters=9)",
  ]

  @Test("options in many forms are taken, and names are bound to values", arguments: statements)
  func works(_ statement: String) throws {
    let bench = try BuiltinsBench(keepingRows: true)
    #expect(bench.run(Self.prelude) == [])
    let rows = (0..<60).map { "\($0 % 10),\($0 * 7 % 13),\($0 % 2 == 0 ? "even" : "odd")\n" }
    _ = try bench.folder.write("a,b,class\n" + rows.joined(), to: "t.csv")
    let errors = bench.run(statement.replacing("FOLDER", with: bench.folder.path))
    #expect(errors == [], "\(bench.output.error.last ?? "")")
    for match in statement.matches(of: #/(?:^|; )(\w+) = /#) {
      let value = bench.session.bindings[String(match.output.1)]
      #expect(value != nil, "\(match.output.1)")
      if case .some(.none) = value { Issue.record("\(match.output.1) holds nothing") }
    }
  }

  @Test("every option of every verb and every argument of every word stands in one that runs")
  func complete() {
    let texts =
      [Self.prelude] + Self.statements + BuiltinsImageTests.statements
      + builtinTable.functions.map(\.example)
    var written: Set<String> = []
    for text in texts {
      let found = WrittenOptions(text)
      #expect(found.errors == [], "\(text)")
      written.formUnion(found.names)
    }
    #expect(WrittenOptions.all.subtracting(written).sorted() == [])
  }

  @Test("`where=` of a history leaves epochs out, and a variable may say which")
  func historyRows() throws {
    let bench = try BuiltinsBench()
    #expect(bench.run(Self.prelude) == [])
    #expect(bench.run("first = 2; p = plot m.history y=[loss, kl] where=(epoch >= first)") == [])
    let figure = try #require(bench.object("p") as? any RenderableFigure)
    #expect(figure.altText == "loss, kl over 1 epoch")
    #expect(bench.run("plot m.history where=(epoch > 2)") == ["E221"])
  }

  @Test("own tables keep labels, names and scaling; the model applies its own scaling")
  func ownTable() throws {
    let bench = try BuiltinsBench()
    let rows = (0..<300).map { "\($0 % 10),\(($0 * 7) % 13),\($0 % 2 == 0 ? "even" : "odd")" }
    let path = try bench.folder.write(
      "a,b,class\n" + rows.joined(separator: "\n") + "\n", to: "t.csv")
    let errors = bench.run(
      """
      d = load "\(path)" label=class header=true split=[.6, .2, .2] scale=standard seed=1
      m = train(model(vae, d, hidden=[8], seed=1), d, epochs=2, batch=32, seed=1)
      raw = load "\(path)" label=class split=[.6, .2, .2] seed=1
      s = evaluate m d nll rmse seed=1
      t = evaluate m raw nll rmse seed=1
      k = evaluate m d knn(3) nmi
      n = d.test.n
      """)
    #expect(errors == [], "\(bench.output.error.last ?? "")")
    #expect(bench.number("n") == 60)
    let nll = try #require(bench.number("s.nll"))
    let raw = try #require(bench.number("t.nll"))
    #expect(abs(nll - raw) < 1e-3)
  }

  @Test("selections keep role and labels, and labels stay with their items")
  func labels() throws {
    let bench = try BuiltinsBench()
    #expect(
      bench.run(
        Self.prelude + "\nx = take(toy.test, per_class=2); l = x.labels; c = encode(m, x).labels"
      ) == [])
    guard case .list(let labels)? = bench.session.bindings["l"],
      case .list(let codes)? = bench.session.bindings["c"]
    else {
      Issue.record("no labels")
      return
    }
    #expect(labels.map(\.shortText) == (0..<10).map { "\($0 / 2)" })
    #expect(codes.map(\.shortText) == labels.map(\.shortText))
  }
}
