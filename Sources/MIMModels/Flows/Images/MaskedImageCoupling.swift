import MIMTensor

/// A coupling of Real NVP on images, as a step from codes to images (Dinh et al. 2017, arXiv:1605.08803, equations 7 to 9 and figure 3).
/// Towards codes y = (x + t) eˢ where the mask is 0, with s = g tanh(·) and t of what the mask keeps; shifted before it is scaled, as in
/// the authors' code.
struct MaskedImageCoupling: FlowStep, Sendable {
  /// Which numbers stay and say how the others move.
  enum Mask: Sendable {
    /// Every second pixel; the top left one moves, or stays.
    case checkerboard(keepsTopLeft: Bool)
    /// A half of the channels: the second, or the first.
    case channels(keepsFirst: Bool)
  }

  /// What its arrays begin with.
  let name: String
  /// The image that it is for.
  let image: ImageSize
  let mask: Mask
  /// Width and residual blocks of its network.
  let width: Int
  let blocks: Int
  let statistics: NormalizationStatistics

  private var isCheckerboard: Bool { if case .checkerboard = mask { true } else { false } }

  /// The channels that move.
  private var moving: Int { isCheckerboard ? image.channels : image.channels / 2 }

  private var network: ResidualCouplingNetwork {
    ResidualCouplingNetwork(
      name: "\(name).st_net", inputs: moving, width: width, outputs: 2 * moving, blocks: blocks,
      doubles: isCheckerboard, statistics: statistics)
  }

  private var gain: Shape { [moving, 1, 1] }

  /// Those of the network, and `NAME.rescale.weight_v` and `…_g`, with which g is g' v/|v|.
  var parameters: [ParameterDeclaration] {
    network.parameters
      + ["v", "g"].map {
        ParameterDeclaration(
          name: "\(name).rescale.weight_\($0)", shape: gain, initializer: .constant(1))
      }
  }

  /// s and t of what stays, `[batch, moving, height, width]`.
  private func coefficients(_ seen: Tensor) -> (scale: Tensor, shift: Tensor) {
    let graph = seen.graph
    let both = network.apply(seen)
    let v = graph.parameter("\(name).rescale.weight_v", shape: gain)
    let g = graph.parameter("\(name).rescale.weight_g", shape: gain)
    return (
      both.slice(axis: 1, range: 0..<moving).tanh() * (g * v / v.abs()),
      both.slice(axis: 1, range: moving..<2 * moving)
    )
  }

  /// 1 where pixels stay.
  private func pixels(_ graph: Graph, keepsTopLeft: Bool) -> Tensor {
    let elements = (0..<image.height * image.width).map { place -> Float in
      (place / image.width + place % image.width).isMultiple(of: 2) == keepsTopLeft ? 1 : 0
    }
    return graph.constant(HostArray(elements, shape: [1, 1, image.height, image.width]))
  }

  private func moved(
    _ value: Tensor, _ move: (_ part: Tensor, _ scale: Tensor, _ shift: Tensor) -> Tensor
  ) -> FlowResult {
    let graph = value.graph
    switch mask {
    case .checkerboard(let keepsTopLeft):
      let stays = pixels(graph, keepsTopLeft: keepsTopLeft)
      let (scale, shift) = coefficients(value * stays)
      let (s, t) = (scale * (1 - stays), shift * (1 - stays))
      return FlowResult(move(value, s, t), logDeterminant: -s.sum(axes: [1, 2, 3]))
    case .channels(let keepsFirst):
      let first = value.slice(axis: 1, range: 0..<moving)
      let second = value.slice(axis: 1, range: moving..<2 * moving)
      let (seen, part) = keepsFirst ? (first, second) : (second, first)
      let (s, t) = coefficients(seen)
      let result = move(part, s, t)
      return FlowResult(
        graph.concatenate(keepsFirst ? [seen, result] : [result, seen], axis: 1),
        logDeterminant: -s.sum(axes: [1, 2, 3]))
    }
  }

  /// (x + t) eˢ.
  func inverse(_ value: Tensor) -> FlowResult {
    moved(value) { part, scale, shift in (part + shift) * scale.exp() }
  }

  /// y e⁻ˢ − t.
  func forward(_ value: Tensor) -> FlowResult {
    moved(value) { part, scale, shift in part * (-scale).exp() - shift }
  }
}
