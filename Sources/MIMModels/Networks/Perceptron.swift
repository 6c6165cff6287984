/// A multilayer perceptron; in a model of several levels its layers are gated.
struct Perceptron: NetworkComponent {
  static let word = "mlp"
  static let summary =
    "a multilayer perceptron with these hidden layers (gated if levels=2)"
  static let arguments = [
    ComponentArgument(
      "WIDTH", .integers(1...ModelSpecification.maximalWidth, count: 0...100),
      usual: .integers([]), "units of a hidden layer")
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var widths: [Int]? { values.integers("WIDTH") }
  private var hidden: [Int] { values.integers("WIDTH") }

  func validate(as option: String, of specification: ModelSpecification) throws {}

  func gatedItems(
    _ name: String, isTop: Bool, of specification: ModelSpecification
  ) -> LayerStack {
    LayerStack.gated(
      name, inputs: specification.itemSize, widths: isTop ? hidden : Array(hidden.suffix(1)))
  }

  func gatedDecoder(
    codes names: [String], of specification: ModelSpecification
  ) -> any DecoderNetwork {
    let inner = hidden.isEmpty ? [ModelSpecification.gatedWidth] : hidden
    let codes = CodeLayers(
      names: names, sizes: specification.latentSizes, outputs: inner[0])
    return GatedDecoder(
      codes: codes,
      joint: [
        LayerStack.gated("p_x_layers_joint", inputs: names.count * inner[0], widths: inner)
      ],
      head: specification.pixelHead(.vector(inner[inner.count - 1])),
      featureShape: [inner[inner.count - 1]])
  }
}

extension NetworkChoice {
  /// A multilayer perceptron with these hidden widths, first layer first; none means that the heads are linear in the input.
  public static func mlp(_ widths: [Int]) -> NetworkChoice {
    NetworkChoice(Perceptron(["WIDTH": .integers(widths)]))
  }
}
