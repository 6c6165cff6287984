import MIMScript

extension HelpTopic {
  /// The language in ten minutes. Lines that begin with two blanks run, one after another.
  static let tour = HelpTopic(
    "tour", summary: "the language in ten minutes",
    lines: [
      "Type or paste the indented lines. Every line is  name = verb arguments option=value.",
      "1. Load data: five Gaussians in the plane, redrawn every epoch. Its splits are fields.",
      "  toy = load toy \"4\"",
      "  show toy",
      "2. Make a MIM and a VAE with the same networks. Words such as mim need no quotes; text does.",
      "  m0 = model mim toy z=2 hidden=[50]",
      "  v0 = model vae toy z=2 hidden=[50]",
      "3. Train. Values never change: m is new and m0 stays. Ctrl-C stops and keeps the model so far.",
      "  m = train m0 toy epochs=30 warmup=3 patience=5 schedule=noam",
      "  v = train v0 toy epochs=30 warmup=3 patience=5 schedule=noam",
      "4. Measure mutual information, likelihood, reconstruction error and 5-NN accuracy.",
      "  s = evaluate m toy mi nll rmse knn(5)",
      "  table [s, evaluate(v, toy, mi, nll, rmse, knn(5))] names=[\"MIM\", \"VAE\"]",
      "5. A bare expression is shown. Fields follow a dot, `;` hides, and `ans` is the last value.",
      "  s.mi",
      "  s.mi > 2 and m.epochs <= 30",
      "6. Inside a command, write verbs as calls and put arithmetic in parentheses.",
      "  z = encode m take(toy.test, (4 * 128))",
      "  plot z color=label title=\"codes\"",
      "7. Repeat with a sweep. The block's last value becomes a row; the last axis varies fastest.",
      "  r = sweep kind=[\"mim\", \"vae\"] width=[5, 50] seed=1..2 {",
      "    m1 = train(model(kind, toy, hidden=[width]), toy, epochs=10, warmup=2, seed=seed)",
      "    evaluate m1 toy mi rmse",
      "  }",
      "  table r by=[kind, width] value=[mi, rmse]",
      "  plot r x=width y=mi color=kind error=sd",
      "8. Save. Nothing is overwritten without force=true.",
      "  save m \"tour.safetensors\"",
      "  m2 = load \"tour.safetensors\"",
      "Next: help objectives · help data · help metrics · help notebooks · help VERB",
    ])
}
