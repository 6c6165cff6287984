import MIMTensor

/// A Gaussian through planar flows (`PlanarStep`), whose vectors the encoder gives for each item.
struct PlanarPosterior: PosteriorComponent {
  static let word = "planar"
  static let summary = "a Gaussian through K planar flows"
  static let method: MethodNote? = MethodNote(
    "planar flows", words: "model vae DATA posterior=planar(4)",
    equation: "z' = z + û tanh(wᵀz + b), K times",
    source: "Rezende and Mohamed 2015, arXiv:1505.05770",
    use: "a q(z|x) that is bent once in each step",
    cost: "K · z for each item; MIM's decoder branch undoes it by bisection")
  static let arguments = [FlowArguments.count]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    let flows = (0..<values.flows).map {
      PlanarLayers(name: "\(name).flows.\($0)", inputs: inputs, outputs: outputs)
    }
    return FlowHead(
      base: GaussianHead(name: name, inputs: inputs, outputs: outputs, minScale: minScale),
      stepLayers: flows.flatMap(\.layers)
    ) { features in flows.map { $0.step(of: features) } }
  }
}

/// w, u and b, each linear in the features.
private struct PlanarLayers: Sendable {
  let direction: Linear
  let push: Linear
  let offset: Linear

  init(name: String, inputs: Int, outputs: Int) {
    direction = Linear(name: "\(name).w", inputs: inputs, outputs: outputs)
    push = Linear(name: "\(name).u", inputs: inputs, outputs: outputs)
    offset = Linear(name: "\(name).b", inputs: inputs, outputs: 1)
  }

  var layers: [Linear] { [direction, push, offset] }

  func step(of features: Tensor) -> any FlowStep {
    PlanarStep(
      direction: direction.apply(features), push: push.apply(features),
      offset: offset.apply(features))
  }
}

extension PosteriorChoice {
  /// A Gaussian through `count` planar flows.
  public static func planar(_ count: Int) -> PosteriorChoice {
    PosteriorChoice(PlanarPosterior(FlowArguments.values(count)))
  }
}
