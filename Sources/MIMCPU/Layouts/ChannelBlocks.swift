import MIMTensor

/// Rewrites a graph so that images between convolutions are stored with their channels in blocks,
/// and every convolution becomes a pass with its tables made.
struct ChannelBlocks {
  let result = Graph(isLowered: true)
  /// Kept values of the original → their values in `result`, stored plainly.
  private(set) var values: [Int: Int] = [:]

  private let original: Graph
  private var plain: [Int: Tensor] = [:]
  private var blocked: [Int: (layout: ChannelLayout, tensor: Tensor)] = [:]

  /// Whether the values `kept` depend on images at all.
  static func concerns(_ graph: Graph, keeping kept: [Int]) -> Bool {
    graph.order(of: kept).contains { graph.nodes[$0].cpu.needsBlocks }
  }

  /// Throws `EngineError.outOfMemory`.
  init(_ original: Graph, keeping kept: [Int], options: CPUOptions) throws {
    self.original = original
    for index in original.order(of: kept) { try rewrite(original.nodes[index], options) }
    for value in kept { values[value] = stored(value, nil).id }
  }

  private mutating func rewrite(_ node: Node, _ options: CPUOptions) throws {
    result.makesGradients = node.isGradient
    let shapes = (
      inputs: node.inputs.map { original.values[$0].shape },
      outputs: node.outputs.map { original.values[$0].shape }
    )
    let form = try node.cpu.blocked(
      BlockedContext(
        inputs: shapes.inputs, outputs: shapes.outputs,
        layouts: node.inputs.map { blocked[$0]?.layout }, options: options))
    let inputs = node.inputs.enumerated().map { stored($1, form?.inputs[$0]) }
    let outputs = result.withScope(replacing: node.scope) {
      result.append(
        form?.operation ?? node.operation, inputs: inputs,
        shapes: shapes.outputs.enumerated().map { form?.outputs[$0]?.stored($1) ?? $1 })
    }
    for (index, value) in node.outputs.enumerated() {
      if let layout = form?.outputs[index] {
        blocked[value] = (layout, outputs[index])
      } else {
        plain[value] = outputs[index]
      }
    }
  }

  /// The value in a layout, converted where it exists only in another.
  private mutating func stored(_ value: Int, _ layout: ChannelLayout?) -> Tensor {
    guard let layout else {
      if let known = plain[value] { return known }
      guard let known = blocked[value] else { preconditionFailure("a value before its node") }
      let made = convert(known.tensor, of: value, known.layout, isBlocking: false)
      plain[value] = made
      return made
    }
    if let known = blocked[value], known.layout == layout { return known.tensor }
    let made = convert(stored(value, nil), of: value, layout, isBlocking: true)
    blocked[value] = (layout, made)
    return made
  }

  private func convert(
    _ tensor: Tensor, of value: Int, _ layout: ChannelLayout, isBlocking: Bool
  ) -> Tensor {
    let shape = original.values[value].shape
    let scope = original.nodes[original.values[value].node].scope
    return result.withScope(replacing: scope) {
      result.append(
        ImageConversion(layout: layout, isBlocking: isBlocking), inputs: [tensor],
        shape: isBlocking ? layout.stored(shape) : shape)
    }
  }
}

extension CPUOperation {
  /// Whether it runs on blocked images only.
  var needsBlocks: Bool {
    self is Convolution || self is ConvolutionInputGradient || self is ConvolutionWeightGradient
      || self is BatchNormalization || self is BatchNormalizationGradient
  }

  /// The form of a function of each element: blocked where an image is so already and no
  /// lane is left over (which need not stay zero).
  func elementwiseBlocked(_ context: BlockedContext) -> BlockedForm? {
    let layouts = context.layouts.enumerated().filter {
      context.inputs[$0.offset] == context.outputs[0]
    }.compactMap(\.element)
    guard let layout = layouts.first, !layout.isPadded,
      context.inputs.allSatisfy({ $0 == context.outputs[0] || $0.count == 1 })
    else { return nil }
    return BlockedForm(
      operation: self,
      inputs: context.inputs.map { $0 == context.outputs[0] ? layout : nil }, outputs: [layout])
  }
}
