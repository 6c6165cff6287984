import MIMCPU
import MIMTensor
import Testing

/// One case of `Tests/References/images.py` planned with its arrays as parameters and inputs.
struct ImageFixture {
  let file: OracleFile
  let plan: Plan
  let store: ParameterStore
  let output: Tensor
  let gradients: [String: Tensor]

  init(_ name: String, options: PlanOptions = PlanOptions(), on backend: CPUBackend = CPUBackend())
    throws
  {
    file = try OracleFile(name, folder: "images")
    let graph = Graph()
    store = try ParameterStore(file.arrays, on: backend)
    let arrays = file.arrays
    func parameter(_ name: String) -> Tensor? {
      arrays[name].map { graph.parameter(name, shape: $0.shape) }
    }
    let built = try Self.layer(file, parameter)
    output = built.0
    let outer = try #require(parameter("outer"))
    let targets = arrays.keys.filter { arrays["gradient.\($0)"] != nil }.sorted()
    let tensors = try targets.map { try #require(parameter($0)) }
    let made = try graph.gradients(of: (output * outer).sum(), withRespectTo: tensors)
    gradients = Dictionary(uniqueKeysWithValues: zip(targets, made))
    plan = try Plan(
      graph: graph, outputs: [output] + made, updates: built.1, store: store, options: options)
  }

  private static func layer(
    _ file: OracleFile, _ parameter: (String) -> Tensor?
  ) throws -> (Tensor, [Update]) {
    let x = try #require(parameter("x"))
    guard let heads = file.values["heads"] as? Int else {
      let (y, updates) = x.batchNormalization(
        scale: try #require(parameter("scale")), shift: try #require(parameter("shift")),
        runningMean: try #require(parameter("mean")),
        runningVariance: try #require(parameter("variance")),
        training: file.values["training"] as? Bool ?? false)
      return (y.relu(), updates)
    }
    let parameters = try (0..<heads).map {
      (weight: try #require(parameter("w\($0)")), bias: parameter("b\($0)"))
    }
    if let mask = file.values["mask"] as? String {
      let kind = try #require(ConvolutionMask(rawValue: mask))
      return (x.maskedConvolution(weight: parameters[0].weight, mask: kind), [])
    }
    let (stride, padding) = (Int(file.number("stride")), Int(file.number("padding")))
    if file.values["gated"] as? Bool == true {
      return (
        x.gatedConvolution(h: parameters[0], g: parameters[1], stride: stride, padding: padding), []
      )
    }
    return (x.convolution(heads: parameters, stride: stride, padding: padding), [])
  }

  /// ‖ours − theirs‖/‖theirs‖ of the output and every gradient.
  func errors() throws -> [String: Double] {
    plan.run(step: 0)
    var errors = ["y": try error(output, "y")]
    for (name, gradient) in gradients { errors[name] = try error(gradient, "gradient.\(name)") }
    return errors
  }

  private func error(_ tensor: Tensor, _ name: String) throws -> Double {
    relativeDistance(plan.value(of: tensor).elements, try file.array(name).elements)
  }
}

/// ‖a − b‖/‖b‖.
func relativeDistance(_ a: [Float], _ b: [Float]) -> Double {
  let difference = zip(a, b).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
  let norm = b.reduce(0) { $0 + Double($1) * Double($1) }
  return (difference / norm).squareRoot()
}
