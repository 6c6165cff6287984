import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("NumPy arrays as data")
struct DataArrayTests {
  private static func withArrays(
    _ arrays: [String: StoredArray], _ body: (String) throws -> Void
  ) throws {
    try DataFixtures.withFolder { folder in
      try NumpyArchive.write(arrays, to: "\(folder)/a.npz")
      try body("\(folder)/a.npz")
    }
  }

  private static func floats(_ shape: Shape) -> StoredArray {
    .float32(HostArray((0..<shape.count).map(Float.init), shape: shape))
  }

  private static func integers(_ values: [Int64]) -> StoredArray {
    .int64(HostArray(values, shape: [values.count]))
  }

  @Test("x and y are shuffled together and divided; the seed decides")
  func pair() throws {
    let labels = Self.integers((0..<20).map { Int64($0 % 4) })
    try Self.withArrays(["x": Self.floats([20, 3]), "y": labels]) { path in
      let data = try DataFixtures.load(path)
      #expect(data.splits.map(\.count) == [16, 2, 2])
      var seen: Set<Int> = []
      for split in data.splits {
        for row in 0..<split.count {
          let item = Int(split.items.row(row).first ?? -1) / 3
          seen.insert(item)
          #expect(split.labels?[row] == Int32(item % 4))
        }
      }
      #expect(seen.count == 20)
      #expect(data.val?.role == .val && data.test?.role == .test)
      let other = try DataFixtures.load(path) { $0.seed = 9 }
      #expect(other.train.items != data.train.items)
      let probe = try DataFixtures.probe(path)
      #expect(probe.counts == .init(train: 16, val: 2, test: 2) && probe.isLabelled)
      #expect(probe.itemShape == [3] && probe.valueKind == .real)
    }
  }

  @Test("class numbers mean the same in every split; years become classes with names")
  func classNumbers() throws {
    let test = Self.integers([9, 1, 9, 1])
    try Self.withArrays([
      "x_train": Self.floats([20, 3]), "y_train": Self.integers((0..<20).map { $0 % 10 }),
      "x_test": Self.floats([4, 3]), "y_test": test,
    ]) { path in
      let data = try DataFixtures.load(path)
      #expect(data.test?.labels == [9, 1, 9, 1] && data.train.labels?.max() == 9)
      #expect(data.classNames == (0...9).map(String.init))
    }
    try Self.withArrays([
      "x_train": Self.floats([6, 3]),
      "y_train": Self.integers([1970, 1982, 1975, 1970, 1982, 1975]),
      "x_test": Self.floats([2, 3]), "y_test": Self.integers([1982, 1971]),
    ]) { path in
      let data = try DataFixtures.load(path)
      #expect(data.classNames == ["1970", "1971", "1975", "1982"])
      #expect(data.train.labels == [0, 3, 2, 0, 3, 2] && data.test?.labels == [3, 1])
    }
    try Self.withArrays([
      "x": Self.floats([40, 3]), "y": Self.integers((0..<40).map { 1970 + $0 % 4 }),
    ]) { path in
      let data = try DataFixtures.load(path)
      #expect(data.classNames == ["1970", "1971", "1972", "1973"])
    }
  }

  @Test("ready splits with bytes are grey images as they are")
  func readySplits() throws {
    let path = DataFixtures.path("splits_deflated.npz")
    let data = try DataFixtures.load(path) { $0.validationCount = 5 }
    #expect(data.splits.map(\.count) == [15, 5, 8])
    #expect(data.itemShape == [1, 4, 5] && data.valueKind == .gray)
    #expect(data.val?.labels == [3, 0, 1, 2, 3])
    #expect(data.classNames == ["0", "1", "2", "3"])
    let probe = try DataFixtures.probe(path) { $0.validationCount = 5 }
    #expect(probe.counts == .init(train: 15, val: 5, test: 8))
    #expect(probe.itemShape == data.itemShape && probe.valueKind == .gray)
    let binary = try DataFixtures.load(path) { $0.binarisation = .fixed }
    #expect(binary.valueKind == .binary)
  }

  @Test("a single .npy is unlabelled items")
  func single() throws {
    try DataFixtures.withFolder { folder in
      try NumpyFile.write(Self.floats([10, 2, 2]), to: "\(folder)/a.npy")
      let data = try DataFixtures.load("\(folder)/a.npy") { $0.limit = 3 }
      #expect(data.splits.map(\.count) == [3, 1, 1])
      #expect(data.itemShape == [2, 2] && !data.isLabelled)
      #expect(throws: DataError.self) { try data.train.requireLabels(for: "knn") }
      #expect(try DataFixtures.probe("\(folder)/a.npy").isLabelled == false)
    }
  }

  @Test("what cannot be data is refused with the reason", arguments: 0..<10)
  func refused(index: Int) throws {
    let x = Self.floats([20, 2])
    let cases: [([String: StoredArray], String)] = [
      (["x": x, "y": Self.integers([1, 2])], "20 items"),
      (["x": x, "y": Self.integers((0..<20).map { $0 - 1 })], "label of row 1"),
      (["x": x, "y": .float32(HostArray(repeating: 0.5, shape: [20]))], "label of row 1"),
      (["a": x, "b": x], "name them x and y"),
      (["x": .float32(HostArray([], shape: [0, 2]))], "no items"),
      (["x": .float32(HostArray([1], shape: []))], "single number"),
      (["x_train": x, "x_test": Self.floats([5, 3])], "shape"),
      (
        ["x_train": x, "x_test": .uint8(HostArray(repeating: 1, shape: [5, 2]))],
        "different type of numbers"
      ),
      (["x": .float64(HostArray(repeating: 1e300, shape: [20, 2]))], "row 1, column 1"),
      ([:], "contains no arrays"),
    ]
    let (arrays, reason) = cases[index]
    try Self.withArrays(arrays) { path in
      #expect {
        try DataFixtures.load(path)
      } throws: {
        "\($0)".contains(reason) && "\($0)".contains("a.npz")
      }
    }
  }

  @Test("NaN and infinity are found by row and column", arguments: [Float.nan, .infinity])
  func notFinite(value: Float) throws {
    var x = HostArray(repeating: Float(0), shape: [20, 3])
    x.elements[3 * 7 + 1] = value
    try Self.withArrays(["x": .float32(x)]) { path in
      #expect {
        try DataFixtures.load(path)
      } throws: {
        "\($0)".contains("row 8, column 2")
      }
    }
  }

  @Test("options that contradict the file are refused")
  func contradictions() throws {
    let path = DataFixtures.path("splits_deflated.npz")
    for change: (inout DataOptions) -> Void in [
      { $0.split = [0.8, 0.1, 0.1] }, { $0.label = .name("y") }, { $0.header = .auto },
      { $0.validationCount = 20 },
    ] {
      #expect(throws: DataError.self) { try DataFixtures.load(path, change) }
    }
    #expect(throws: DataError.self) {
      try DataFixtures.load(DataFixtures.path("pair_stored.npz")) { $0.label = .name("z") }
    }
  }

  @Test("classes may be texts, as NumPy writes them; other text arrays are passed over")
  func textLabels() throws {
    let data = try DataFixtures.load(DataFixtures.path("text_labels.npz")) {
      $0.split = [1, 0, 0]
    }
    #expect(data.classNames == ["", "ant", "dög", "zebra"])
    let kinds = ["dög", "ant", "", "zebra"]
    for row in 0..<data.train.count {
      let item = Int(data.train.items.row(row).first ?? -1)
      #expect(data.classNames?[Int(data.train.labels?[row] ?? -1)] == kinds[item % 4])
    }
  }

  @Test("classes of several splits that are texts are those of all of them, whichever has which")
  func textSplits() throws {
    let data = try DataFixtures.load(DataFixtures.path("text_splits.npz"))
    #expect(data.classNames == ["a", "b", "c"])
    #expect(data.train.labels == [1, 2, 1] && data.test?.labels == [0, 2])
    #expect(try DataFixtures.probe(DataFixtures.path("text_splits.npz")) { _ in }.isLabelled)
  }

  @Test("items that are texts are refused by the name of their type")
  func textItems() {
    #expect {
      try DataFixtures.load(DataFixtures.path("text_labels.npz")) { $0.label = .name("x") }
    } throws: { "\($0)".contains("name them x and y") || "\($0)".contains("<U") }
    #expect {
      try DataFixtures.load(DataFixtures.path("array_text.npy"))
    } throws: { "\($0)".contains("<U2") }
  }
}
