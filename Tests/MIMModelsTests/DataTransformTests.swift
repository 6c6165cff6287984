import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("data transforms and selections")
struct DataTransformTests {
  private static func projection() throws -> DataTransform {
    // Two orthonormal directions in three dimensions.
    let components = HostArray<Float>([0.6, 0.8, 0, 0, 0, 1], shape: [2, 3])
    return try DataTransform(steps: [
      .scale(shift: [1, 2, 3], scale: [2, 4, 0.5]),
      .projection(.init(mean: [1, 0, -1], components: components)),
    ])
  }

  @Test("scaling, then projection, by hand; the inverse returns what the directions span")
  func application() throws {
    let transform = try Self.projection()
    // (x − shift) / scale = (1, 1, 2); minus the mean: (0, 1, 3); projected: (0.8, 3).
    let item = HostArray<Float>([3, 6, 4], shape: [1, 3])
    let projected = try transform.apply(item)
    #expect(projected.shape == [1, 2])
    #expect(zip(projected.elements, [0.8, 3] as [Float]).allSatisfy { abs($0 - $1) < 1e-6 })
    let again = try transform.apply(transform.inverse(projected))
    #expect(zip(again.elements, projected.elements).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(transform.inputCount == 3 && transform.outputCount == 2)
  }

  @Test("a projection agrees with a plain sum at any width")
  func widths() throws {
    var random = RandomStream(seed: 5, stream: "widths")
    for width in [1, 7, 8, 9, 31] {
      let mean = random.normals(width)
      let components = HostArray(random.normals(3 * width), shape: [3, width])
      let items = HostArray(random.normals(4 * width), shape: [4, width])
      let transform = try DataTransform(steps: [
        .projection(.init(mean: mean, components: components))
      ])
      let projected = try transform.apply(items)
      for row in 0..<4 {
        for output in 0..<3 {
          let sum = (0..<width).reduce(0.0) {
            $0 + Double(items.elements[row * width + $1] - mean[$1])
              * Double(components.elements[output * width + $1])
          }
          #expect(abs(Double(projected.elements[row * 3 + output]) - sum) < 1e-4)
        }
      }
    }
  }

  @Test("coding keeps a transform; damaged ones do not decode")
  func coding() throws {
    let transform = try Self.projection()
    let data = try JSONEncoder().encode(transform)
    #expect(try JSONDecoder().decode(DataTransform.self, from: data) == transform)
    let text = String(decoding: data, as: UTF8.self)
    let damaged = text.replacingOccurrences(of: "\"outputs\":2", with: "\"outputs\":9")
    #expect(damaged != text)
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(DataTransform.self, from: Data(damaged.utf8))
    }
  }

  @Test("parts that do not fit are refused")
  func refused() throws {
    let transform = try Self.projection()
    #expect(throws: DataError.self) { try transform.followed(by: transform) }
    #expect(throws: DataError.self) { try transform.apply(HostArray([1, 2], shape: [1, 2])) }
    #expect(throws: DataError.self) { try transform.inverse(HostArray([1, 2, 3], shape: [1, 3])) }
    #expect(throws: DataError.self) { try DataTransform(steps: [.scale(shift: [0], scale: [0])]) }
    #expect(throws: DataError.self) {
      try DataTransform(steps: [.scale(shift: [.nan], scale: [1])])
    }
    #expect(throws: DataError.self) {
      try DataTransform.Projection(mean: [1, 2], components: HostArray([1, 2, 3], shape: [1, 3]))
    }
  }

  @Test("a data set is transformed in all its splits and remembers both steps")
  func dataset() throws {
    let environment = DataFixtures.environment(mimData: DataFixtures.folder)
    let data = try DataFixtures.load("mnist", environment: environment)
    let projection = try DataTransform(steps: [
      .projection(
        .init(
          mean: [Float](repeating: 0.5, count: 30),
          components: HostArray(repeating: 1 / Float(30).squareRoot(), shape: [1, 30])))
    ])
    let projected = try data.scaled(.standard).transformed(by: projection)
    #expect(projected.itemShape == [1] && projected.valueKind == .real)
    #expect(projected.transform?.steps.count == 2)
    #expect(projected.test?.labels == data.test?.labels)
    let binary = try data.binarised(.dynamic)
    #expect(throws: DataError.self) { try binary.transformed(by: projection) }
  }

  private static let split = DataSplit(
    role: .test, items: HostArray((0..<12).map(Float.init), shape: [12, 1]),
    labels: (0..<12).map { Int32($0 % 3) }, classNames: ["a", "b", "c"])

  @Test("take keeps role, labels and order")
  func take() throws {
    let first = try Self.split.take(4)
    #expect(first.items.elements == [0, 1, 2, 3] && first.labels == [0, 1, 2, 0])
    #expect(first.role == .test && first.classNames == ["a", "b", "c"])
    let drawn = try Self.split.take(6, seed: 3)
    #expect(Set(drawn.items.elements).count == 6)
    #expect(zip(drawn.items.elements, drawn.labels ?? []).allSatisfy { Int($0) % 3 == Int($1) })
    #expect(try Self.split.take(6, seed: 3).items == drawn.items)
    #expect(Self.split.classCounts == [4, 4, 4])
  }

  @Test("per_class groups by class")
  func perClass() throws {
    let grouped = try Self.split.take(perClass: 2)
    #expect(grouped.labels == [0, 0, 1, 1, 2, 2])
    #expect(grouped.items.elements == [0, 3, 1, 4, 2, 5])
    #expect(try Self.split.take(3, perClass: 2).labels == [0, 0, 1])
  }

  @Test("more than there is, nothing, and classes without labels are refused")
  func tooMany() {
    for (count, perClass) in [(13, nil), (0, nil), (-1, nil), (nil, 5), (nil, 0), (7, 2)]
      as [(Int?, Int?)]
    {
      #expect(throws: DataError.self) { try Self.split.take(count, perClass: perClass) }
    }
    let bare = DataSplit(role: .train, items: Self.split.items)
    #expect(throws: DataError.unlabelled(name: "the train split", needed: "per_class")) {
      try bare.take(perClass: 1)
    }
  }
}
