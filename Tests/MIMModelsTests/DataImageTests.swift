import Foundation
import MIMFormats
import MIMModels
import MIMTensor
import Testing

@Suite("MNIST and Fashion-MNIST files")
struct DataImageTests {
  private static let small = DataFixtures.environment(mimData: DataFixtures.folder)

  @Test("splits, labels, shapes, class names and provenance")
  func loading() throws {
    let data = try DataFixtures.load("mnist", environment: Self.small)
    #expect(data.splits.map(\.count) == [50, 10, 20])
    #expect(data.itemShape == [1, 6, 5] && data.valueKind == .gray)
    #expect(data.classNames == (0...9).map(String.init))
    #expect(data.val?.labels == (0..<10).map { Int32($0) })
    #expect(data.train.items.elements.allSatisfy { (0...1).contains($0) })
    let golden = try DataFixtures.golden().smallSha256
    #expect(data.files.count == 4)
    for file in data.files {
      let name = URL(fileURLWithPath: file.path).lastPathComponent
      #expect(file.sha256 == golden[name])
    }
  }

  @Test("val=, limit= and the probe agree")
  func options() throws {
    func set(_ options: inout DataOptions) {
      options.validationCount = 0
      options.limit = 15
    }
    let data = try DataFixtures.load("mnist", environment: Self.small, set)
    #expect(data.val == nil && data.train.count == 15 && data.test?.count == 15)
    let probe = try DataFixtures.probe("mnist", environment: Self.small, set)
    #expect(probe.counts == .init(train: 15, val: 0, test: 15))
    #expect(probe.itemShape == data.itemShape && probe.valueKind == .gray)
    for count in [60, 61, -1] {
      #expect(throws: DataError.self) {
        try DataFixtures.load("mnist", environment: Self.small) { $0.validationCount = count }
      }
    }
    for limit in [0, -3] {
      #expect(throws: DataError.self) {
        try DataFixtures.load("mnist", environment: Self.small) { $0.limit = limit }
      }
    }
  }

  @Test("without the files the error names them, the folders and both ways to get them")
  func missing() throws {
    for (name, package) in [("mnist", "MIM_DATA"), ("fashion", "dataset-fashion-mnist")] {
      let environment = DataFixtures.environment(mimData: "/data")
      do {
        _ = try DataFixtures.load(name, environment: environment)
        Issue.record("\(name) was found")
      } catch let error as DataError {
        let text = "\(error)"
        #expect(error.isMissingData)
        for word in [
          "train-images-idx3-ubyte", "t10k-labels-idx1-ubyte", "/data/",
          "/nowhere/.local/share/mim-repl/", "/nowhere/system/", "fetch=true", package,
        ] { #expect(text.contains(word), "\(word) in: \(text)") }
      }
      #expect(throws: DataError.self) { try DataFixtures.probe(name, environment: environment) }
    }
  }

  @Test(
    "broken files are named",
    arguments: [
      ("train-images-idx3-ubyte", "truncated", "is truncated"),
      ("train-images-idx3-ubyte", "longer", "after the last element"),
      ("train-labels-idx1-ubyte", "magic", "IDX file"),
      ("t10k-images-idx3-ubyte", "empty", "empty"),
      ("train-labels-idx1-ubyte", "label", "label of row 1"),
      ("t10k-labels-idx1-ubyte", "fewer", "20 items"),
      ("t10k-images-idx3-ubyte", "huge", "dimensions"),
    ])
  func broken(name: String, damage: String, reason: String) throws {
    try DataFixtures.withFolder { folder in
      try AtomicFile.makeFolder("\(folder)/mnist")
      for file in try FileManager.default.contentsOfDirectory(atPath: DataFixtures.path("mnist")) {
        let packed = try FileReader.bytes(of: DataFixtures.path("mnist/\(file)"))
        var bytes = try Gzip.decompress(packed, path: file)
        if file.hasPrefix(name) { Self.apply(damage, to: &bytes) }
        try AtomicFile.write(bytes, to: "\(folder)/mnist/\(file.dropLast(3))")
      }
      #expect {
        try DataFixtures.load("mnist", environment: DataFixtures.environment(mimData: folder))
      } throws: { error in
        "\(error)".contains(reason) && "\(error)".contains(name)
      }
    }
  }

  private static func apply(_ damage: String, to bytes: inout [UInt8]) {
    switch damage {
    case "truncated": bytes.removeLast()
    case "longer": bytes.append(0)
    case "magic": bytes[2] = 13
    case "empty": bytes = []
    case "label": bytes[8] = 10
    case "fewer":
      bytes.removeLast()
      bytes[7] -= 1
    default: bytes.replaceSubrange(4..<16, with: [UInt8](repeating: 255, count: 12))
    }
  }

  private static let hasFashion = (try? Dataset.probe(DataRequest("fashion"))) != nil

  @Test(
    "the published files give the reference's bits",
    .enabled(if: hasFashion, "Fashion-MNIST isn't on this machine: dataset-fashion-mnist"))
  func published() throws {
    var options = DataOptions()
    options.binarisation = .dynamic
    let data = try Dataset.load(DataRequest("fashion", options: options))
    #expect(data.splits.map(\.count) == [50_000, 10_000, 10_000])
    func digest(_ split: DataSplit?) throws -> String {
      SHA256.hexadecimal(of: try #require(split).items.elements.map { UInt8($0) })
    }
    #expect(
      try digest(data.val) == "b0087ff633317072b4d0b97725ba7f87f5233daf6df29dc5432f421601877c61")
    #expect(
      try digest(data.test) == "33bc86729d1a5fabe7fc26556683b981e41cc8e110df6b260f45f515fd283c24")
    #expect(data.classNames?[9] == "Ankle boot")
  }
}
