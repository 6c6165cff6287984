import Foundation
import MIMFormats
import MIMModels
import MIMTensor
import Testing

@Suite("Folds of a cross-validation")
struct FoldTests {
  /// 23 items whose value is their line; 10 of class a, 13 of class b.
  private static let table =
    "v,k\n" + (0..<23).map { "\($0),\($0 < 10 ? "a" : "b")\n" }.joined()

  private static func load(
    _ count: Int, _ place: Int, seed: UInt64 = 0, _ change: (inout DataOptions) -> Void = { _ in }
  ) throws -> Dataset {
    var data: Dataset?
    try DataFixtures.withFolder { folder in
      let path = "\(folder)/t.csv"
      try AtomicFile.write(Self.table, to: path)
      data = try DataFixtures.load(path) {
        $0.label = .name("k")
        $0.folds = Folds(count: count, place: place, seed: seed)
        // The seed of the statement, which differs from row to row of a sweep.
        $0.seed = UInt64(place) + 100
        change(&$0)
      }
    }
    return try #require(data)
  }

  private static func items(_ split: DataSplit?) -> [Int] {
    split.map { split in (0..<split.count).map { Int(Array(split.items.row($0))[0]) } } ?? []
  }

  @Test("every item is in the test split of exactly one fold, and in one split of each")
  func partition() throws {
    for count in [2, 5, 23] {
      var tested: [Int] = []
      for place in 1...count {
        let data = try Self.load(count, place)
        let parts = [data.train, data.val, data.test].map(Self.items)
        #expect(parts.joined().sorted() == Array(0..<23))
        tested += parts[2]
      }
      #expect(tested.sorted() == Array(0..<23), "\(count) folds")
    }
  }

  @Test("folds differ by one item at most, in all and in each class")
  func balance() throws {
    let tests = try (1...5).map { Self.items(try Self.load(5, $0).test) }
    #expect(Set(tests.map(\.count)).isSubset(of: [4, 5]))
    #expect(Set(tests.map { $0.count { $0 < 10 } }) == [2])
    #expect(Set(tests.map { $0.count { $0 >= 10 } }).isSubset(of: [2, 3]))
  }

  @Test("another seed deals otherwise; split= divides what is not tested on")
  func options() throws {
    let one = try Self.load(5, 1)
    #expect(Self.items(one.test) != Self.items(try Self.load(5, 1, seed: 1).test))
    #expect(Self.items(one.val).count == 2)
    let none = try Self.load(5, 1) { $0.split = [1, 0, 0] }
    #expect(none.val == nil && Self.items(none.train).count == 18)
    let half = try Self.load(5, 1) { $0.split = [0.4, 0.4, 0.2] }
    #expect(Self.items(half.val).count == 9)
  }

  @Test("more folds than items, and a fold that isn't there, are refused")
  func refusals() {
    #expect(throws: DataError.self) { try Self.load(24, 1) }
    #expect(throws: DataError.self) { try Self.load(5, 6) }
  }
}
