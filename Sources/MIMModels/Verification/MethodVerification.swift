import MIMTensor

/// What reference files of compared methods have in common: parameters as `param.NAME`, scalar outputs in `values`, arrays as
/// `out.NAME`, gradients as `grad.OUTPUT.NAME`.
struct MethodVerification {
  let file: ReferenceFile
  let graph = Graph()
  private let store = ParameterStore()
  private let values: [String: Double]

  private struct Contents: Decodable {
    let values: [String: Double]
  }

  init(_ file: ReferenceFile) throws {
    self.file = file
    values = try file.decode(Contents.self).values
    for name in file.names where name.hasPrefix("param.") {
      guard let array = file.array(name) else { continue }
      try store.set(String(name.dropFirst(6)), to: array)
    }
  }

  /// A parameter of the reference, by its name there.
  func parameter(_ name: String) throws -> Tensor {
    guard let array = file.array("param.\(name)") else {
      throw file.unreadable("param.\(name) is missing")
    }
    return graph.parameter(name, shape: array.shape)
  }

  /// A layer of the reference, `NAME.weight` and `NAME.bias`.
  func linear(_ name: String) throws -> Linear {
    let shape = try parameter("\(name).weight").shape
    guard shape.rank == 2 else { throw file.unreadable("param.\(name).weight is no matrix") }
    return Linear(name: name, inputs: shape[1], outputs: shape[0])
  }

  /// An input, a mask or noise of the reference.
  func constant(_ name: String) throws -> Tensor {
    guard let array = file.array(name) else { throw file.unreadable("\(name) is missing") }
    return graph.constant(array)
  }

  /// Compares scalars and their gradients with `values` and `grad.…`, arrays with `out.…`. What the file holds of these and is not
  /// among ours makes a row that isn't ok.
  func rows(
    values ours: [(name: String, value: Tensor)], outputs: [(name: String, value: Tensor)]
  ) throws -> [VerificationRow] {
    var gradients: [(quantity: String, output: String, value: Tensor)] = []
    for (output, value) in ours {
      let prefix = "grad.\(output)."
      let names = file.names.filter { $0.hasPrefix(prefix) }.map {
        String($0.dropFirst(prefix.count))
      }
      .filter { file.array("param.\($0)") != nil }
      let parameters = try names.map { try parameter($0) }
      let found = try graph.gradients(of: value, withRespectTo: parameters)
      gradients += zip(names, found).map { (prefix + $0, output, $1) }
    }
    let plan = try Plan(
      graph: graph, outputs: ours.map(\.value) + outputs.map(\.value) + gradients.map(\.value),
      store: store)
    plan.run(step: 0)
    var rows = ours.map { name, value in
      file.number("values.\(name)", values[name], Double(plan.scalar(of: value)))
    }
    rows += outputs.map { name, value in
      file.elements("out.\(name)", plan.value(of: value), tolerance: 1e-4, relative: true)
    }
    rows += gradients.map { quantity, output, value in
      let all = file.names.filter { $0.hasPrefix("grad.\(output).") }.compactMap(file.array)
      let norm = all.reduce(0) { $0 + $1.norm * $1.norm }.squareRoot()
      return file.gradient(quantity, plan.value(of: value), beside: norm)
    }
    let known = Set(
      ours.map { "values.\($0.name)" } + outputs.map { "out.\($0.name)" }
        + gradients.map(\.quantity))
    let expected =
      values.keys.map { "values.\($0)" }
      + file.names.filter { $0.hasPrefix("out.") || $0.hasPrefix("grad.") }
    return rows
      + expected.filter { !known.contains($0) }.sorted()
      .map { .missing(file: file.name, quantity: $0) }
  }
}
