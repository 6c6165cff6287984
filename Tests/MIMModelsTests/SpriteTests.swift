import MIMModels
import MIMTensor
import Testing

@Suite("Sprites")
struct SpriteTests {
  private func load(_ change: (inout DataOptions) -> Void = { _ in }) throws -> Dataset {
    var options = DataOptions()
    change(&options)
    return try Dataset.load(DataRequest("sprites", options: options))
  }

  /// The middle of the lit pixels, in pixels from the left and top, and their number.
  private func middle(_ pixels: ArraySlice<Float>) -> (x: Double, y: Double, count: Double) {
    var (x, y, count) = (0.0, 0.0, 0.0)
    for (place, pixel) in pixels.enumerated() where pixel == 1 {
      x += Double(place % 32) + 0.5
      y += Double(place / 32) + 0.5
      count += 1
    }
    return (x / count, y / count, count)
  }

  @Test("every combination of the factors is there once, and the pictures show them")
  func pictures() throws {
    let data = try load { $0.split = [1, 0, 0] }
    let split = data.train
    let factors = try #require(split.factors)
    #expect(split.count == 6144 && data.itemShape == [1, 32, 32])
    #expect(factors.factors.map(\.name) == ["shape", "scale", "orientation", "x", "y"])
    let rows = (0..<split.count).map { Array(factors.values.row($0)) }
    #expect(Set(rows).count == 6144)
    #expect(split.items.elements.allSatisfy { $0 == 0 || $0 == 1 })
    for row in stride(from: 0, to: split.count, by: 37) {
      let own = rows[row]
      let found = middle(split.items.row(row))
      // Squares and ellipses lie around their centre.
      if own[0] < 2 {
        #expect(abs(found.x - Double(9 + 2 * own[3])) < 0.7, "\(own) \(found)")
        #expect(abs(found.y - Double(9 + 2 * own[4])) < 0.7, "\(own) \(found)")
      }
      let radius = Double(4 + own[1])
      let area = [2.25, 1.885, 2.5][Int(own[0])] * radius * radius
      #expect(abs(found.count / area - 1) < 0.25, "\(own) \(found.count) \(area)")
      #expect(split.labels?[row] == own[0])
    }
  }

  @Test(
    "splits share the combinations out, selections keep the factors, and the seed decides the order"
  )
  func splits() throws {
    let data = try load { $0.itemCount = 500 }
    #expect(data.train.count == 400 && data.val?.count == 50 && data.test?.count == 50)
    let rows = data.splits.flatMap { split in
      (0..<split.count).compactMap { row in split.factors.map { Array($0.values.row(row)) } }
    }
    #expect(Set(rows).count == 500)
    let chosen = data.train.selecting([7, 3])
    #expect(chosen.factors?.values.row(0) == data.train.factors?.values.row(7))
    #expect(try load { $0.itemCount = 500 }.train.items.elements == data.train.items.elements)
    let other = try load {
      $0.itemCount = 500
      $0.seed = 1
    }
    #expect(other.train.items.elements != data.train.items.elements)
  }

  @Test("refuses more pictures than there are, and fractions that don't add up")
  func refusals() {
    #expect(throws: DataError.self) { try load { $0.itemCount = 6145 } }
    #expect(throws: DataError.self) { try load { $0.itemCount = 9 } }
    #expect(throws: DataError.self) { try load { $0.split = [0.5, 0.1, 0.1] } }
    #expect(throws: DataError.self) { try load { $0.split = [0, 0.5, 0.5] } }
  }
}
