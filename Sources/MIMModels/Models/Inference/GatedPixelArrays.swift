import Foundation
import MIMTensor

/// The arrays of a gated PixelCNN, ordered for sums over inputs, all outputs of a place together.
struct GatedPixelArrays: Sendable {
  /// `[taps · inputs, outputs]` with a bias for each output.
  fileprivate struct Taps: Sendable {
    let weight: [Float]
    let bias: [Float]
    let inputs: Int
    var outputs: Int { bias.count }

    /// sum += x W of the rows from `tap` on.
    func add(
      to sum: inout [Float], _ x: UnsafePointer<Float>, tap: Int
    ) {
      let (inputs, outputs) = (inputs, outputs)
      weight.withUnsafeBufferPointer { weight in
        sum.withUnsafeMutableBufferPointer { sum in
          for input in 0..<inputs {
            let factor = x[input]
            let first = (tap * inputs + input) * outputs
            for output in 0..<outputs { sum[output] += factor * weight[first + output] }
          }
        }
      }
    }

    func add(to sum: inout [Float], _ x: [Float]) {
      x.withUnsafeBufferPointer { source in
        if let start = source.baseAddress { add(to: &sum, start, tap: 0) }
      }
    }
  }

  fileprivate struct Layer: Sendable {
    let vertical: Taps
    let horizontal: Taps
    let between: Taps
    let output: Taps
    let condition: Taps
    let kernel: Int
    /// The rows above and columns on the left, the pixel's own included where it is seen.
    let seen: Int
    let isResidual: Bool
  }

  private let layers: [Layer]
  private let features: Taps
  private let heads: Taps
  private let image: ImageSize
  private let channels: Int

  /// Of the parameters that the store holds now. Throws where one is missing.
  init(_ decoder: GatedPixelDecoder, store: ParameterStore) throws {
    func part(_ name: String) throws -> HostArray<Float> {
      guard let value = store.value(name) else {
        throw EngineError.missingParameter(name: name)
      }
      return value
    }
    /// `[out, in, taps…]` → `[taps, in, out]`.
    func taps(_ name: String, hasBias: Bool = true) throws -> Taps {
      let weight = try part("\(name).weight")
      let (outputs, inputs) = (weight.shape[0], weight.shape[1])
      let count = weight.count / (outputs * inputs)
      var ordered = [Float](repeating: 0, count: weight.count)
      for (index, value) in weight.elements.enumerated() {
        let (output, input, tap) = (
          index / (inputs * count), index / count % inputs, index % count
        )
        ordered[(tap * inputs + input) * outputs + output] = value
      }
      return Taps(
        weight: ordered,
        bias: hasBias
          ? try part("\(name).bias").elements : [Float](repeating: 0, count: outputs),
        inputs: inputs)
    }
    layers = try decoder.stack.layers.map { layer in
      Layer(
        vertical: try taps("\(layer.name).vertical"),
        horizontal: try taps("\(layer.name).horizontal"),
        between: try taps("\(layer.name).between"), output: try taps("\(layer.name).output"),
        condition: try taps("\(layer.name).condition", hasBias: false), kernel: layer.kernel,
        seen: layer.kernel / 2 + (layer.kind == .a ? 0 : 1), isResidual: layer.kind == .b)
    }
    features = try taps(decoder.stack.outputName)
    let parts = try decoder.head.convolutionNames.map { try taps($0) }
    // The heads side by side.
    heads = Taps(
      weight: (0..<(parts.first?.inputs ?? 0)).flatMap { input in
        parts.flatMap { part in
          part.weight[input * part.outputs..<(input + 1) * part.outputs]
        }
      }, bias: parts.flatMap(\.bias), inputs: parts.first?.inputs ?? 0)
    image = decoder.image
    channels = decoder.stack.channels
  }

  /// An image `[channels, height, width]` given its conditions `[conditions, height, width]`, one number in (0, 1) for each value deciding it.
  /// The first `given` pixels are those of `known`.
  func made(
    condition: [Float], uniforms: [Float], known: [Float], given: Int,
    by draw: PixelNetwork.PixelDraw
  ) -> [Float] {
    var drawing = Drawing(self, condition: condition)
    for row in 0..<image.height {
      drawing.beginRow(row)
      for column in 0..<image.width {
        let outputs = drawing.outputs(row, column)
        for channel in 0..<image.channels {
          let place = (channel * image.height + row) * image.width + column
          let isGiven = row * image.width + column < given
          drawing.set(
            isGiven
              ? known[place]
              : draw.value(outputs, channel, of: image.channels, uniform: uniforms[place]),
            channel, row, column)
        }
      }
    }
    return drawing.image
  }

  /// An image in the making.
  fileprivate struct Drawing {
    private let network: GatedPixelArrays
    private let condition: [Float]
    private let size: ImageSize
    /// What the vertical stack knows below each layer, pixels first: `[height, width, channels]` each. The image itself comes first.
    private var above: [[Float]]
    /// What the horizontal stack knows below each layer of the present row, `[width, channels]` each.
    private var beside: [[Float]]
    /// Of each layer: what the conditions and the vertical stack add in the present row, `[width, 2 channels]` each.
    private var added: [[Float]]

    init(_ network: GatedPixelArrays, condition: [Float]) {
      self.network = network
      self.condition = condition
      size = network.image
      let (area, width) = (size.height * size.width, size.width)
      let inputs = network.layers.map(\.horizontal.inputs) + [network.channels]
      above = inputs.map { [Float](repeating: 0, count: area * $0) }
      beside = inputs.map { [Float](repeating: 0, count: width * $0) }
      added = network.layers.map {
        [Float](repeating: 0, count: width * $0.horizontal.outputs)
      }
    }

    /// `[channels, height, width]`.
    var image: [Float] {
      let area = size.height * size.width
      return (0..<size.count).map { above[0][$0 % area * size.channels + $0 / area] }
    }

    mutating func set(_ value: Float, _ channel: Int, _ row: Int, _ column: Int) {
      above[0][(row * size.width + column) * size.channels + channel] = value
      beside[0][column * size.channels + channel] = value
    }

    /// The vertical stack of a row, which depends on the rows above alone.
    mutating func beginRow(_ row: Int) {
      let (area, width) = (size.height * size.width, size.width)
      for (index, layer) in network.layers.enumerated() {
        let inputs = layer.vertical.inputs
        for column in 0..<width {
          let place = row * width + column
          var conditions = layer.condition.bias
          let own = (0..<layer.condition.inputs).map { self.condition[$0 * area + place] }
          layer.condition.add(to: &conditions, own)
          var sum = layer.vertical.bias
          for down in 0..<layer.seen {
            let source = row - layer.kernel / 2 + down
            guard source >= 0 else { continue }
            for right in 0..<layer.kernel {
              let other = column - layer.kernel / 2 + right
              guard (0..<width).contains(other) else { continue }
              above[index].withUnsafeBufferPointer { pixels in
                guard let start = pixels.baseAddress else { return }
                layer.vertical.add(
                  to: &sum, start + (source * width + other) * inputs,
                  tap: down * layer.kernel + right)
              }
            }
          }
          var passed = layer.between.bias
          layer.between.add(to: &passed, sum)
          let outputs = passed.count
          for output in 0..<outputs {
            added[index][column * outputs + output] = passed[output] + conditions[output]
            sum[output] += conditions[output]
          }
          Self.gate(sum, into: &above[index + 1], at: place)
        }
      }
    }

    /// What the heads say of a pixel, the ones before it being drawn.
    mutating func outputs(_ row: Int, _ column: Int) -> [Float] {
      let channels = network.channels
      for (index, layer) in network.layers.enumerated() {
        let inputs = layer.horizontal.inputs
        var sum = layer.horizontal.bias
        for right in 0..<layer.seen {
          let other = column - layer.kernel / 2 + right
          guard other >= 0 else { continue }
          beside[index].withUnsafeBufferPointer { pixels in
            guard let start = pixels.baseAddress else { return }
            layer.horizontal.add(to: &sum, start + other * inputs, tap: right)
          }
        }
        for output in sum.indices { sum[output] += added[index][column * sum.count + output] }
        var gated = [Float](repeating: 0, count: channels)
        Self.gate(sum, into: &gated, at: 0)
        var made = layer.output.bias
        layer.output.add(to: &made, gated)
        for channel in 0..<channels {
          let known = layer.isResidual ? beside[index][column * channels + channel] : 0
          beside[index + 1][column * channels + channel] = made[channel] + known
        }
      }
      let top = Array(
        beside[network.layers.count][column * channels..<(column + 1) * channels])
      var features = network.features.bias
      network.features.add(to: &features, top)
      var outputs = network.heads.bias
      network.heads.add(to: &outputs, features.map { max(0, $0) })
      return outputs
    }

    /// tanh of the first half times σ of the second.
    private static func gate(_ sum: [Float], into target: inout [Float], at place: Int) {
      let channels = sum.count / 2
      for channel in 0..<channels {
        target[place * channels + channel] =
          tanh(sum[channel]) / (1 + exp(-sum[channels + channel]))
      }
    }
  }
}

extension PixelNetwork.PixelDraw {
  /// The value of a channel for what the heads say, as a plan draws it (`Bernoulli`, `DiscretisedLogistic`).
  fileprivate func value(
    _ outputs: [Float], _ channel: Int, of channels: Int, uniform: Float
  ) -> Float {
    switch self {
    case .bernoulli:
      let limit = Float(Foundation.log((1 - 1e-5) / 1e-5))
      let logit: Float = min(limit, max(-limit, outputs[channel]))
      return Self.sigmoid(logit) > uniform ? 1 : 0
    case .logistic:
      let least: Float = 1.0 / 512
      let mean: Float = min(1 - least, max(least, Self.sigmoid(outputs[channel])))
      let scale: Float = exp(min(Float(0), max(Float(-4.5), outputs[channels + channel])))
      let quantile: Float = log(uniform) - log(1 - uniform)
      let level: Float = ((mean + scale * quantile) * 256).rounded(.down)
      let lower: Float = min(Float(255), max(Float(0), level)) * (1.0 / 256)
      return lower * (256.0 / 255)
    }
  }

  private static func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }
}
