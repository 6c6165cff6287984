import MIMTensor

/// `pixelcnn-gated`: a gated PixelCNN of whole numbers, conditioned on a class.
struct GatedPixelVerification {
  private let run: MethodVerification
  private let sizes: Contents.Sizes

  private struct Contents: Decodable {
    struct Sizes: Decodable {
      let values: Int
      let dim: Int
      let layers: Int
      let classes: Int
      let size: Int
      let batch: Int
    }
    let config: Sizes
  }

  init(_ file: ReferenceFile) throws {
    run = try MethodVerification(file)
    sizes = try file.decode(Contents.self).config
    guard (1...4096).contains(sizes.values),
      [sizes.dim, sizes.layers, sizes.classes, sizes.size, sizes.batch]
        .allSatisfy((1...256).contains)
    else { throw file.unreadable("its sizes are not ones that can be compared") }
  }

  func rows() throws -> [VerificationRow] {
    let (batch, size) = (sizes.batch, sizes.size)
    let numbers = try whole("x", [batch, size, size], below: sizes.values)
    let labels = try whole("label", [batch], below: sizes.classes)
    let graph = run.graph
    let image = CodeNetwork.image(
      of: graph.constant(HostArray(numbers.map(Float.init), shape: [numbers.count])),
      embedding: try run.parameter("embedding.weight", shape: [sizes.values, sizes.dim]),
      height: size, width: size)
    let condition = GatedPixelDecoder.planes(
      of: graph.constant(oneHot(labels, sizes.classes)), height: size, width: size)
    var stacks = GatedPixelLayer.Stacks(vertical: image, horizontal: image)
    for index in 0..<sizes.layers { stacks = try layer(index, stacks, condition) }
    let hidden = try run.parameter("output_conv.0.weight")
    guard hidden.shape.rank == 4 else {
      throw run.file.unreadable("param.output_conv.0.weight is no convolution")
    }
    let width = hidden.shape[0]
    let features = GatedPixelStack.features(
      of: stacks,
      weight: try run.parameter("output_conv.0.weight", shape: [width, sizes.dim, 1, 1]),
      bias: try run.parameter("output_conv.0.bias", shape: [width]))
    let logits = features.convolution(heads: [
      (
        try run.parameter("output_conv.2.weight", shape: [sizes.values, width, 1, 1]),
        try run.parameter("output_conv.2.bias", shape: [sizes.values])
      )
    ])
    let logs = logits.placeAfterPlace.reshape([numbers.count, sizes.values]).logSoftmax(axis: -1)
    let nll = -(logs * graph.constant(oneHot(numbers, sizes.values))).sum(axes: [1])
      .reshape([batch, size * size]).sum(axes: [1])
    return try run.rows(
      values: [("nll", nll.mean())], outputs: [("logits", logits), ("nll", nll)])
  }

  /// Kernel 7 and no path past it in the first layer, kernel 3 and such a path in the others.
  private func layer(
    _ index: Int, _ stacks: GatedPixelLayer.Stacks, _ condition: Tensor
  ) throws -> GatedPixelLayer.Stacks {
    let (name, dim, kernel) = ("layers.\(index)", sizes.dim, index == 0 ? 7 : 3)
    let seen = kernel / 2 + 1
    func part(_ part: String, _ shape: Shape) throws -> Tensor {
      try run.parameter("\(name).\(part)", shape: shape)
    }
    if index == 0 {
      try requireNone("\(name).vert_stack.weight", every: seen * kernel, last: kernel)
      try requireNone("\(name).horiz_stack.weight", every: seen, last: 1)
    }
    let classes = try part("class_cond_embedding.weight", [sizes.classes, 2 * dim])
    return GatedPixelLayer.apply(
      stacks,
      GatedPixelLayer.Weights(
        vertical: try part("vert_stack.weight", [2 * dim, dim, seen, kernel]),
        verticalBias: try part("vert_stack.bias", [2 * dim]),
        horizontal: try part("horiz_stack.weight", [2 * dim, dim, 1, seen]),
        horizontalBias: try part("horiz_stack.bias", [2 * dim]),
        between: try part("vert_to_horiz.weight", [2 * dim, 2 * dim, 1, 1]),
        betweenBias: try part("vert_to_horiz.bias", [2 * dim]),
        output: try part("horiz_resid.weight", [dim, dim, 1, 1]),
        outputBias: try part("horiz_resid.bias", [dim]),
        condition: classes.transpose().reshape([2 * dim, sizes.classes, 1, 1])),
      kernel: kernel, condition: condition, isResidual: index > 0)
  }

  /// The last weights of each kernel of the first layer, which a pixel would see itself with, are 0 in the file.
  private func requireNone(_ name: String, every count: Int, last: Int) throws {
    guard let array = run.file.array("param.\(name)") else { return }
    let own = array.elements.enumerated().filter { $0.offset % count >= count - last }
    guard own.allSatisfy({ $0.element == 0 }) else {
      throw run.file.unreadable("by param.\(name) a pixel would see itself")
    }
  }

  private func whole(_ name: String, _ shape: Shape, below limit: Int) throws -> [Int] {
    _ = try run.file.required(name, shape: shape)
    return try run.structure(name).elements.map { element in
      guard let number = Int(exactly: element), (0..<limit).contains(number) else {
        throw run.file.unreadable("\(name) has \(element), which is no number below \(limit)")
      }
      return number
    }
  }

  private func oneHot(_ numbers: [Int], _ count: Int) -> HostArray<Float> {
    HostArray(
      numbers.flatMap { number in (0..<count).map { $0 == number ? Float(1) : 0 } },
      shape: [numbers.count, count])
  }
}
