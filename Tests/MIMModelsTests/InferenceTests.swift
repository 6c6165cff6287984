import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Encoding, decoding, sampling")
struct InferenceTests {
  let model: Model
  let items = Small.toy(600).train.items

  init() throws { model = try Model(specification: Small.specification(), seed: 4) }

  @Test("any number of items is encoded; a draw depends on the seed and the item's number only")
  func encoding() throws {
    let all = try model.encode(items, seed: 9)
    #expect(all.draws.shape == [600, 2] && all.means.shape == [600, 2])
    for count in [0, 1, 255, 256, 257] {
      let some = try model.encode(items.rows(0..<count), seed: 9)
      #expect(some.draws == all.draws.rows(0..<count))
      #expect(some.means == all.means.rows(0..<count))
    }
    let other = try model.encode(items, seed: 10)
    #expect(other.draws != all.draws && other.means == all.means)
    #expect(all.scales.elements.allSatisfy { $0 > 0 })
  }

  @Test("draws scatter around the means with the scales")
  func drawStatistics() throws {
    let copies = HostArray(
      [[Float]](repeating: [0.5, -0.5], count: 5000).flatMap { $0 }, shape: [5000, 2])
    let encoding = try model.encode(copies)
    for unit in 0..<2 {
      let values = (0..<5000).map { Double(encoding.draws.row($0)[$0 * 2 + unit]) }
      let mean = values.reduce(0, +) / 5000
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 5000).squareRoot()
      let scale = Double(encoding.scales.elements[unit])
      #expect(abs(mean - Double(encoding.means.elements[unit])) < 5 * scale / 70)
      #expect(abs(deviation / scale - 1) < 0.05)
    }
  }

  @Test("decoding gives the items' shape, draws around the means, and probabilities for bits")
  func decoding() throws {
    let image = ModelSpecification(
      objective: .vae, itemDimensions: [1, 3, 4], valueKind: .binary, latentSize: 3, hidden: [8])
    let bits = try Model(specification: image, seed: 1)
    let decoding = try bits.sample(300, seed: 2)
    #expect(decoding.means.shape == [300, 1, 3, 4] && decoding.codes.shape == [300, 3])
    #expect(decoding.means.elements.allSatisfy { $0 > 0 && $0 < 1 })
    #expect(decoding.draws.elements.allSatisfy { $0 == 0 || $0 == 1 })
    #expect(try bits.decode(decoding.codes).means == decoding.means)
    #expect(try bits.sample(300, seed: 2).draws == decoding.draws)
    #expect(try bits.sample(300, seed: 3).codes != decoding.codes)
  }

  @Test("samples come from the prior: N(0, I), a learned one, a mixture, or encoded data")
  func priors() throws {
    for prior in [PriorChoice.normal, .learned, .gmm(3)] {
      var specification = Small.specification()
      specification.prior = prior
      let model = try Model(specification: specification, seed: 4)
      let codes = try model.sample(4000).codes
      let mean = codes.elements.reduce(0) { $0 + Double($1) } / 8000
      #expect(codes.elements.allSatisfy { $0.isFinite })
      if prior == .normal { #expect(abs(mean) < 0.06) }
      if prior == .learned {
        let location = try #require(model.parameters["p_z.loc"]).elements
        #expect(abs(mean - Double(location[0] + location[1]) / 2) < 0.06)
      }
    }
    var specification = Small.specification()
    specification.prior = .marginal
    let marginal = try Model(specification: specification, seed: 4)
    #expect(throws: ModelError.self) { try marginal.sample(5) }
    let encoded = try marginal.sample(5, items: items)
    #expect(encoded.codes.shape == [5, 2])
  }

  @Test("samples near codes stay within the radius, in turn around each code")
  func near() throws {
    let centres = HostArray<Float>([0, 0, 100, -100], shape: [2, 2])
    let codes = try model.sample(400, near: centres, radius: 0.5).codes
    var farthest = 0.0
    for index in 0..<400 {
      let (point, centre) = (Array(codes.row(index)), Array(centres.row(index % 2)))
      let distance = hypot(Double(point[0] - centre[0]), Double(point[1] - centre[1]))
      #expect(distance <= 0.5001)
      farthest = max(farthest, distance)
    }
    #expect(farthest > 0.45)
    #expect(throws: ModelError.self) { try model.sample(5, near: centres, radius: -1) }
    #expect(throws: ModelError.self) { try model.sample(0) }
  }

  @Test("interpolations start and end at the items' means; corners stand in the corners")
  func interpolation() throws {
    let four = items.rows(0..<4)
    let means = try model.encode(four).means
    let pairs = try model.interpolatePairs(four, steps: 5).codes
    #expect(pairs.shape == [10, 2])
    #expect(Array(pairs.row(0)) == Array(means.row(0)))
    #expect(Array(pairs.row(4)) == Array(means.row(1)))
    #expect(Array(pairs.row(9)) == Array(means.row(3)))
    let corners = try model.interpolateCorners(four, steps: 3).codes
    for (place, corner) in [0, 2, 6, 8].enumerated() {
      #expect(Array(corners.row(corner)) == Array(means.row(place)))
    }
    #expect(throws: ModelError.self) { try model.interpolatePairs(items.rows(0..<3), steps: 5) }
    #expect(throws: ModelError.self) { try model.interpolateCorners(four, steps: 1) }
  }

  @Test("a latent grid runs over two dimensions from −span to span, the second downwards")
  func grid() throws {
    let codes = try model.latentGrid(span: 2, steps: 3).codes
    #expect(Array(codes.row(0)) == [-2, 2])
    #expect(Array(codes.row(5)) == [2, 0])
    #expect(Array(codes.row(8)) == [2, -2])
    #expect(throws: ModelError.self) { try model.latentGrid(dimensions: (0, 2), steps: 3) }
    #expect(throws: ModelError.self) { try model.latentGrid(span: .nan, steps: 3) }
  }

  @Test("items and codes of another width are refused")
  func widths() throws {
    let wide = HostArray<Float>(repeating: 0, shape: [4, 3])
    #expect(throws: ModelError.self) { try model.encode(wide) }
    #expect(throws: ModelError.self) { try model.decode(wide) }
    #expect(throws: ModelError.self) { try model.reconstruct(wide) }
    #expect(throws: ModelError.self) { try model.sample(3, near: wide, radius: 1) }
  }
}
