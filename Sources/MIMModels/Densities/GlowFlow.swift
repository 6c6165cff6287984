import MIMTensor

/// Glow as a density of images (Kingma and Dhariwal 2018, arXiv:1807.03039).
struct GlowFlow: FlowComponent {
  static let word = "glow"
  static let summary = "images: levels of K steps of actnorm, 1×1 convolution and coupling (Glow)"
  static let method: MethodNote? = MethodNote(
    "Glow", words: "model flow DATA flow=glow(8, levels=2, width=64)",
    equation:
      "actnorm s ⊙ x + b, W x at each pixel, (x₂ + t) σ(h + 2) with (t, h) of x₁, K times in each of L levels; −log p(x)",
    source: "Kingma and Dhariwal 2018, arXiv:1807.03039",
    use: "density of images, draws in one pass, codes of images",
    cost: "K L convolutional networks")
  static let arguments = [
    ComponentArgument("K", .integer(1...64), usual: .integer(8), "steps of each level"),
    ComponentArgument(
      "levels", .integer(1...8), usual: .integer(2), isNamed: true,
      "each halves the sides of images"),
    ComponentArgument(
      "width", .integer(1...1024), usual: .integer(64), isNamed: true,
      "channels of the hidden layers of a coupling's network"),
    ComponentArgument(
      "mixing",
      .word([
        ArgumentWord("lu", [], "a learned matrix as P L (U + diag s)"),
        ArgumentWord("plain", [], "a learned matrix as it is"),
        ArgumentWord("reverse", [], "the channels in reverse order"),
      ]), usual: .word("lu", [:]), isNamed: true, "the 1×1 convolution"),
    ComponentArgument(
      "coupling",
      .word([
        ArgumentWord("affine", [], "scales and shifts"), ArgumentWord("additive", [], "shifts"),
      ]), usual: .word("affine", [:]), isNamed: true, "what a coupling does"),
    ComponentArgument(
      "border",
      .word([
        ArgumentWord("no", [], "zeros around the image, as in the paper"),
        ArgumentWord("yes", [], "a channel of its own that says where it ends (authors' code)"),
      ]), usual: .word("no", [:]), isNamed: true, "what 3×3 convolutions see around the image"),
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  private var levels: Int { values.integer("levels") }

  private var layout: GlowLayout {
    GlowLayout(
      width: values.integer("width"),
      mixing: GlowLayout.Mixing(rawValue: values.word("mixing").name) ?? .lu,
      isAffine: values.word("coupling").name == "affine",
      seesBorder: values.word("border").name == "yes")
  }

  var isConvolutional: Bool { true }

  var description: String {
    "N(0, I) through \(levels) level\(levels == 1 ? "" : "s") of \(values.flows) steps of Glow with networks of \(layout.width) channels"
  }

  func validate(beside specification: ModelSpecification) throws {
    _ = try specification.requireSqueezable(levels, text)
  }

  func density(for specification: ModelSpecification) -> any DataDensity {
    let image = specification.imageSize
    let (layout, count, steps) = (self.layout, self.levels, values.flows)
    let glow = Self.levels(
      layout, of: image, count: count, steps: steps, statistics: .running)
    return ImageDensity(
      size: image.count, parameters: glow.flatMap(\.parameters),
      layers: glow.flatMap(\.descriptions),
      bytes: specification.valueKind == .real ? nil : ByteValues(margin: nil),
      startsFromData: true
    ) { statistics in
      MultiScaleFlow(
        image: image,
        levels: Self.levels(
          layout, of: image, count: count, steps: steps, statistics: statistics
        ).map(\.level))
    }
  }

  /// A level with its steps as what they are.
  private struct OwnLevel {
    let prefix: String
    let squeeze: PixelOrder
    let steps: [GlowStep]
    let prior: LevelPrior

    var level: MultiScaleFlow.Level {
      MultiScaleFlow.Level(
        steps: [squeeze] + steps, output: squeeze.moved, prior: prior)
    }

    var parameters: [ParameterDeclaration] {
      steps.flatMap(\.parameters) + prior.parameters
    }

    var descriptions: [LayerDescription] {
      let image = squeeze.moved.text
      func count(_ parameters: [ParameterDeclaration]) -> Int {
        parameters.filter { $0.role == .trained }.reduce(0) { $0 + $1.shape.count }
      }
      return steps.enumerated().map { index, step in
        LayerDescription(
          name: "\(prefix).\(index)",
          description: "\(image), actnorm, 1×1, coupling",
          parameterCount: count(step.parameters))
      } + [
        LayerDescription(
          name: "\(prefix).prior",
          description: isLast ? "a normal for each channel" : "normals given the other half",
          parameterCount: count(prior.parameters))
      ]
    }

    private var isLast: Bool { if case .conditional = prior { false } else { true } }
  }

  private static func levels(
    _ layout: GlowLayout, of image: ImageSize, count: Int, steps: Int,
    statistics: NormalizationStatistics
  ) -> [OwnLevel] {
    var place = image
    return (0..<count).map { level in
      let prefix = "p_x.\(level)"
      let squeeze = PixelOrder.squeeze(place)
      let channels = squeeze.moved.channels
      place = squeeze.moved
      place.channels /= 2
      return OwnLevel(
        prefix: prefix, squeeze: squeeze,
        steps: (0..<steps).map {
          layout.step("\(prefix).\($0).", channels: channels, statistics)
        },
        prior: level < count - 1
          ? .conditional(
            layout.gained("\(prefix).prior", inputs: channels / 2, outputs: channels))
          : .learned(
            mean: .channels("\(prefix).prior.mean", channels),
            logScale: .channels("\(prefix).prior.logs", channels)))
    }
  }
}

extension FlowChoice {
  /// Levels of so many steps of Glow.
  /// - Parameters:
  ///   - mixing: `lu`, `plain` or `reverse`.
  ///   - isAffine: whether couplings scale.
  ///   - seesBorder: whether 3×3 convolutions see where the image ends.
  public static func glow(
    _ steps: Int, levels: Int = 2, width: Int = 64, mixing: String = "lu", isAffine: Bool = true,
    seesBorder: Bool = false
  ) -> FlowChoice {
    FlowChoice(
      GlowFlow([
        "K": .integer(steps), "levels": .integer(levels), "width": .integer(width),
        "mixing": .word(mixing, [:]), "coupling": .word(isAffine ? "affine" : "additive", [:]),
        "border": .word(seesBorder ? "yes" : "no", [:]),
      ]))
  }
}
