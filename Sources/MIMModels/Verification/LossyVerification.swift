import Foundation
import MIMTensor

/// `vlae`: a variational lossy autoencoder with a flow as prior, and a decoder of a window of pixels that also sees z.
struct LossyVerification {
  private let run: MethodVerification
  private let sizes: Contents.Sizes
  /// Row and column of the pixel of which `out.window` says what it depends on.
  private let pixel: (row: Int, column: Int)

  private struct Contents: Decodable {
    struct Sizes: Decodable {
      let size: Int
      let z_dim: Int
      let hidden: Int
      let channels: Int
      let layers: Int
      let prior_steps: Int
      let prior_hidden: Int
      let batch: Int
    }
    let config: Sizes
    let tensors: [String: String]
  }

  init(_ file: ReferenceFile) throws {
    run = try MethodVerification(file)
    let contents = try file.decode(Contents.self)
    sizes = contents.config
    guard
      let place = contents.tensors["out.window"]?.firstMatch(of: #/row (\d+), column (\d+)/#),
      let row = Int(place.1), let column = Int(place.2)
    else { throw file.unreadable("it doesn't say which pixel out.window is about") }
    pixel = (row, column)
    let all = [
      sizes.z_dim, sizes.hidden, sizes.channels, sizes.layers, sizes.prior_steps,
      sizes.prior_hidden, sizes.batch,
    ]
    guard all.allSatisfy((1...256).contains), (2...64).contains(sizes.size),
      row < sizes.size, column < sizes.size
    else {
      throw file.unreadable("its sizes are not ones that can be compared")
    }
  }

  private var pixels: Int { sizes.size * sizes.size }

  func rows() throws -> [VerificationRow] {
    let x = try run.constant("x", shape: [sizes.batch, 1, sizes.size, sizes.size])
    let features = try run.linear("encoder.1", inputs: pixels, outputs: sizes.hidden)
      .apply(x.reshape([sizes.batch, pixels])).elu()
    let mean = try run.linear("mu", inputs: sizes.hidden, outputs: sizes.z_dim).apply(features)
    let logVariance = try run.linear("logvar", inputs: sizes.hidden, outputs: sizes.z_dim)
      .apply(features)
    let posterior = DiagonalGaussian(mean: mean, logScale: logVariance * 0.5, minScale: 0)
    let noise = try run.constant("eps_z", shape: mean.shape)
    let z = posterior.draw(from: .given(["z": noise], in: run.graph), stream: "z").value
    let (steps, priorMasks) = try priorSteps()
    let prior = Flowed(StandardNormal(in: run.graph, shape: mean.shape), steps)
    let epsilon = codes(of: z, steps)
    let given = try run.constant("epsilon_given", shape: mean.shape)
    let likelihood = Bernoulli(
      logits: try logits(of: z, observing: x).reshape([sizes.batch, pixels]))
    let logPX = likelihood.logDensity(of: x.reshape([sizes.batch, pixels]))
    let (logPZ, logQZ) = (prior.logDensity(of: z), posterior.logDensity(of: z))
    return try priorMasks + maskRows() + [windowRow()]
      + run.rows(
        values: [("loss", (logQZ - logPZ - logPX).mean()), ("kl", (logQZ - logPZ).mean())],
        outputs: [
          ("mu", mean), ("logvar", logVariance), ("z", z), ("epsilon", epsilon.value),
          ("log_det", epsilon.logDeterminant), ("log_prior", logPZ), ("log_q", logQZ),
          ("log_p_x_given_z", logPX),
          ("logits", likelihood.parts[0].reshape([sizes.batch, 1, sizes.size, sizes.size])),
          ("z_from_epsilon", steps.reduce(given) { $1.forward($0).value }),
        ])
  }

  /// Module 2k is a network, 2k + 1 the reversal, on the way from z to ε; rows for the masks.
  private func priorSteps() throws -> (steps: [any FlowStep], masks: [VerificationRow]) {
    let set = MaskSet.inTurn(size: sizes.z_dim, hidden: [sizes.prior_hidden, sizes.prior_hidden])
    let masks = set.masks(heads: 2)
    let widths = [sizes.z_dim, sizes.prior_hidden, sizes.prior_hidden, 2 * sizes.z_dim]
    var (steps, rows): ([any FlowStep], [VerificationRow]) = ([], [])
    for index in 0..<sizes.prior_steps {
      let names = ["joiner", "trunk.1", "trunk.3"].map { "prior.\(2 * index).\($0)" }
      let layers = try names.enumerated().map { place, name in
        MaskedLayer(
          try run.linear("\(name).linear", inputs: widths[place], outputs: widths[place + 1]),
          masks: LayerMasks(masks[place]), activation: place == 2 ? .none : .relu)
      }
      rows += zip(names, masks).map { run.equal("buffer.\($0).mask", $1) }
      let step = MaskedAutoregressiveStep(
        MaskedNetwork(layers: layers, heads: 2, size: sizes.z_dim, sets: [set]))
      // A draw passes the steps the other way round.
      steps = index == 0 ? [step] : [step, Reversal()] + steps
    }
    return (steps, rows)
  }

  /// ε of z, with log |det dε/dz|.
  private func codes(of z: Tensor, _ steps: [any FlowStep]) -> FlowResult {
    steps.reversed().reduce(
      FlowResult(z, logDeterminant: run.graph.scalar(0).broadcast(to: [sizes.batch]))
    ) { found, step in
      let result = step.inverse(found.value)
      return FlowResult(
        result.value, logDeterminant: found.logDeterminant - result.logDeterminant)
    }
  }

  /// The logits of x. Stored weights are 0 where they are masked, and gradients are those of convolutions without masks.
  private func logits(of z: Tensor, observing x: Tensor) throws -> Tensor {
    let plane = try run.linear("zmap", inputs: sizes.z_dim, outputs: pixels).apply(z)
      .reshape([z.shape[0], 1, sizes.size, sizes.size])
    let features = try (0..<sizes.layers).reduce(x) { features, index in
      let weight = try run.parameter("convs.\(index).weight", shape: weightShape(index))
      return WindowDecoder.layer(
        features.convolution(heads: [(weight, nil)], padding: 1), map: plane,
        weight: try run.parameter("zconv.\(index).weight", shape: [sizes.channels, 1, 1, 1]),
        bias: try run.parameter("convs.\(index).bias", shape: [sizes.channels]))
    }
    return features.convolution(heads: [
      (
        try run.parameter("out.weight", shape: [1, sizes.channels, 1, 1]),
        try run.parameter("out.bias", shape: [1])
      )
    ])
  }

  private func weightShape(_ index: Int) -> Shape {
    [sizes.channels, index == 0 ? 1 : sizes.channels, 3, 3]
  }

  private func image(channels: Int) throws -> ImageSize {
    guard let image = ImageSize([channels, sizes.size, sizes.size]) else {
      throw run.file.unreadable("its items are no images")
    }
    return image
  }

  private func maskRows() throws -> [VerificationRow] {
    try (0..<sizes.layers).map { index in
      let shape = weightShape(index)
      let layer = MaskedConvolution(
        name: "", kind: index == 0 ? .a : .b, input: try image(channels: shape[1]),
        channels: sizes.channels)
      return run.equal("buffer.convs.\(index).mask", HostArray(layer.mask, shape: shape))
    }
  }

  /// 1 where our decoder's logit at the pixel depends on x, by its gradient with random weights.
  private func windowRow() throws -> VerificationRow {
    let graph = Graph()
    let decoder = WindowDecoder(
      map: Linear(name: "map", inputs: sizes.z_dim, outputs: pixels), image: try image(channels: 1),
      depth: sizes.layers, channels: sizes.channels,
      head: PixelHead(
        name: "p_x", form: GatedForm(hasLogVariance: false) { Bernoulli(logits: $0[0]) },
        features: .image(try image(channels: sizes.channels)), item: pixels, channels: 1))
    var stream = RandomStream(seed: 1, stream: "window")
    func constant(_ shape: Shape) -> Tensor {
      graph.constant(HostArray(stream.normals(shape.count), shape: shape))
    }
    let (x, z) = (constant([1, pixels]), constant([1, sizes.z_dim]))
    let logits = decoder.distribution(of: z, observing: x, statistics: .running).parts[0]
    let place = pixel.row * sizes.size + pixel.column
    let logit = logits.slice(axis: 1, range: place..<place + 1).sum()
    let gradient = try graph.gradients(of: logit, withRespectTo: [x])[0]
    var weights: [String: HostArray<Float>] = [:]
    for declaration in decoder.parameters {
      weights[declaration.name] = declaration.initializer.values(
        shape: declaration.shape, name: declaration.name, seed: 1)
    }
    let plan = try Plan(graph: graph, outputs: [gradient], store: ParameterStore(weights))
    plan.run(step: 0)
    let depends = plan.value(of: gradient).elements.map { $0 == 0 ? Float(0) : 1 }
    return run.equal("out.window", HostArray(depends, shape: [sizes.size, sizes.size]))
  }
}
