import MIMModels
import MIMScript

extension HostFunction {
  private static let width: ParameterType = .integer(1...1_048_576)

  private static let perceptron = WordSpec(
    "mlp", parameters: [Parameter("WIDTH", width, repeats: true, "units of a hidden layer")],
    "a multilayer perceptron with these hidden layers, gated at levels=2")

  private static let encoders = [perceptron, WordSpec("conv", "gated convolutions")]

  private static let decoders =
    encoders + [
      WordSpec(
        "pixelcnn",
        parameters: [
          Parameter(
            "layers", .integer(ModelSpecification.pixelLayers), default: .number(8),
            "masked 3×3 convolutions"),
          Parameter(
            "channels", .integer(ModelSpecification.pixelChannels), default: .number(64),
            "channels of each"),
        ], "an autoregressive decoder: each pixel given z and the earlier pixels")
    ]

  static let architectureOptions = [
    Parameter(
      "z", .any(of: [width, .list(width)]), default: .number(2),
      "latent units; at levels=2 of each level, or [z1, z2]"),
    Parameter(
      "levels", .integer(1...2), default: .number(1),
      "latent levels: 1, or 2 for z2 above z1 above x"),
    Parameter(
      "enc", .word(encoders), defaultText: "mlp(50)",
      "the network of q(z|x); conv beside dec=conv, mlp(300, 300) at levels=2"),
    Parameter(
      "dec", .word(decoders), defaultText: "mlp(50)",
      "the network of p(x|z); conv beside enc=conv, mlp(300) at levels=2"),
    Parameter(
      "hidden", .list(width), "hidden widths of the encoder; reversed for the decoder"),
    Parameter(
      "act",
      .word([
        WordSpec("tanh", "hyperbolic tangent"), WordSpec("relu", "max(0, x)"),
        WordSpec("swish", "x σ(x)"),
      ]), default: .string("tanh"), "the non-linearity; gated layers have none other"),
    Parameter(
      "min_scale", .number(1e-12...1), default: .number(1e-6), "the floor of every scale"),
  ]

  static let mixture = WordSpec(
    "gmm", parameters: [Parameter("K", .integer(1...10_000), "components")],
    "a mixture of K diagonal Gaussians")

  private static let pseudoInputs = Parameter(
    "K", .integer(ModelSpecification.pseudoInputs), "pseudo-inputs")

  private static let start = Parameter(
    "init",
    .any(of: [
      .object(["items", "data set"]),
      .word([
        WordSpec(
          "normal",
          parameters: [
            Parameter("mean", .number(-1e6...1e6), default: .number(0.05), "their mean"),
            Parameter("deviation", .number(0...1e6), default: .number(0.01), "their deviation"),
          ], "N(mean, deviation²)")
      ]),
    ]), isOptional: true, "training items, whose first K they start from, or normal(0.05, 0.01)")

  static let densityOptions = [
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
          "vampprior", parameters: [pseudoInputs, start],
          "a mixture of the encoder over K pseudo-inputs"),
      ]), default: .string("normal"), "p(z); p(z2) at levels=2"),
    Parameter(
      "qx",
      .word([
        WordSpec("marginal", "importance-sampled marginal of the decoder"),
        WordSpec("data", "the known density of a toy"),
        WordSpec("learned", "a learned diagonal Gaussian"), mixture,
        WordSpec(
          "vampprior", parameters: [pseudoInputs],
          "a mixture of the decoder over K learned codes"),
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
        WordSpec("logistic", "256 levels per value of grey images, discretised logistic"), mixture,
      ]), defaultText: "normal", "the family of p(x|z); bernoulli for pixels"),
    Parameter(
      "anchor",
      .word([
        WordSpec("fixed", "N(0, I)"), WordSpec("learned", "the model's own p(z)"),
      ]), defaultText: "fixed",
      "where the decoder branch draws z from; learned at levels=2, with gradients through z"),
  ]
}
