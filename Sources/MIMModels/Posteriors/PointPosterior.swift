/// A point: z is a function of x, as in autoencoders.
public struct PointPosterior: PosteriorComponent {
  public static let word = "delta"
  public static let summary = "a point (ae)"
  public let values: ArgumentValues
  public init(_ values: ArgumentValues) { self.values = values }

  public var hasDensity: Bool { false }

  public func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    DeltaHead(name: name, inputs: inputs, outputs: outputs)
  }
}

extension PosteriorChoice {
  /// A point: z is a function of x.
  public static var delta: PosteriorChoice { PosteriorChoice(PointPosterior([:])) }
}
