import MIMModels
import MIMScript
import MIMTensor

extension HostFunction {
  /// `model mim mnist z=20 enc=mlp(300, 300) dec=mlp(300, 300)`.
  static let model = HostFunction(
    "model", group: .model, summary: "make an untrained model for a data set",
    positional: [
      Parameter("KIND", .word(modelKinds), "what training minimises"),
      Parameter("DATA", .object(["data set", "items"]), "the data that it is made for"),
    ],
    options: architectureOptions + densityOptions,
    result: "a model with random weights",
    details: [
      "hidden=[H1, H2] is short for enc=mlp(H1, H2) dec=mlp(H2, H1); give one or the other.",
      "q(x) is what stands for the data's density in MIM; p(z) the prior of the codes.",
    ],
    example: "m0 = model mim toy z=2 hidden=[50]", seeAlso: ["train", "show", "priors"],
    isRandom: true, infer: inferModel
  ) { call in
    let data = try call.modelData(at: 1)
    let specification = try call.specification(for: data)
    let model = try call.located { try Model(specification: specification, seed: call.seed) }
    return .object(
      ModelObject(
        model, dataset: data.dataset, pictureShape: data.pictureShape,
        provenance: Provenance(call)))
  }

  static let modelKinds = [
    WordSpec("mim", "mutual information machine: encoder and decoder branch"),
    WordSpec("amim", "asymmetric MIM: encoder branch only"),
    WordSpec("vae", "variational autoencoder"),
    WordSpec("ae", "autoencoder: reconstruction only"),
  ]

  private static let width: ParameterType = .integer(1...1_048_576)
  private static let networks = [
    WordSpec(
      "mlp", parameters: [Parameter("WIDTH", width, repeats: true, "units of a hidden layer")],
      "a multilayer perceptron with these hidden layers"),
    WordSpec("conv", hidden: true, "gated convolutions"),
    WordSpec(
      "pixelcnn",
      parameters: [
        Parameter("layers", .integer(1...1000), isOptional: true, "masked layers"),
        Parameter("channels", .integer(1...100_000), isOptional: true, "channels"),
      ], hidden: true, "an autoregressive decoder"),
  ]

  private static let architectureOptions = [
    Parameter("z", .integer(1...1_048_576), default: .number(2), "latent units"),
    Parameter("enc", .word(networks), "the network of q(z|x); mlp(50) when left out"),
    Parameter("dec", .word(networks), "the network of p(x|z); mlp(50) when left out"),
    Parameter(
      "hidden", .list(width), "hidden widths of the encoder; reversed for the decoder"),
    Parameter(
      "act",
      .word([
        WordSpec("tanh", "hyperbolic tangent"), WordSpec("relu", "max(0, x)"),
        WordSpec("swish", "x σ(x)"),
      ]), default: .string("tanh"), "the non-linearity"),
    Parameter(
      "min_scale", .number(1e-12...1), default: .number(1e-6), "the floor of every scale"),
    Parameter("levels", .integer(1...2), default: .number(1), hidden: true, "latent levels"),
  ]

  static let mixture = WordSpec(
    "gmm", parameters: [Parameter("K", .integer(1...10_000), "components")],
    "a mixture of K diagonal Gaussians")

  private static let densityOptions = [
    Parameter("beta", .number(0...1e6), default: .number(1), "the weight of the KL term (vae)"),
    Parameter(
      "entropy",
      .word([
        WordSpec("keep", "as the objective has it"),
        WordSpec("flip", "VAE + H, MIM − H: the joint entropy's part changes sides"),
      ]), default: .string("keep"), "the joint-entropy regulariser"),
    Parameter(
      "prior",
      .word([
        WordSpec("normal", "N(0, I)"), WordSpec("learned", "a learned diagonal Gaussian"), mixture,
        WordSpec("marginal", "the encoder's marginal"),
        WordSpec(
          "vampprior",
          parameters: [
            Parameter("K", .integer(1...100_000), "pseudo-inputs"),
            Parameter("init", .anything, isOptional: true, "what they start from"),
          ], hidden: true, "a mixture over pseudo-inputs"),
      ]), default: .string("normal"), "p(z)"),
    Parameter(
      "qx",
      .word([
        WordSpec("marginal", "importance-sampled marginal of the decoder"),
        WordSpec("data", "the known density of a toy"),
        WordSpec("learned", "a learned diagonal Gaussian"), mixture,
      ]), default: .string("marginal"), "q(x)"),
    Parameter(
      "posterior",
      .word([WordSpec("normal", "a diagonal Gaussian"), mixture, WordSpec("delta", "a point (ae)")]
      ),
      defaultText: "normal", "the family of q(z|x); an autoencoder has delta"),
    Parameter(
      "likelihood",
      .word([
        WordSpec("normal", "a diagonal Gaussian"), WordSpec("bernoulli", "0 or 1 per value"),
        mixture,
      ]), defaultText: "normal", "the family of p(x|z); bernoulli for pixels"),
    Parameter(
      "anchor",
      .word([
        WordSpec("fixed", "N(0, I)"), WordSpec("learned", "the model's own p(z)"),
      ]), default: .string("fixed"), "where the decoder branch draws z from"),
  ]

  private static let inferModel: @Sendable (StaticCall) throws -> StaticValue = { call in
    let data = call.data(at: 1)
    let reader = SpecificationReader(
      kind: call.known(at: 0)?.asText, options: call.knownOptions, spans: call.argumentSpans,
      span: call.span, errorKind: .check)
    try reader.refuseLater()
    if reader.kind != nil, reader.options.count == call.options.count, let width = data.width,
      let kind = data.kind.flatMap(ValueKind.init(rawValue:))
    {
      _ = try reader.specification(itemDimensions: [width], valueKind: kind, transform: nil)
    }
    var facts = ModelFacts()
    facts.width = data.width
    facts.kind = data.kind
    facts.objective = call.known(at: 0)?.asText
    facts.latentSize =
      call.options["z"] == nil ? 2 : call.known("z")?.asInteger
    facts.made = Provenance.text(call.span.text, line: call.span.line)
    return .object(type: "model", facts: facts.values)
  }
}
