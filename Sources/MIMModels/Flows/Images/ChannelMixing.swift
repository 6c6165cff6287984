import MIMTensor

/// An invertible 1×1 convolution: every pixel's channels times one matrix W (Kingma and Dhariwal 2018, arXiv:1807.03039, section 3.2).
struct ChannelMixing: Sendable {
  /// What W is.
  enum Form: Sendable {
    /// P L (U + diag(sign · e^s)), P and the signs fixed (equation 10).
    case factors(lower: LayerArray, upper: LayerArray, logScale: LayerArray, Fixed)
    /// Learned as it is.
    case plain(LayerArray)
    /// The channels in reverse order; nothing is learned.
    case reversed
  }

  /// P and the signs.
  struct Fixed: Sendable {
    let permutation: LayerArray
    let sign: LayerArray
  }

  let channels: Int
  let form: Form

  init(channels: Int, _ form: Form) { (self.channels, self.form) = (channels, form) }

  /// Arrays that begin with `NAME.`; W is a random rotation at first.
  static func factors(name: String, channels: Int) -> ChannelMixing {
    let (square, row): (Shape, Shape) = ([channels, channels], [channels])
    func array(
      _ part: String, _ shape: Shape, _ rotation: RotationPart,
      _ role: ParameterDeclaration.Role = .trained
    ) -> LayerArray {
      LayerArray(
        ParameterDeclaration(
          name: "\(name).\(part)", shape: shape, initializer: .rotation(rotation, of: name),
          role: role))
    }
    return ChannelMixing(
      channels: channels,
      .factors(
        lower: array("lower", square, .lower), upper: array("upper", square, .upper),
        logScale: array("log_s", row, .logScale),
        Fixed(
          permutation: array("p", square, .permutation, .statistic),
          sign: array("sign_s", row, .sign, .statistic))))
  }

  /// An array `NAME.weight`, a random rotation at first.
  static func plain(name: String, channels: Int) -> ChannelMixing {
    ChannelMixing(
      channels: channels,
      .plain(
        LayerArray(
          ParameterDeclaration(
            name: "\(name).weight", shape: [channels, channels],
            initializer: .rotation(.whole, of: name)))))
  }

  var parameters: [ParameterDeclaration] {
    switch form {
    case .factors(let lower, let upper, let logScale, let fixed):
      [lower, upper, logScale, fixed.permutation, fixed.sign].map(\.declaration)
    case .plain(let weight): [weight.declaration]
    case .reversed: []
    }
  }

  /// W, `[channels, channels]`: rows are outputs.
  func matrix(in graph: Graph) -> Tensor {
    switch form {
    case .factors(let lower, let upper, let logScale, let fixed):
      let identity = square(graph) { $0 == $1 }
      let l = lower.value(in: graph) * square(graph) { $0 > $1 } + identity
      let diagonal = fixed.sign.value(in: graph) * logScale.value(in: graph).exp()
      let u =
        upper.value(in: graph) * square(graph) { $0 < $1 }
        + identity * diagonal.reshape([1, channels])
      return fixed.permutation.value(in: graph).matmul(l.matmul(u))
    case .plain(let weight): return weight.value(in: graph)
    case .reversed: return square(graph) { [channels] in $0 + $1 == channels - 1 }
    }
  }

  /// log |det W|, a scalar; linear in the channels for factors (equation 11), cubic for a plain W.
  func logDeterminant(in graph: Graph) -> Tensor {
    switch form {
    case .factors(_, _, let logScale, _): logScale.value(in: graph).sum()
    case .plain: matrix(in: graph).matrixInverse().logDeterminant
    case .reversed: graph.scalar(0)
    }
  }

  /// W⁻¹, `[channels, channels]`.
  func inverse(in graph: Graph) -> Tensor {
    if case .reversed = form { return matrix(in: graph) }
    return matrix(in: graph).matrixInverse().inverse
  }

  private func square(_ graph: Graph, _ isOne: (Int, Int) -> Bool) -> Tensor {
    graph.constant(
      HostArray(
        (0..<channels * channels).map { isOne($0 / channels, $0 % channels) ? 1 : 0 },
        shape: [channels, channels]))
  }
}
