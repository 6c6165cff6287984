import MIMTensor
import Synchronization

/// A masked autoencoder, MADE (Germain et al. 2015, arXiv:1502.03509): a perceptron of which output d sees inputs before d alone, in an
/// order of its own. Weights are multiplied by masks of degrees (equations 12 and 13): an input has its place in the order, a unit sees
/// what has at most its degree, an output what has less than its place.
public struct MaskedNetwork: Sendable {
  /// The layers, first to last.
  let layers: [MaskedLayer]
  /// Weights from the inputs to the outputs; nil: none.
  let direct: MaskedLayer?
  /// Numbers for each input: 2 for mean and scale. Outputs are all of the first, then all of the second.
  let heads: Int
  /// The inputs, D.
  let size: Int
  /// The orders and degrees of which the masks are made: one, or several that share the weights.
  let sets: [MaskSet]

  /// The layers whose parameters it has.
  var linears: [Linear] { layers.compactMap(\.linear) }

  /// The arrays that it has.
  var parameters: [ParameterDeclaration] {
    linears.flatMap(\.parameters) + (direct?.linear.map { [$0.parameters[0]] } ?? [])
  }

  /// Layers as they are, in the natural order.
  init(
    layers: [MaskedLayer], direct: MaskedLayer? = nil, heads: Int, size: Int,
    sets: [MaskSet]? = nil
  ) {
    self.layers = layers
    self.direct = direct
    self.heads = heads
    self.size = size
    self.sets = sets ?? [MaskSet(order: Array(0..<size), degrees: [])]
  }

  /// A network in the natural order, whose units have the degrees 0 … D − 2 in turn, or evenly spread ones where they are fewer.
  public init(
    name: String, size: Int, hidden: [Int], heads: Int, activation: MaskedActivation = .relu
  ) {
    self.init(
      name: name, heads: heads, activation: activation,
      sets: [MaskSet(size: size, hidden: hidden)], isDirect: false)
  }

  /// A network whose weights several sets of masks share. Precondition: there is a set, and all are of the same sizes.
  init(
    name: String, heads: Int, activation: MaskedActivation, sets: [MaskSet], isDirect: Bool
  ) {
    let size = sets[0].order.count
    let widths = [size] + sets[0].degrees.map(\.count) + [heads * size]
    let layers = (0..<widths.count - 1).map { index in
      MaskedLayer(
        Linear(name: "\(name).\(index)", inputs: widths[index], outputs: widths[index + 1]),
        masks: LayerMasks(sets.count) { sets[$0].mask(ofLayer: index, heads: heads) },
        activation: index == widths.count - 2 ? .none : activation)
    }
    let direct =
      isDirect
      ? MaskedLayer(
        Linear(name: "\(name).direct", inputs: size, outputs: heads * size),
        masks: LayerMasks(sets.count) { sets[$0].directMask(heads: heads) }, activation: .none)
      : nil
    self.init(layers: layers, direct: direct, heads: heads, size: size, sets: sets)
  }

  /// x `[batch, D]` → `heads` tensors `[batch, D]`. A `context` `[batch, hidden]` is added after the first layer's
  /// non-linearity.
  func apply(
    _ x: Tensor, context: Tensor? = nil, masks choice: MaskChoice = .fixed(0)
  ) -> [Tensor] {
    var features = x
    for (index, layer) in layers.enumerated() {
      features = layer.apply(features, choice)
      if index == 0, let context { features = features + context }
    }
    if let direct {
      features = features + x.matmul(direct.maskedWeight(x.graph, choice), transposeOther: true)
    }
    let outputs = features
    return (0..<heads).map { outputs.slice(axis: 1, range: $0 * size..<($0 + 1) * size) }
  }
}

/// Which of a network's sets of masks.
enum MaskChoice {
  /// By its number.
  case fixed(Int)
  /// By a number of the graph, `[1]`.
  case drawn(Tensor)
}

extension MaskedNetwork {
  /// Input after input in the order of a set, with a pass for each: `next` gives input d, and a number that belongs to it, of the outputs
  /// for d, which see those before d alone. Those that aren't known yet are 0.
  /// - Returns: the inputs and the numbers, `[batch, D]` each.
  func unitByUnit(
    _ graph: Graph, batch: Int, context: Tensor? = nil, set: Int = 0,
    _ next: (_ outputs: [Tensor], _ unit: Int) -> (Tensor, Tensor)
  ) -> (Tensor, Tensor) {
    let zero = graph.constant(HostArray(repeating: 0, shape: [batch, 1]))
    var known = [Tensor](repeating: zero, count: size)
    var numbers = known
    for unit in sets[set].units {
      let (value, number) = next(
        apply(graph.concatenate(known, axis: 1), context: context, masks: .fixed(set)), unit)
      known[unit] = value
      numbers[unit] = number
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

/// The masks of a layer, one for each set, made when they are asked for and kept: a sampler looks at none of them.
final class LayerMasks: Sendable {
  /// How many sets.
  let count: Int
  private let make: @Sendable (Int) -> HostArray<Float>
  private let kept = Mutex<[Int: ConnectionMask]>([:])

  init(_ count: Int, _ make: @escaping @Sendable (Int) -> HostArray<Float>) {
    self.count = count
    self.make = make
  }

  /// One set's alone.
  convenience init(_ mask: HostArray<Float>) { self.init(1) { _ in mask } }

  subscript(set: Int) -> ConnectionMask {
    if let known = kept.withLock({ $0[set] }) { return known }
    let made = ConnectionMask(make(set))
    kept.withLock { $0[set] = made }
    return made
  }
}

/// A linear map whose weight is multiplied by a mask, then its non-linearity.
struct MaskedLayer: Sendable {
  let weight: @Sendable (Graph) -> Tensor
  let bias: @Sendable (Graph) -> Tensor
  /// Of weights `[outputs, inputs]`, one for each set.
  let masks: LayerMasks
  let activation: MaskedActivation
  /// Where its parameters come from; nil where a reference file has others.
  let linear: Linear?

  /// Of a layer's parameters.
  init(_ linear: Linear, masks: LayerMasks, activation: MaskedActivation) {
    weight = { linear.weight(in: $0) }
    bias = { linear.bias(in: $0) }
    self.masks = masks
    self.activation = activation
    self.linear = linear
  }

  /// Of parameters in another form.
  init(
    masks: LayerMasks, activation: MaskedActivation,
    weight: @escaping @Sendable (Graph) -> Tensor, bias: @escaping @Sendable (Graph) -> Tensor
  ) {
    self.weight = weight
    self.bias = bias
    self.masks = masks
    self.activation = activation
    linear = nil
  }

  /// W ⊙ M.
  func maskedWeight(_ graph: Graph, _ choice: MaskChoice) -> Tensor {
    switch choice {
    case .fixed(let index): return weight(graph) * graph.constant(masks[index].values)
    case .drawn(let index):
      let shape = masks[0].values.shape
      let table = HostArray(
        (0..<masks.count).flatMap { masks[$0].values.elements }, shape: [masks.count, shape.count])
      return weight(graph) * graph.constant(table).gather(rows: index).reshape(shape)
    }
  }

  func apply(_ x: Tensor, _ choice: MaskChoice) -> Tensor {
    let graph = x.graph
    let fused: Activation = activation == .relu ? .relu : .none
    let y: Tensor
    if case .fixed(let index) = choice, masks[index].hasEmptyBlock {
      y = x.maskedAffine(
        weight: weight(graph), bias: bias(graph), connections: masks[index],
        activation: fused)
    } else {
      y = x.affine(weight: maskedWeight(graph, choice), bias: bias(graph), activation: fused)
    }
    return activation == .elu ? y.elu() : y
  }
}
