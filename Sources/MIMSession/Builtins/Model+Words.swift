import MIMModels
import MIMScript

extension HostFunction {
  private static let width: ParameterType = .integer(1...1_048_576)

  private static let perceptron = WordSpec(
    "mlp", parameters: [Parameter("WIDTH", width, repeats: true, "units of a hidden layer")],
    "a multilayer perceptron with these hidden layers (gated if levels=2)")

  private static let encoders = [perceptron, WordSpec("conv", "gated convolutions")]

  private static let decoders =
    encoders + [
      WordSpec(
        "pixelcnn",
        parameters: [
          Parameter(
            "layers", .integer(ModelSpecification.pixelLayers), default: .number(8),
            "number of masked 3×3 convolutions"),
          Parameter(
            "channels", .integer(ModelSpecification.pixelChannels), default: .number(64),
            "channels of each layer"),
        ], "an autoregressive decoder: each pixel depends on z and the pixels before it")
    ]

  static let architectureOptions = [
    Parameter(
      "z", .any(of: [width, .list(width)]), default: .number(2),
      "latent units; with levels=2, of each level, or [z1, z2]"),
    Parameter(
      "levels", .integer(1...2), default: .number(1),
      "latent levels: 1, or 2 for the hierarchy z2 → z1 → x"),
    Parameter(
      "enc", .word(encoders), defaultText: "mlp(50)",
      "the network of q(z|x); default conv if dec=conv, mlp(300, 300) if levels=2"),
    Parameter(
      "dec", .word(decoders), defaultText: "mlp(50)",
      "the network of p(x|z); default conv if enc=conv, mlp(300) if levels=2"),
    Parameter(
      "hidden", .list(width), "hidden widths of the encoder; the decoder has them in reverse order"),
    Parameter(
      "act",
      .word([
        WordSpec("tanh", "hyperbolic tangent"), WordSpec("relu", "max(0, x)"),
        WordSpec("swish", "x σ(x)"),
      ]), default: .string("tanh"), "the non-linearity (not used in gated layers)"),
    Parameter(
      "min_scale", .number(1e-12...1), default: .number(1e-6), "the smallest value of every scale"),
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
            Parameter(
              "mean", .number(-1e6...1e6), default: .number(0.05), "mean of the initial values"),
            Parameter(
              "deviation", .number(0...1e6), default: .number(0.01),
              "standard deviation of the initial values"),
          ], "N(mean, deviation²)")
      ]),
    ]), isOptional: true,
    "initial values: training items (the first K are used), or normal(0.05, 0.01)")

  static let densityOptions = [
    Parameter("beta", .number(0...1e6), default: .number(1), "vae: the weight of the KL term"),
    Parameter(
      "entropy",
      .word([
        WordSpec("keep", "as in the objective"),
        WordSpec(
          "flip", "VAE + H, MIM − H: add the joint-entropy term to a VAE, take it out of a MIM"),
      ]), default: .string("keep"), "the joint-entropy term"),
    Parameter(
      "prior",
      .word([
        WordSpec("normal", "N(0, I)"), WordSpec("learned", "a learned diagonal Gaussian"), mixture,
        WordSpec("marginal", "the encoder's marginal"),
        WordSpec(
          "vampprior", parameters: [pseudoInputs, start],
          "a mixture of the encoder over K pseudo-inputs"),
      ]), default: .string("normal"), "p(z); with levels=2, p(z2)"),
    Parameter(
      "qx",
      .word([
        WordSpec("marginal", "importance-sampled marginal of the decoder"),
        WordSpec("data", "the known density of toy data"),
        WordSpec("learned", "a learned diagonal Gaussian"), mixture,
        WordSpec(
          "vampprior", parameters: [pseudoInputs],
          "a mixture of the decoder over K learned codes"),
      ]), default: .string("marginal"), "q(x)"),
    Parameter(
      "posterior",
      .word([WordSpec("normal", "a diagonal Gaussian"), mixture, WordSpec("delta", "a point (ae)")]
      ),
      defaultText: "normal", "the family of q(z|x); delta for an autoencoder"),
    Parameter(
      "likelihood",
      .word([
        WordSpec("normal", "a diagonal Gaussian"), WordSpec("bernoulli", "0 or 1 per value"),
        WordSpec("logistic", "discretised logistic, for grey images with 256 levels"), mixture,
      ]), defaultText: "normal", "the family of p(x|z); bernoulli for pixels of 0 and 1"),
    Parameter(
      "anchor",
      .word([
        WordSpec("fixed", "N(0, I)"), WordSpec("learned", "the model's prior p(z)"),
      ]), defaultText: "fixed",
      "what the decoder branch draws z from; learned if levels=2, with gradients through z"),
  ]
}
