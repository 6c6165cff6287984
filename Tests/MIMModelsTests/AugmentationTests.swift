import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("augmented training images")
struct AugmentationTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/data").path

  @Test("motions give torchvision's and Pillow's pixels, byte for byte")
  func affine() throws {
    let file = try SafeTensors(contentsOf: Self.folder + "/affine.safetensors")
    guard case .uint8(let images)? = file.tensors["images"],
      case .uint8(let moved)? = file.tensors["moved"],
      case .float64(let numbers)? = file.tensors["parameters"]
    else {
      Issue.record("the fixture lacks an array")
      return
    }
    let (count, height, width) = (images.shape[0], images.shape[1], images.shape[2])
    for index in 0..<count {
      let p = numbers.row(index).map { $0 }
      let motion = AffineMotion(
        angle: p[0], shift: (Int(p[1]), Int(p[2])), scale: p[3], shear: p[4])
      let source = images.row(index).map { $0 }
      var result = [UInt8](repeating: 1, count: source.count)
      source.withUnsafeBufferPointer { source in
        result.withUnsafeMutableBufferPointer { result in
          motion.move(
            source.baseAddress!, into: result.baseAddress!, width: width, height: height)
        }
      }
      #expect(result == moved.row(index).map { $0 }, "image \(index)")
    }
  }

  @Test("motions are drawn from the ranges of Experiment B, for half of the images")
  func ranges() {
    var random = RandomStream(seed: 3, stream: "motions")
    let motions = (0..<4000).map { _ in
      RandomAffine().motion(width: 28, height: 28, using: &random)
    }
    let moved = motions.compactMap { $0 }
    #expect(abs(Double(moved.count) / 4000 - 0.5) < 0.03)
    #expect(moved.allSatisfy { abs($0.angle) <= 10 && abs($0.shear) <= 5 })
    #expect(moved.allSatisfy { (0.8...1.2).contains($0.scale) })
    #expect(Set(moved.map(\.shift.x)) == Set(-3...3))
    let mean = moved.map(\.scale).reduce(0, +) / Double(moved.count)
    #expect(abs(mean - 1) < 0.01)
  }

  /// Twenty small images with every byte.
  private func images() -> Dataset {
    let bytes = (0..<20 * 16).map { Float($0 % 256) / 255 }
    let train = DataSplit(role: .train, items: HostArray(bytes, shape: [20, 1, 4, 4]))
    return Dataset(name: "bytes", train: train, test: train, valueKind: .gray)
  }

  @Test("dequantised items are (byte + u)/256 within 0.001 and 0.999, anew in every epoch")
  func dequantisation() throws {
    let data = try images().augmented(affine: nil, dequantises: true)
    let first = data.trainingItems(epoch: 1, seed: 5)
    #expect(first.shape == [20, 1, 4, 4])
    for (value, plain) in zip(first.elements, data.train.items.elements) {
      let byte = (plain * 255).rounded()
      #expect(value >= 0.001 && value <= 0.999)
      #expect(value >= min(byte / 256, 0.999) && value <= max((byte + 1) / 256, 0.001))
    }
    #expect(first.elements == data.trainingItems(epoch: 1, seed: 5).elements)
    #expect(first.elements != data.trainingItems(epoch: 2, seed: 5).elements)
    #expect(first.elements != data.trainingItems(epoch: 1, seed: 6).elements)
    #expect(data.train.items.elements == images().train.items.elements)
  }

  @Test("a projection follows the motion and the noise")
  func projection() throws {
    let data = try images().augmented(affine: RandomAffine(), dequantises: true)
    var random = RandomStream(seed: 1, stream: "components")
    let projection = try DataTransform(steps: [
      .projection(
        .init(mean: random.normals(16), components: HostArray(random.normals(48), shape: [3, 16])))
    ])
    let projected = try data.transformed(by: projection)
    let wanted = try projection.apply(data.trainingItems(epoch: 4, seed: 2))
    #expect(projected.trainingItems(epoch: 4, seed: 2).elements == wanted.elements)
    #expect(try projected.limited(to: 5).trainingItems(seed: 2).rowCount == 5)
    #expect(throws: DataError.self) {
      try projected.transformed(by: projection)
    }
  }

  @Test("what is no gray image is refused")
  func refusals() throws {
    let real = Dataset(
      name: "points", train: DataSplit(role: .train, items: HostArray([1, 2], shape: [1, 2])),
      valueKind: .real)
    #expect(throws: DataError.self) { try real.augmented(affine: nil, dequantises: true) }
    #expect(throws: DataError.self) {
      try images().binarised(.fixed).augmented(affine: RandomAffine(), dequantises: false)
    }
  }
}
