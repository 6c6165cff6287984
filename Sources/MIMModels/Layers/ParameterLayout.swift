import MIMTensor

/// The parameters that a specification asks for, in the order of its layers.
package struct ParameterLayout: Sendable {
  package let declarations: [ParameterDeclaration]

  package init(_ specification: ModelSpecification) {
    declarations = specification.network().parameters
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
