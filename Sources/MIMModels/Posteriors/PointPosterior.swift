/// A point: z is a function of x, as in autoencoders.
struct PointPosterior: PosteriorComponent {
  static let word = "delta"
  static let summary = "a point (ae)"
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var hasDensity: Bool { false }

  func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    DeltaHead(name: name, inputs: inputs, outputs: outputs)
  }
}

extension PosteriorChoice {
  /// A point: z is a function of x.
  public static var delta: PosteriorChoice { PosteriorChoice(PointPosterior([:])) }
}
