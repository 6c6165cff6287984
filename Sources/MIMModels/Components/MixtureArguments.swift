/// What every mixture of diagonal Gaussians says of itself, be it for codes or for items.
enum MixtureArguments {
  static let word = "gmm"
  static let summary = "a mixture of K diagonal Gaussians"
  static let arguments = [ComponentArgument("K", .integer(1...1000), "components")]

  static func values(_ count: Int) -> ArgumentValues { ["K": .integer(count)] }
}

extension ArgumentValues {
  /// The K of a mixture.
  var components: Int { integer("K") }
}
