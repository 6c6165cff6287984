import MIMTensor

/// The one table of names: every array that a specification asks for, under its name in the
/// reference's PyTorch state, in the order of its layers. Models, files and `verify` go by it.
package struct ParameterLayout: Sendable {
  /// What a model holds: trained arrays and running statistics.
  package let declarations: [ParameterDeclaration]
  /// Constants of the architecture that the reference's state holds too (the masks of masked
  /// convolutions): a file may have them, a model doesn't.
  package let constants: [ParameterDeclaration]

  package init(_ specification: ModelSpecification) {
    let all = specification.network().parameters
    declarations = all.filter { $0.role != .mask }
    constants = all.filter { $0.role == .mask }
  }

  /// The constants' values by name.
  package var constantValues: [String: HostArray<Float>] {
    Dictionary(
      uniqueKeysWithValues: constants.map {
        ($0.name, $0.initializer.values(shape: $0.shape, name: $0.name, seed: 0))
      })
  }

  /// The number of parameters.
  package var trainedCount: Int {
    declarations.filter { $0.role == .trained }.reduce(0) { $0 + $1.shape.count }
  }

  /// First values, drawn from `seed`.
  package func initialValues(seed: UInt64) -> [String: HostArray<Float>] {
    var values: [String: HostArray<Float>] = [:]
    for declaration in declarations {
      values[declaration.name] = declaration.initializer.values(
        shape: declaration.shape, name: declaration.name, seed: seed)
    }
    return values
  }

  /// Throws unless `parameters` has exactly the declared names with the declared shapes.
  package func check(_ parameters: [String: HostArray<Float>]) throws {
    for declaration in declarations {
      guard let value = parameters[declaration.name] else {
        throw ModelError.parametersDoNotFit(reason: "\(declaration.name) is missing")
      }
      guard value.shape == declaration.shape else {
        throw ModelError.parametersDoNotFit(
          reason: "\(declaration.name) is \(value.shape), not \(declaration.shape)")
      }
    }
    let known = Set(declarations.map(\.name))
    if let stray = parameters.keys.filter({ !known.contains($0) }).min() {
      throw ModelError.parametersDoNotFit(reason: "\(stray) isn't part of the model")
    }
  }
}
