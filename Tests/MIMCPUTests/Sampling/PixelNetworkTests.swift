import Foundation
import MIMCPU
import MIMTensor
import Testing

/// A masked network with its layers kept as they are, for the naive sampler that ours must equal.
private struct NaiveNetwork {
  let shape: Shape
  let condition: Int
  let channels: Int
  let weights: [HostArray<Float>]
  let statistics: [[[Float]]]
  let heads: HostArray<Float>
  let biases: [Float]
  let isLogistic: Bool

  init(_ shape: Shape, condition: Int, channels: Int, layers: Int, isLogistic: Bool) {
    var stream = RandomStream(seed: 5, stream: "naive \(shape) \(channels)")
    self.shape = shape
    self.condition = condition
    self.channels = channels
    self.isLogistic = isLogistic
    weights = (0..<layers).map { layer in
      let inputs = layer == 0 ? shape[0] + condition : channels
      let scale = 1.5 / Float(inputs * 5).squareRoot()
      return HostArray(
        stream.normals(channels * inputs * 9).map { $0 * scale }, shape: [channels, inputs, 3, 3])
    }
    statistics = (0..<layers).map { _ in
      [
        stream.uniforms(channels).map { 0.5 + $0 }, stream.normals(channels).map { $0 * 0.3 },
        stream.normals(channels).map { $0 * 0.2 }, stream.uniforms(channels).map { 0.2 + $0 },
      ]
    }
    let outputs = shape[0] * (isLogistic ? 2 : 1)
    heads = HostArray(
      stream.normals(outputs * channels).map { $0 * 0.3 }, shape: [outputs, channels])
    biases = stream.normals(outputs)
  }

  func network() -> PixelNetwork {
    let layers = zip(weights, statistics).map {
      PixelLayer(weight: $0, scale: $1[0], shift: $1[1], mean: $1[2], variance: $1[3])
    }
    return PixelNetwork(
      layers: layers, heads: heads, biases: biases, draw: isLogistic ? .logistic : .bernoulli,
      imageShape: shape)
  }

  /// The heads at every pixel of one image, by whole passes in double precision.
  private func pass(_ input: [Double]) -> [Double] {
    let (height, width) = (shape[1], shape[2])
    var values = input
    for (layer, weight) in weights.enumerated() {
      let inputs = weight.shape[1]
      var next = [Double](repeating: 0, count: channels * height * width)
      for output in 0..<channels {
        let factor =
          Double(statistics[layer][0][output])
          / (Double(statistics[layer][3][output]) + 1e-5).squareRoot()
        for row in 0..<height {
          for column in 0..<width {
            var sum = 0.0
            for (down, right) in [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)] {
              if layer == 0, down == 1, right == 1 { continue }
              let (y, x) = (row + down - 1, column + right - 1)
              guard y >= 0, x >= 0, x < width else { continue }
              for channel in 0..<inputs {
                let place = ((output * inputs + channel) * 3 + down) * 3 + right
                sum +=
                  Double(weight.elements[place]) * values[(channel * height + y) * width + x]
              }
            }
            let normalised =
              (sum - Double(statistics[layer][2][output])) * factor
              + Double(statistics[layer][1][output])
            next[(output * height + row) * width + column] = max(0, normalised)
          }
        }
      }
      values = next
    }
    let pixels = height * width
    return (0..<biases.count).flatMap { head in
      (0..<pixels).map { pixel in
        (0..<channels).reduce(Double(biases[head])) {
          $0 + Double(heads.elements[head * channels + $1]) * values[$1 * pixels + pixel]
        }
      }
    }
  }

  /// One whole pass for every pixel.
  func sample(condition: [Float], uniforms: [Float]) -> (pixels: [Float], heads: [Double]) {
    let pixels = shape[1] * shape[2]
    var image = [Float](repeating: 0, count: shape.count)
    for pixel in 0..<pixels {
      let said = pass(image.map(Double.init) + condition.map(Double.init))
      for channel in 0..<shape[0] {
        let at = channel * pixels + pixel
        let mean = 1 / (1 + exp(-said[at]))
        let u = Double(uniforms[at])
        guard isLogistic else {
          image[at] = u < mean ? 1 : 0
          continue
        }
        let logScale = min(0, max(-4.5, said[(shape[0] + channel) * pixels + pixel]))
        let value = min(511.0 / 512, max(1.0 / 512, mean)) + exp(logScale) * log(u / (1 - u))
        image[at] = Float(min(255, max(0, floor(value * 256)))) / 256 * (256.0 / 255)
      }
    }
    return (image, pass(image.map(Double.init) + condition.map(Double.init)))
  }
}

@Suite struct PixelNetworkTests {
  /// Shape, condition channels, hidden channels, layers, logistic?
  @Test(arguments: [
    ([1, 6, 5], 2, 16, 3, false), ([1, 5, 7], 0, 70, 2, false),
    ([3, 4, 4], 6, 24, 3, true), ([2, 3, 5], 1, 5, 1, false), ([1, 7, 6], 2, 64, 8, true),
  ])
  func `draws the naive sampler's images`(
    dimensions: [Int], condition: Int, channels: Int, layers: Int, isLogistic: Bool
  ) throws {
    let shape = Shape(dimensions)
    let naive = NaiveNetwork(
      shape, condition: condition, channels: channels, layers: layers, isLogistic: isLogistic)
    let count = 9
    var stream = RandomStream(seed: 8, stream: "noise")
    let pixels = shape[1] * shape[2]
    let conditions = HostArray(
      stream.normals(count * condition * pixels),
      shape: [count, condition, shape[1], shape[2]])
    let uniforms = HostArray(
      stream.uniforms(count * shape.count), shape: Shape([count] + shape.dimensions))
    let sampler = try CPUBackend().makeSampler(of: naive.network())
    let drawn = try sampler.sample(condition: conditions, uniforms: uniforms, threads: 2)
    let alone = try sampler.sample(condition: conditions, uniforms: uniforms, threads: 1)
    #expect(drawn.pixels == alone.pixels)
    #expect(drawn.heads == alone.heads)
    for index in 0..<count {
      let expected = naive.sample(
        condition: Array(conditions.row(index)), uniforms: Array(uniforms.row(index)))
      #expect(Array(drawn.pixels.row(index)) == expected.pixels)
      let error = zip(drawn.heads.row(index), expected.heads).map { abs(Double($0) - $1) }
      #expect((error.max() ?? 0) < 1e-4)
    }
  }
}
