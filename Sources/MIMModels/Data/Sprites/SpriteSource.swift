import Foundation
import MIMTensor

extension DataSource {
  /// `load sprites`: binary pictures of a shape of which shape, scale, orientation and place are known.
  static let sprites = DataSource(
    name: "sprites",
    summary: "drawn pictures, 32 × 32, made from known factors: shape, scale, orientation, x, y",
    options: ["n", "seed", "split"], argument: nil, drawnCount: spritePictures,
    load: { request in
      let (count, fractions) = (try spriteCount(request.options), try spriteSplit(request.options))
      var random = RandomStream(seed: request.options.seed, stream: "sprites")
      let chosen = Array(random.shuffled(SpriteGrid.count).prefix(count))
      let places = chosen.map(SpriteGrid.places)
      let side = Sprite.side
      let all = DataSplit(
        role: .train,
        items: HostArray(
          places.flatMap { SpriteGrid.sprite($0).pixels }, shape: [count, 1, side, side]),
        labels: places.map { Int32($0[0]) }, classNames: SpriteShape.allCases.map(\.rawValue),
        factors: ItemFactors(
          factors: SpriteGrid.factors,
          values: HostArray(
            places.flatMap { $0.map { Int32($0) } }, shape: [count, SpriteGrid.factors.count])))
      let counts = fractions.counts(of: count)
      func part(_ role: DataSplit.Role, from first: Int, _ size: Int) -> DataSplit? {
        guard size > 0 else { return nil }
        return all.selecting(Array(first..<first + size)).inRole(role)
      }
      return Dataset(
        name: "sprites", train: part(.train, from: 0, counts.train) ?? all,
        val: part(.val, from: counts.train, counts.val),
        test: part(.test, from: counts.train + counts.val, counts.test), valueKind: .binary)
    },
    probe: { request in
      let (count, fractions) = (try spriteCount(request.options), try spriteSplit(request.options))
      return DataProbe(
        itemShape: [1, Sprite.side, Sprite.side], valueKind: .binary,
        counts: fractions.counts(of: count), isLabelled: true,
        classCount: SpriteShape.allCases.count, columnNames: SpriteGrid.factors.map(\.name))
    })

  private static let spritePictures = DrawnCount(
    usual: SpriteGrid.count, meaning: "pictures in all")

  private static func spriteCount(_ options: DataOptions) throws -> Int {
    let count = spritePictures.asked(options)
    guard (10...SpriteGrid.count).contains(count) else {
      throw DataError.badOption(
        option: "n", value: "\(count)",
        rule: "choose 10 to \(SpriteGrid.count), the number of all combinations")
    }
    return count
  }

  private static func spriteSplit(_ options: DataOptions) throws -> SpriteSplit {
    let fractions = options.split ?? [0.8, 0.1, 0.1]
    guard fractions.count == 3, fractions.allSatisfy({ $0 >= 0 && $0 <= 1 }), fractions[0] > 0,
      abs(fractions.reduce(0, +) - 1) < 1e-6
    else {
      throw DataError.badOption(
        option: "split", value: "\(fractions)",
        rule: "give three fractions that add up to 1, the first above 0, such as [.8, .1, .1]")
    }
    return SpriteSplit(val: fractions[1], test: fractions[2])
  }
}

/// The fractions of a split.
private struct SpriteSplit {
  let val: Double
  let test: Double

  func counts(of count: Int) -> DataProbe.Counts {
    let val = Int((val * Double(count)).rounded(.down))
    let test = min(count - 1 - val, Int((test * Double(count)).rounded(.down)))
    return DataProbe.Counts(train: count - val - max(0, test), val: val, test: max(0, test))
  }
}

/// All combinations of the factors' values.
enum SpriteGrid {
  static let factors = [
    ItemFactors.Factor(name: "shape", count: SpriteShape.allCases.count, isOrdered: false),
    ItemFactors.Factor(name: "scale", count: 4, isOrdered: true),
    ItemFactors.Factor(name: "orientation", count: 8, isOrdered: false),
    ItemFactors.Factor(name: "x", count: 8, isOrdered: true),
    ItemFactors.Factor(name: "y", count: 8, isOrdered: true),
  ]

  static let count = factors.reduce(1) { $0 * $1.count }

  /// The values of a combination, by its number.
  static func places(_ number: Int) -> [Int] {
    var rest = number
    return factors.map { factor in
      defer { rest /= factor.count }
      return rest % factor.count
    }
  }

  static func sprite(_ places: [Int]) -> Sprite {
    Sprite(
      shape: SpriteShape.allCases[places[0]], radius: 4 + Double(places[1]),
      angle: 2 * Double.pi * Double(places[2]) / 8, x: 9 + 2 * Double(places[3]),
      y: 9 + 2 * Double(places[4]))
  }
}
