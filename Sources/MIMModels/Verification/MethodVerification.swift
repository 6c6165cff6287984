import Foundation
import MIMTensor

/// What reference files of compared methods have in common: parameters as `param.NAME`, scalar outputs in `values`, arrays as
/// `out.NAME`, gradients as `grad.OUTPUT.NAME` and `inputgrad.OUTPUT.INPUT`.
struct MethodVerification {
  let file: ReferenceFile
  let graph = Graph()
  private let store = ParameterStore()
  private let values: [String: ReferenceNumber]
  private let log = NameLog()

  private struct Contents: Decodable {
    let values: [String: ReferenceNumber]?
  }

  /// What every file says beside its numbers.
  private static let texts: Set<String> = [
    "method", "what", "paper", "equation", "source", "config", "note", "values", "tensors",
    "shapes",
  ]

  /// Reads a file. `convolution` is how convolutions are computed.
  init(_ file: ReferenceFile, convolution: ConvolutionAlgorithm = .automatic) throws {
    self.file = file
    store.convolution = convolution
    values = try file.decode(Contents.self).values ?? [:]
    for name in parameterNames {
      guard let array = file.array("param.\(name)") else { continue }
      try store.set(name, to: array)
    }
  }

  /// Those of all parameters, sorted.
  private var parameterNames: [String] {
    file.names.filter { $0.hasPrefix("param.") }.map { String($0.dropFirst(6)) }
  }

  /// A parameter of the reference, by its name there.
  func parameter(_ name: String) throws -> Tensor {
    guard let array = file.array("param.\(name)") else {
      throw file.unreadable("param.\(name) is missing")
    }
    log.used.insert("param.\(name)")
    return graph.parameter(name, shape: array.shape)
  }

  /// The same of a shape that it must have.
  func parameter(_ name: String, shape: Shape) throws -> Tensor {
    _ = try file.required("param.\(name)", shape: shape)
    return try parameter(name)
  }

  /// A layer of the reference, `NAME.weight` and `NAME.bias`.
  func linear(_ name: String) throws -> Linear {
    let shape = try parameter("\(name).weight").shape
    guard shape.rank == 2 else { throw file.unreadable("param.\(name).weight is no matrix") }
    _ = try parameter("\(name).bias", shape: [shape[0]])
    return Linear(name: name, inputs: shape[1], outputs: shape[0])
  }

  /// A layer of given widths.
  func linear(_ name: String, inputs: Int, outputs: Int) throws -> Linear {
    _ = try parameter("\(name).weight", shape: [outputs, inputs])
    return try linear(name)
  }

  /// An input, a mask or noise of the reference: one tensor for one name, for gradients by it.
  func constant(_ name: String) throws -> Tensor {
    if let known = log.constants[name] { return known }
    guard let array = file.array(name) else { throw file.unreadable("\(name) is missing") }
    log.used.insert(name)
    let tensor = graph.constant(array)
    log.constants[name] = tensor
    return tensor
  }

  /// The same of a shape that it must have.
  func constant(_ name: String, shape: Shape) throws -> Tensor {
    _ = try file.required(name, shape: shape)
    return try constant(name)
  }

  /// A running average of the reference, `buffer.NAME`, as a parameter NAME of the graph.
  func setStatistic(_ name: String, shape: Shape) throws {
    try store.set(name, to: file.required("buffer.\(name)", shape: shape))
    log.used.insert("buffer.\(name)")
  }

  /// An array that decides the structure: a mask, degrees.
  func structure(_ name: String) throws -> HostArray<Float> {
    guard let array = file.array(name) else { throw file.unreadable("\(name) is missing") }
    log.used.insert(name)
    return array
  }

  /// A matrix of the structure with rows and columns exchanged.
  func transposedStructure(_ name: String) throws -> HostArray<Float> {
    log.used.insert(name)
    return try file.transposed(name)
  }

  /// Structure that we make ourselves: every number must be the same.
  func equal(_ name: String, _ ours: HostArray<Float>) -> VerificationRow {
    log.used.insert(name)
    return file.elements(name, ours, tolerance: 0, relative: false)
  }

  /// Compares scalars and their gradients with `values` and `grad.…`, arrays with `out.…`. What the file holds and is neither read nor
  /// compared makes a row that isn't ok, and so does a gradient of ours that it lacks beside others of the same output.
  /// - Parameters:
  ///   - sections: parts of the JSON beside the usual ones that the caller compares.
  ///   - fixed: beginnings of names of parameters that an output doesn't move, though it depends on them.
  func rows(
    values ours: [(name: String, value: Tensor)], outputs: [(name: String, value: Tensor)],
    sections: Set<String> = [], fixed: [String: [String]] = [:]
  ) throws -> [VerificationRow] {
    let gradients = try ours.flatMap {
      try self.gradients(of: $0.name, $0.value, without: fixed[$0.name] ?? [])
    }
    let plan = try Plan(
      graph: graph, outputs: ours.map(\.value) + outputs.map(\.value) + gradients.map(\.value),
      store: store)
    plan.run(step: 0)
    var rows = ours.map { name, value in
      compare("values.\(name)", values[name], plan.value(of: value))
    }
    rows += outputs.map { name, value in
      file.elements("out.\(name)", plan.value(of: value), tolerance: 1e-4, relative: true)
    }
    rows += gradients.compactMap { $0.row(file, plan.value(of: $0.value)) }
    let known = Set(
      ours.map { "values.\($0.name)" } + outputs.map { "out.\($0.name)" }
        + gradients.map(\.quantity)
    ).union(log.used)
    let expected = values.keys.map { "values.\($0)" } + file.names
    let strange = try file.sections().subtracting(Self.texts).subtracting(sections)
    return rows
      + (expected.filter { !known.contains($0) } + strange).sorted()
      .map { .missing(file: file.name, quantity: $0) }
  }

  private func compare(
    _ quantity: String, _ reference: ReferenceNumber?, _ ours: HostArray<Float>
  ) -> VerificationRow {
    switch reference {
    case .list(let list): file.numbers(quantity, list, ours.doubles)
    case .number(let number) where ours.count == 1:
      file.number(quantity, number, Double(ours.elements[0]))
    default: .missing(file: file.name, quantity: quantity)
    }
  }

  /// The gradients of an output by all parameters and by those inputs that the file has one for; none where it has none at all.
  private func gradients(
    of output: String, _ value: Tensor, without fixed: [String]
  ) throws -> [MethodGradient] {
    let (prefix, inputPrefix) = ("grad.\(output).", "inputgrad.\(output).")
    let names = parameterNames.filter { name in
      !fixed.contains { name.hasPrefix($0) }
    }
    let given = names.filter { file.array(prefix + $0) != nil }
    let inputs = log.constants.keys.sorted().filter { file.array(inputPrefix + $0) != nil }
    guard !given.isEmpty || !inputs.isEmpty else { return [] }
    let asked = given.isEmpty ? [] : names
    // Only asking for a gradient doesn't make a parameter one that was read.
    let targets =
      asked.compactMap { name in
        file.array("param.\(name)").map { graph.parameter(name, shape: $0.shape) }
      } + inputs.compactMap { log.constants[$0] }
    let found = try graph.gradients(of: value, withRespectTo: targets)
    let quantities = asked.map { prefix + $0 } + inputs.map { inputPrefix + $0 }
    let norms = (given.map { prefix + $0 } + inputs.map { inputPrefix + $0 })
      .compactMap { file.array($0)?.norm }
    let norm = norms.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return zip(quantities, found).map { MethodGradient(quantity: $0, value: $1, norm: norm) }
  }
}

/// A gradient of ours, beside the norm of all of the same output in the file.
private struct MethodGradient {
  let quantity: String
  let value: Tensor
  let norm: Double

  /// Nil where the file has no such gradient, and ours is 0 as it should be then.
  func row(_ file: ReferenceFile, _ ours: HostArray<Float>) -> VerificationRow? {
    if file.array(quantity) == nil, ours.norm <= 1e-6 * norm { return nil }
    return file.gradient(quantity, ours, beside: norm)
  }
}

/// The names that a comparison has read, and the constants that it made of them. One comparison has it for itself.
private final class NameLog {
  var used: Set<String> = []
  var constants: [String: Tensor] = [:]
}

/// A number of a JSON half, or one for each step.
enum ReferenceNumber: Decodable {
  case number(Double)
  case list([Double])

  init(from decoder: any Decoder) throws {
    let place = try decoder.singleValueContainer()
    if let number = try? place.decode(Double.self) {
      self = .number(number)
    } else {
      self = .list(try place.decode([Double].self))
    }
  }
}
