import MIMModels
import MIMScript

/// Pages of `help` on what the verbs share, in the order in which `help` lists them.
func builtinTopics(_ catalog: Catalog) -> [HelpTopic] {
  [
    .tour, .objectives(catalog), .priors, .warmup, .checkpoints, .metrics, .information,
    .embeddings, .maps, .data, .bmi, .figures, .seeds, .notebooks, .cache, .watch, .terminal,
  ]
}

extension HelpTopic {
  fileprivate static func objectives(_ catalog: Catalog) -> HelpTopic {
    let words = catalog.objectives.map { $0.word }
    return HelpTopic(
      "objectives",
      summary: "what " + words.dropLast().joined(separator: ", ")
        + (words.count > 1 ? " and " : "") + (words.last ?? "") + " minimise",
      lines: [
        "model KIND DATA …  KIND and entropy= choose what training minimises, in nats per item:"
      ]
        + objectiveLines(catalog) + [
          "Encoder branch: x from the data, z ~ q(z|x). Decoder branch: z ~ p(z), x ~ p(x|z). M is their",
          "equal mixture. mim adds the decoder branch after β's warm-up (help warmup), asvae at once.",
          "The others use only the encoder branch. entropy=flip gives VAE + H and MIM − H.",
          "flow is a density p(x) of items alone: flow=maf(K)|realnvp(K)|made(…), of images glow(K) and",
          "realnvp_image(2); iaf(K) learns from another by distill. vqvae has codes from a codebook,",
          "posterior=vq(K). docs/methods.md: sources, what each is good for, costs.",
          "Binary x in the decoder branch needs the score-function gradient, baseline=batch|none; or use",
          "the decoder's mean instead of a draw, as in the authors' image models: train … decoded=mean.",
          "example:  v = model vae toy z=2 hidden=[50] beta=4",
          "see also:  priors · warmup · model · train",
        ])
  }

  fileprivate static let priors = HelpTopic(
    "priors", summary: "p(z), q(x) and the distributions of a model",
    lines: [
      "prior=normal|learned|gmm(K)|marginal    p(z): N(0, I), a learned Gaussian or mixture, or",
      "    the encoder's marginal: log p(z) := log q(z|x)",
      "prior=vampprior(K)    the mean of q(z|u) over K learned pseudo-inputs u, which start from",
      "    training items (init=mnist.train) or from noise (init=normal(0.05, 0.01))",
      "qx=marginal|data|learned|gmm(K)    q(x) in MIM: one importance sample of the decoder's",
      "    marginal, the known density of toy data, a learned Gaussian or mixture",
      "qx=vampprior(K)    the mean of p(x|v) over K learned codes v",
      "qx=maf(K)|realnvp(K)    flows from x to N(0, I)",
      "prior=maf(K)|realnvp(K)|glow(K)|ar1(α)    flows; a δ-VAE's AR(1) process",
      "prior=codes|made|pixelcnn    vqvae: all codes alike, or what a masked autoencoder (of vectors)",
      "    or a gated PixelCNN (of maps) learns of them",
      "posterior=normal|gmm(K)|delta    q(z|x); delta is the point of an autoencoder",
      "posterior=planar(K)|sylvester(K)|iaf(K)|triangular    a bent or a full Gaussian",
      "posterior=realnvp(K)|maf(K)    bent, too; the density of any code takes one pass",
      "posterior=iaf_map(K, channels=4)    images: a bent Gaussian at each place of the encoder's map",
      "posterior=deltavae(δ)|vq(K)    at least δ nats a unit from N(0, 1); codes of a codebook",
      "likelihood=normal|bernoulli|logistic|gmm(K)    p(x|z); bernoulli for 0 and 1, logistic for",
      "    grey images in 256 levels",
      "likelihood=realnvp(K)|maf(K)    a Gaussian through flows that see z; maf for few values",
      "anchor=fixed|learned    what MIM's decoder branch draws z from: N(0, I) or p(z)",
      "levels=2    p(z2) p(z1|z2) and q(z2|x) q(z1|x, z2); prior= then sets p(z2), and the decoder",
      "    branch draws from the model's own p(z)",
      "min_scale=1e-6    a lower limit, added to every scale",
      "example:  m0 = model mim toy z=2 prior=gmm(5) qx=marginal",
      "see also:  objectives · model",
    ])

  fileprivate static let warmup = HelpTopic(
    "warmup", summary: "how the learning rate and β start",
    lines: [
      "train … warmup=W schedule=noam    lr(e) = lr · min(e/W, √(W/e)) in epoch e = 1, 2, …",
      "warmup_beta=W    β(e) = β · min(1, e/W); 0: full β from the first epoch",
      "MIM's decoder branch starts when β has its full value. From then on the best epoch is chosen",
      "and patience (by default W) counts. keep=last trains for all epochs.",
      "MIM − H (entropy=flip) with qx=marginal diverges during the warm-up, so use warmup_beta=0.",
      "example:  m = train m0 toy epochs=200 warmup=3 patience=3 schedule=noam",
      "see also:  train · objectives",
    ])

  fileprivate static let metrics = HelpTopic(
    "metrics", summary: "what evaluate measures",
    lines: ["evaluate MODEL DATA metrics …  measures DATA.test. The metrics are"]
      + metricLines + [
        "Information is in nats (natural logarithms). Every number comes with n, its method, and a",
        "standard error where possible. mi warns when it approaches the largest value that n points",
        "can show, or when x and z have many dimensions. Collapse is always reported.",
        "mi(k=5, n=3000, estimator=2) and tc also give each item's part as s.mi_local, s.tc_local:",
        "plot z color=s.mi_local. mine(steps=…) and infonce(batch=…) train a critic on three fifths",
        "of the items and measure on a held-out fifth. Both are lower bounds; infonce is at most log",
        "batch. rd gives rate, distortion, mi_q and marginal_kl, where rate = mi_q + marginal_kl.",
        "rankme to hubness judge codes without labels; mig to modularity need factors: load sprites.",
        "probe measures what codes predict, compare how samples differ from data (docs/measures.md).",
        "example:  s = evaluate m toy nll mi(n=3000) knn([1, 5]) nmi(seed=177)",
        "see also:  evaluate · probe · compare · table · sweep",
      ])

  fileprivate static let data = HelpTopic(
    "data", summary: "what load reads, and where it looks",
    lines: DataSource.table.map { "  " + "load \($0.name)".filled(to: 14) + $0.summary } + [
      "  load \"FILE\"   .npy .npz .csv .tsv, a folder of PNGs (sub-folder = class), .safetensors",
      "Named data is looked for in $MIM_DATA, $XDG_DATA_HOME/mim-repl (~/.local/share/mim-repl) and",
      "/usr/share/datasets; fetch=true downloads it and checks its SHA-256.",
      "Your own data is shuffled (seed=) and split by split=[train, val, test]; an .npz may contain",
      "x_train, y_train, x_test, … instead. scale=standard|minmax and pca=K are fitted on train,",
      "stored with the model and undone when it decodes.",
      "binarize=dynamic (for each batch) or fixed (once) draws each pixel of grey images as 0 or 1.",
      "Splits are fields: mnist.train, mnist.val, mnist.test. Labels stay with their items.",
      "example:  d = load \"iris.csv\" label=\"species\" split=[.8, .1, .1] scale=standard",
      "see also:  load · take · show",
    ])

  fileprivate static let figures = HelpTopic(
    "figures", summary: "what plot draws, and how to save it",
    lines: [
      "images, decoded images   a grid; pairs=true puts originals above reconstructions",
      "codes, embeddings        points; color=label|COLUMN|none, dims=[1, 2]",
      "a history                curves by epoch; y=[loss, recon, kl] split=[train, val]",
      "a table                  lines of y= against x=; one line per value of color=, error=sd|se|none",
      "a model of 2-D data      view=xz: P(x) above, q(z|x) below; contours= ellipses= links=",
      "a list of numbers        a histogram; a list of lists: a heat map",
      "figure cols=2 width=6.75 { plot …; plot … }   panels side by side",
      "width= and height= are in inches, font= and size= in points, dpi= in pixels per inch.",
      "save=\"NAME\" or save fig \"NAME\" format=[png, pdf, svg]. Each holds its code. html: help maps.",
      "example:  plot encode(m, toy.test) color=label legend=right save=\"codes\"",
      "see also:  plot · figure · save",
    ])

  fileprivate static let seeds = HelpTopic(
    "seeds", summary: "where random numbers come from",
    lines: [
      "Every call of a random verb has its own stream. Its seed depends on the session's seed (--seed,",
      "set seed=, a notebook's seed:), the cell's label, the name that the statement assigns (without",
      "one: the verb, and how often it was called without one) and the values of the sweep axes and loops",
      "around it. Cells with a label count such calls from the cell's beginning; cells without one, the",
      "prompt and scripts from the statement's. So a line elsewhere does not change the results of other",
      "lines, and the same line gives the same numbers again. seed=3 fixes one call.",
      "The same seed and --threads give the same bits. `m.seed` is the seed of the training.",
      "example:  m = train m0 toy epochs=3 seed=14",
      "see also:  set · sweep",
    ])

  fileprivate static let notebooks = HelpTopic(
    "notebooks", summary: "programs inside prose, and reports",
    lines: [
      "A .mimnb file is Markdown; its ```mim fences are cells. `mim-repl run NAME.mimnb` runs them",
      "top to bottom in a fresh session and writes to out/NAME/: report.html, report.md, figures,",
      "tables, run.json. `mim-repl check` finds mistakes without running anything.",
      "At the start of a cell:  #| label: NAME   #| caption: TEXT   #| error: expect E102",
      "In prose:  `{mim} s.mi %.2f`  shows a value.",
      "Front matter: title, seed, params: {epochs: 50}, figures: {dpi: 300}; -P epochs=5 overrides.",
      "see also:  cache · seeds · figures · param",
    ])

  // MARK: Lines made from the engine's tables

  private static func objectiveLines(_ catalog: Catalog) -> [String] {
    catalog.objectives.flatMap { type -> [String] in
      // With its usual arguments; one that has none for some of them has no single formula.
      guard let values = try? ArgumentValues().checked(against: type.arguments) else { return [] }
      return EntropyTreatment.allCases.compactMap { entropy in
        let name = type.word + (entropy == .flip ? " entropy=flip" : "")
        return type.init(values).objective(entropy).map {
          "  " + name.filled(to: 19) + $0.formula
        }
      }
    }
  }

  private static var metricLines: [String] {
    EvaluationMetric.table.map {
      "  " + $0.word.usage.filled(to: 20) + $0.word.doc
    }
  }
}

extension String {
  /// With blanks behind it, at least one.
  fileprivate func filled(to width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }
}

extension WordSpec {
  /// `knn(k)`
  fileprivate var usage: String {
    let shown = parameters.offered
    return shown.isEmpty ? name : "\(name)(\(shown.map(\.name).joined(separator: ", ")))"
  }
}
