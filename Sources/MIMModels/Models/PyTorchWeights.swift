import MIMTensor

/// Weights as PyTorch has them: arrays under the names of a module's `state_dict`, which say
/// nothing of objective, activations or priors. Our parameters bear those names already.
extension Model {
  /// This model with the weights of a file, and nothing else of it: not trained by us, without
  /// optimiser state.
  ///
  /// The names may stand under a common prefix (`module.`, `param.`); then arrays beside it are
  /// passed over, as are PyTorch's counters in batch norm; masks must be this model's. Half and double precision
  /// become single precision. Throws `unreadableModel` naming the first array that is missing,
  /// has another shape or type, or isn't part of this model.
  public func taking(weightsOf path: String) throws -> Model {
    try taking(weights: SafeTensors(contentsOf: path), path: path)
  }

  /// The same from a file's content; `path` is for messages only.
  package func taking(weights file: SafeTensors, path: String) throws -> Model {
    do {
      let layout = ParameterLayout(specification)
      let masks = layout.constantValues
      let names = layout.declarations.map(\.name)
      let prefix = Self.prefix(of: names, in: file)
      var parameters: [String: HostArray<Float>] = [:]
      for (name, stored) in file.tensors where name.hasPrefix(prefix) {
        let own = String(name.dropFirst(prefix.count))
        guard !Self.isBuffer(own, in: file) else { continue }
        if let mask = masks[own] {
          guard stored.floats == mask else {
            throw ModelError.parametersDoNotFit(reason: "\(own) isn't this model's mask")
          }
          continue
        }
        parameters[own] = try Self.floats(stored, name)
      }
      return try Model(specification: specification, parameters: parameters)
    } catch ModelError.parametersDoNotFit(let reason) {
      throw ModelError.unreadableModel(
        path: path, reason: "its weights belong to another model: \(reason)")
    }
  }

  /// The bytes of a file that `load_state_dict` takes: parameters, running statistics and masks.
  public func pyTorchWeights() throws -> [UInt8] {
    let masks = ParameterLayout(specification).constantValues
    return try SafeTensors(
      tensors: parameters.merging(masks) { own, _ in own }.mapValues(StoredArray.float32),
      metadata: ["format": "pt"]
    ).encoded()
  }

  /// What stands before all names; nothing where the first name is there as it is.
  private static func prefix(of names: [String], in file: SafeTensors) -> String {
    guard let first = names.first, file.tensors[first] == nil else { return "" }
    let prefixes = file.tensors.keys.filter { $0.hasSuffix("." + first) }
      .map { String($0.dropLast(first.count)) }
    return prefixes.sorted().first { prefix in
      names.allSatisfy { file.tensors[prefix + $0] != nil }
    } ?? ""
  }

  /// What PyTorch and we store beside parameters: counters of batch norm; in a file of ours the
  /// optimiser's state and the moments of a checkpoint.
  private static func isBuffer(_ name: String, in file: SafeTensors) -> Bool {
    let isOurs = file.metadata["mim.format"] != nil
    return name.hasSuffix(".num_batches_tracked")
      || (isOurs && (name.hasPrefix(optimizerPrefix) || name.hasPrefix(Checkpoint.prefix)))
  }

  private static func floats(_ stored: StoredArray, _ name: String) throws -> HostArray<Float> {
    switch stored {
    case .float32, .float64:
      let value = stored.floats
      guard value.elements.allSatisfy(\.isFinite) else {
        throw ModelError.parametersDoNotFit(reason: "\(name) holds NaN or infinity")
      }
      return value
    default:
      throw ModelError.parametersDoNotFit(
        reason: "\(name) has the type \(stored.typeName), but weights must be F32, F64, F16 or BF16"
      )
    }
  }
}

/// What weights tell of the flat model that they belong to: widths and families, no more.
struct RecognisedNetworks {
  /// `model KIND DATA` with the options that the weights fix; what they leave open in capitals.
  let statement: String

  /// Nil when the names aren't those of a flat model.
  init?(_ file: SafeTensors) {
    let shapes = file.tensors.mapValues { $0.shape }
    guard
      let encoder = Self.network(ModelSpecification.encoderName, shapes),
      let decoder = Self.network(ModelSpecification.decoderName, shapes)
    else { return nil }
    var words = [
      "model KIND DATA z=\(encoder.outputs)",
      "enc=\(NetworkChoice.mlp(encoder.hidden))",
      "dec=\(NetworkChoice.mlp(decoder.hidden))", "act=tanh|relu|swish",
    ]
    if let count = encoder.components { words.append("posterior=gmm(\(count))") }
    if let count = decoder.components { words.append("likelihood=gmm(\(count))") }
    for (option, name) in [
      ("prior", LearnedMixture.priorName), ("qx", LearnedMixture.marginalName),
    ] {
      if let count = shapes["\(name).logcoefs"]?.dimensions.last {
        words.append("\(option)=gmm(\(count))")
      } else if shapes["\(name).loc"] != nil {
        words.append("\(option)=learned")
      }
    }
    statement = words.joined(separator: " ")
  }

  /// Hidden widths, output width and mixture components of a network.
  private static func network(
    _ name: String, _ shapes: [String: Shape]
  ) -> (hidden: [Int], outputs: Int, components: Int?)? {
    var hidden: [Int] = []
    while let shape = shapes["\(name).\(2 * hidden.count).weight"], shape.rank == 2 {
      hidden.append(shape[0])
    }
    let head = "\(name).\(2 * hidden.count)"
    let components = shapes["\(head).fc_logcoefs.weight"]?.dimensions.first
    let places = ["fc_loc", "fc_logprobs", "comps.0.fc_loc"]
    guard
      let output = places.lazy.compactMap({ shapes["\(head).\($0).weight"] }).first,
      output.rank == 2
    else { return nil }
    return (hidden, output[0], components)
  }
}
