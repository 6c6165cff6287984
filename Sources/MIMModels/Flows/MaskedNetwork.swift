import MIMTensor

/// A masked autoencoder, MADE (Germain et al. 2015, arXiv:1502.03509): a perceptron of which output d sees inputs before d alone, in an
/// order of its own. Weights are multiplied by masks of degrees (equations 12 and 13): an input has its place in the order, a unit sees
/// what has at most its degree, an output what has less than its place.
public struct MaskedNetwork: Sendable {
  /// The layers, first to last.
  let layers: [MaskedLayer]
  /// What comes between layers.
  let activation: MaskedActivation
  /// Numbers for each input: 2 for mean and scale. Outputs are all of the first, then all of the second.
  let heads: Int
  /// The inputs, D.
  let size: Int

  /// The layers whose parameters it has.
  var linears: [Linear] { layers.compactMap(\.linear) }

  /// Layers as they are.
  init(layers: [MaskedLayer], activation: MaskedActivation, heads: Int, size: Int) {
    self.layers = layers
    self.activation = activation
    self.heads = heads
    self.size = size
  }

  /// A network in the natural order, whose units have the degrees 0 … D − 2 in turn.
  public init(
    name: String, size: Int, hidden: [Int], heads: Int, activation: MaskedActivation = .relu
  ) {
    let order = Array(0..<size)
    let units = hidden.map { count in (0..<count).map { $0 % max(1, size - 1) } }
    let degrees = [order] + units + [(0..<heads).flatMap { _ in order }]
    let layers = (0..<degrees.count - 1).map { index in
      let (below, above) = (degrees[index], degrees[index + 1])
      return MaskedLayer(
        Linear(name: "\(name).\(index)", inputs: below.count, outputs: above.count),
        mask: Self.mask(above, below, isStrict: index == degrees.count - 2))
    }
    self.init(layers: layers, activation: activation, heads: heads, size: size)
  }

  /// 1 where a unit may see one of the layer below: its degree is at least as high; of an output, higher.
  static func mask(_ above: [Int], _ below: [Int], isStrict: Bool) -> HostArray<Float> {
    let elements = above.flatMap { upper in
      below.map { lower in (isStrict ? upper > lower : upper >= lower) ? Float(1) : 0 }
    }
    return HostArray(elements, shape: [above.count, below.count])
  }

  /// x `[batch, D]` → `heads` tensors `[batch, D]`. A `context` `[batch, hidden]` is added after the first layer's
  /// non-linearity.
  func apply(_ x: Tensor, context: Tensor? = nil) -> [Tensor] {
    var features = x
    for (index, layer) in layers.enumerated() {
      let isLast = index == layers.count - 1
      features = layer.apply(features, activation: isLast ? .none : activation)
      if index == 0, let context { features = features + context }
    }
    let outputs = features
    return (0..<heads).map { outputs.slice(axis: 1, range: $0 * size..<($0 + 1) * size) }
  }
}

extension MaskedNetwork {
  /// Input after input in the natural order, with a pass for each: `next` gives input d, and a number that belongs to it, of the outputs
  /// for d, which see those before d alone. Those that aren't known yet are 0.
  /// - Returns: the inputs and the numbers, `[batch, D]` each.
  func unitByUnit(
    _ graph: Graph, batch: Int, context: Tensor? = nil,
    _ next: (_ outputs: [Tensor], _ unit: Int) -> (Tensor, Tensor)
  ) -> (Tensor, Tensor) {
    var (known, numbers): ([Tensor], [Tensor]) = ([], [])
    for unit in 0..<size {
      let rest = graph.constant(HostArray(repeating: 0, shape: [batch, size - unit]))
      let (value, number) = next(
        apply(graph.concatenate(known + [rest], axis: 1), context: context), unit)
      known.append(value)
      numbers.append(number)
    }
    return (graph.concatenate(known, axis: 1), graph.concatenate(numbers, axis: 1))
  }
}

/// What comes between the layers of a masked network.
public enum MaskedActivation: Sendable {
  /// x itself.
  case none
  /// max(0, x).
  case relu
  /// x, and eˣ − 1 below 0.
  case elu
}

/// A linear map whose weight is multiplied by a mask.
struct MaskedLayer: Sendable {
  let weight: @Sendable (Graph) -> Tensor
  let bias: @Sendable (Graph) -> Tensor
  /// `[outputs, inputs]`.
  let mask: HostArray<Float>
  /// Where its parameters come from; nil where a reference file has others.
  let linear: Linear?

  /// Of a layer's parameters.
  init(_ linear: Linear, mask: HostArray<Float>) {
    weight = { linear.weight(in: $0) }
    bias = { linear.bias(in: $0) }
    self.mask = mask
    self.linear = linear
  }

  /// Of parameters in another form.
  init(
    mask: HostArray<Float>, weight: @escaping @Sendable (Graph) -> Tensor,
    bias: @escaping @Sendable (Graph) -> Tensor
  ) {
    self.weight = weight
    self.bias = bias
    self.mask = mask
    linear = nil
  }

  func apply(_ x: Tensor, activation: MaskedActivation) -> Tensor {
    let graph = x.graph
    let masked = weight(graph) * graph.constant(mask)
    let fused: Activation = activation == .relu ? .relu : .none
    let y = x.affine(weight: masked, bias: bias(graph), activation: fused)
    guard activation == .elu else { return y }
    return y.relu() + (y.minimum(graph.scalar(0)).exp() - 1)
  }
}
