import MIMTensor

/// `sylvester-…`: a small VAE with an amortised flow posterior, by the authors of Sylvester flows: tanh units, variances by softplus,
/// Bernoulli items; densities without their constants.
struct FlowPosteriorVerification {
  private let run: MethodVerification
  private let features: Tensor
  private let flows: Int

  private struct Contents: Decodable {
    struct Sizes: Decodable {
      let flows: Int
      let z_dim: Int
      let batch: Int
    }
    let config: Sizes
  }

  private let sizes: Contents.Sizes
  private let form: String

  private static let forms = ["planar", "orthogonal", "householder", "triangular", "iaf"]

  init(_ file: ReferenceFile) throws {
    guard let form = Self.forms.first(where: { file.name.hasPrefix("sylvester-\($0)") }) else {
      throw file.unreadable("its flow is not one of \(Self.forms.joined(separator: ", "))")
    }
    self.form = form
    sizes = try file.decode(Contents.self).config
    flows = sizes.flows
    guard (1...64).contains(flows), (1...256).contains(sizes.z_dim),
      (1...4096).contains(sizes.batch)
    else { throw file.unreadable("its sizes are out of range") }
    run = try MethodVerification(file)
    features = try run.linear("q_z_nn.0").apply(run.constant("x"), activation: .tanh)
  }

  func rows() throws -> [VerificationRow] {
    let x = try run.constant("x")
    let mean = try run.linear("q_z_mean").apply(features)
    let variance = try run.linear("q_z_var.0").apply(features).softplus()
    let noise = try run.constant("eps_z")
    let start = mean + variance.sqrt() * noise
    var outputs = [("z_mu", mean), ("z_var", variance), ("z0", start)]
    var (z, total): (Tensor, Tensor?) = (start, nil)
    let (steps, bases) = try steps()
    for (index, step) in steps.enumerated() {
      var place = z
      if form == "iaf", index % 2 == 1 { place = Reversal().forward(place).value }
      let result = step.forward(place)
      z = result.value
      total = total.map { $0 + result.logDeterminant } ?? result.logDeterminant
      if form != "iaf" {
        outputs += [("z\(index + 1)", z), ("log_det\(index + 1)", result.logDeterminant)]
        // A step is undone in the plan, too: its own inverse must find where it came from.
        let back = step.inverse(z)
        outputs.append((index == 0 ? "z0" : "z\(index)", back.value))
      }
    }
    if form == "iaf" { outputs.append(("z\(flows)", z)) }
    let stretch = total ?? run.graph.scalar(0).broadcast(to: [sizes.batch])
    outputs.append(("log_det", stretch))
    if !bases.isEmpty {
      let shape = bases[0].shape.dimensions
      outputs.append(
        (
          "q_ortho",
          run.graph.concatenate(bases.map { $0.reshape(Shape([1] + shape)) }, axis: 0)
        ))
    }
    let logits = try run.linear("p_x_mean.0")
      .apply(run.linear("p_x_nn.1").apply(z, activation: .tanh))
    outputs.append(("x_mean", logits.sigmoid()))
    let distortion = -x.bernoulliLogDensity(logits: logits)
    let start0 = (noise.square() + variance.log()).sum(axes: [1]) * -0.5
    let rate = start0 + z.square().sum(axes: [1]) * 0.5 - stretch
    let each = distortion + rate
    outputs.append(("loss_each", each))
    return try run.rows(
      values: [
        ("loss", each.mean()), ("bce", distortion.mean()), ("kl", rate.mean()),
        ("loss_beta0.4", (distortion + rate * 0.4).mean()),
      ], outputs: outputs)
  }

  private func steps() throws -> (steps: [any FlowStep], bases: [Tensor]) {
    switch form {
    case "planar": (try (0..<flows).map(planar), [])
    case "iaf": (try (0..<flows).map(inverseAutoregressive), [])
    default: try sylvester()
    }
  }

  /// Of [batch, K · size], the numbers of flow k.
  private func part(_ all: Tensor, _ index: Int) -> Tensor {
    let size = all.shape[1] / flows
    return all.slice(axis: 1, range: index * size..<(index + 1) * size)
  }

  private func planar(_ index: Int) throws -> any FlowStep {
    func vector(_ name: String) throws -> Tensor {
      part(try run.linear(name).apply(features), index)
    }
    return PlanarStep(
      direction: try vector("amor_w"), push: try vector("amor_u"), offset: try vector("amor_b"))
  }

  /// The flow's index is the last axis of the heads, the first but one of Q's.
  private func sylvester() throws -> (steps: [any FlowStep], bases: [Tensor]) {
    func head(_ name: String, _ dimensions: [Int]) throws -> [Tensor] {
      let all = try run.linear(name).apply(features)
      let rows = all.reshape([sizes.batch, all.shape[1] / flows, flows])
      return (0..<flows).map {
        rows.slice(axis: 2, range: $0..<$0 + 1).reshape(Shape([sizes.batch] + dimensions))
      }
    }
    let size = try run.linear("amor_b").outputs / flows
    let full = try head("amor_d", [size, size])
    let outer = try head("amor_diag1.0", [size])
    let inner = try head("amor_diag2.0", [size])
    let offset = try head("amor_b", [size])
    var bases: [Tensor] = []
    if form != "triangular" {
      let free = try run.linear("amor_q").apply(features)
      bases = (0..<flows).map { index in
        let own = part(free, index)
        return form == "orthogonal"
          ? OrthonormalColumns.iterated(own.reshape([sizes.batch, sizes.z_dim, size]), steps: 60)
          : OrthonormalColumns.reflections(
            own.reshape([sizes.batch, own.shape[1] / sizes.z_dim, sizes.z_dim]))
      }
    }
    let steps = (0..<flows).map { index in
      SylvesterStep(
        basis: bases.isEmpty
          ? OrthonormalColumns.permutation(
            isReversed: index % 2 == 1, size: size, batch: sizes.batch, in: run.graph)
          : bases[index], full: full[index], diagonals: (outer[index], inner[index]),
        offset: offset[index])
    }
    return (steps, bases)
  }

  /// Weights are [in, out] there, mean and gate of two layers.
  private func inverseAutoregressive(_ index: Int) throws -> any FlowStep {
    func layer(
      _ places: [Int], _ masks: [String], _ activation: MaskedActivation
    ) throws -> MaskedLayer {
      let names = places.map { "flow.param_list.\(index * 8 + $0)" }
      let shapes = try names.map { try run.parameter($0).shape }
      let biases = places.map { "flow.param_list.\(index * 8 + $0 + 1)" }
      for (bias, shape) in zip(biases, shapes) {
        _ = try run.parameter(bias, shape: [shape[1]])
      }
      let mask = try masks.map { try run.transposedStructure("mask.\(index).\($0)") }
      let columns = mask[0].rowSize
      return MaskedLayer(
        masks: LayerMasks(
          HostArray(
            mask.flatMap(\.elements), shape: [mask.reduce(0) { $0 + $1.rowCount }, columns])),
        activation: activation,
        weight: { graph in
          let parts = zip(names, shapes).map { graph.parameter($0, shape: $1).transpose() }
          return parts.count == 1 ? parts[0] : graph.concatenate(parts, axis: 0)
        },
        bias: { graph in
          let parts = zip(biases, shapes).map { graph.parameter($0, shape: [$1[1]]) }
          return parts.count == 1 ? parts[0] : graph.concatenate(parts, axis: 0)
        })
    }
    let network = MaskedNetwork(
      layers: [
        try layer([0], ["z"], .elu), try layer([2], ["h"], .elu),
        try layer([4, 6], ["mean", "gate"], .none),
      ], heads: 2, size: sizes.z_dim)
    return InverseAutoregressiveStep(
      network, context: try run.linear("h_context").apply(features))
  }
}
