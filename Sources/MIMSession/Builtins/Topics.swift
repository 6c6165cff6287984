import MIMModels
import MIMScript

/// Pages of `help` on what the verbs share.
let builtinTopics: [HelpTopic] = [
  HelpTopic(
    "metrics", summary: "what evaluate measures",
    lines: ["evaluate MODEL DATA metrics …  measures DATA.test; the metrics are"]
      + EvaluationMetric.table.map { "  \($0.word.usage)  \($0.word.doc)" } + [
        "Every number comes with its standard error (where it has one), n and method.",
        "example:  s = evaluate m mnist nll mi(n=3000) knn([1, 5]) nmi(seed=177)",
      ]),
  HelpTopic(
    "priors", summary: "p(z), q(x) and the families of a model",
    lines: [
      "model … prior=normal|learned|gmm(K)|marginal    p(z): N(0, I), a learned Gaussian or",
      "  mixture, or the encoder's marginal",
      "qx=marginal|data|learned|gmm(K)    q(x): the decoder's importance-sampled marginal, the",
      "  known density of a toy, a learned Gaussian or mixture",
      "posterior=normal|gmm(K)|delta    q(z|x)    likelihood=normal|bernoulli|gmm(K)    p(x|z)",
      "anchor=fixed|learned    where MIM's decoder branch draws z from: N(0, I) or p(z)",
      "example:  m0 = model mim toy z=2 prior=gmm(5) qx=marginal",
    ]),
  HelpTopic(
    "warmup", summary: "how learning rate and β begin",
    lines: [
      "train … warmup=W schedule=noam    lr(e) = lr · min(e/W, √(W/e)) in epoch e = 1, 2, …",
      "warmup_beta=W    β(e) = min(1, e/W); 0: β is full from the first epoch",
      "MIM's decoder branch begins when β is full. The best epoch is chosen from there on, and",
      "patience (W unless given) counts from there.",
      "MIM − H (entropy=flip) with qx=marginal diverges under a warm-up: use warmup_beta=0.",
      "example:  m = train m0 toy epochs=200 warmup=3 patience=3 schedule=noam",
    ]),
  HelpTopic(
    "data", summary: "what load reads",
    lines: DataSource.table.map { "  load \($0.name)  \($0.summary)" } + [
      "  load \"FILE\"  .npy .npz .csv .tsv, a folder of PNGs (sub-folder = class), .safetensors",
      "Splits are fields: mnist.train, mnist.val, mnist.test; labels stay with their items.",
      "example:  d = load \"iris.csv\" label=species split=[.8, .1, .1] scale=standard",
    ]),
  HelpTopic(
    "tour", summary: "ten lines to begin with",
    lines: [
      "toy = load toy \"4\"                             # five Gaussians in the plane",
      "m0 = model mim toy z=2 hidden=[50]",
      "m = train m0 toy epochs=30 warmup=3 schedule=noam",
      "plot m view=xz                                 # P(x), reconstructions, q(z|x)",
      "s = evaluate m toy mi nll rmse knn(5); show s",
      "v = train(model(vae, toy, z=2, hidden=[50]), toy, epochs=30, warmup=3)",
      "table [s, evaluate(v, toy, mi, nll, rmse, knn(5))] names=[\"MIM\", \"VAE\"]",
      "plot encode(m, toy.test) color=label save=\"codes\"",
      "save m \"m.safetensors\"; m2 = load \"m.safetensors\"",
      "help load · help train · help plot · help sweep",
    ]),
]

extension WordSpec {
  /// `knn(k)`
  fileprivate var usage: String {
    let shown = parameters.filter { !$0.isHidden }
    return shown.isEmpty ? name : "\(name)(\(shown.map(\.name).joined(separator: ", ")))"
  }
}
