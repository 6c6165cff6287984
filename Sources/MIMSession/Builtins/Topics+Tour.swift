import MIMScript

extension HelpTopic {
  /// The language in ten minutes. Lines that begin with two blanks run, one after the other.
  static let tour = HelpTopic(
    "tour", summary: "the language in ten minutes",
    lines: [
      "Type the indented lines, or paste them. Every line is  name = verb things option=value.",
      "1. Data. Five Gaussians in the plane, drawn anew; splits are fields.",
      "  toy = load toy \"4\"",
      "  show toy",
      "2. A MIM and a VAE with the same networks. Words such as mim stand bare, other text is quoted.",
      "  m0 = model mim toy z=2 hidden=[50]",
      "  v0 = model vae toy z=2 hidden=[50]",
      "3. Train. Values never change: m is new, m0 stays. Ctrl-C stops and keeps what there is.",
      "  m = train m0 toy epochs=30 warmup=3 patience=5 schedule=noam",
      "  v = train v0 toy epochs=30 warmup=3 patience=5 schedule=noam",
      "4. Measure: mutual information, likelihood, reconstruction, accuracy of 5 neighbours.",
      "  s = evaluate m toy mi nll rmse knn(5)",
      "  table [s, evaluate(v, toy, mi, nll, rmse, knn(5))] names=[\"MIM\", \"VAE\"]",
      "5. A bare expression shows itself; fields come after a dot; `;` hides; `ans` is the last value.",
      "  s.mi",
      "  s.mi > 2 and m.epochs <= 30",
      "6. Inside a command a verb is a call, and arithmetic stands in parentheses.",
      "  z = encode m take(toy.test, (4 * 128))",
      "  plot z color=label title=\"codes\"",
      "7. Repeat. The last value of the block becomes a row; the last axis varies fastest.",
      "  r = sweep kind=[\"mim\", \"vae\"] width=[5, 50] seed=1..2 {",
      "    m1 = train(model(kind, toy, hidden=[width]), toy, epochs=10, warmup=2, seed=seed)",
      "    evaluate m1 toy mi rmse",
      "  }",
      "  table r by=[kind, width] value=[mi, rmse]",
      "  plot r x=width y=mi color=kind error=sd",
      "8. Keep. Nothing is overwritten without force=true.",
      "  save m \"tour.safetensors\"",
      "  m2 = load \"tour.safetensors\"",
      "Now: help objectives · help data · help metrics · help notebooks · help VERB",
    ])
}
