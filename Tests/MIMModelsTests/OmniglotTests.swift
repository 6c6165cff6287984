import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Omniglot")
struct OmniglotTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/omniglot").path

  private func load(
    _ name: String, _ change: (inout DataOptions) -> Void = { _ in }
  ) throws -> Dataset {
    try DataFixtures.load("omniglot", argument: "\(Self.folder)/\(name)", change)
  }

  /// A data folder with the two archives in it, as `$MIM_DATA`.
  private func withArchives(_ body: (DataEnvironment) throws -> Void) throws {
    try DataFixtures.withFolder { folder in
      try AtomicFile.makeFolder("\(folder)/omniglot")
      for index in 1...2 {
        let name = "images_background_small\(index).zip"
        try FileManager.default.copyItem(
          atPath: "\(Self.folder)/\(name)", toPath: "\(folder)/omniglot/\(name)")
      }
      try body(DataFixtures.environment(mimData: folder))
    }
  }

  @Test("drawings of both archives once each, divided 80/5/15 by the seed, with their labels")
  func drawings() throws {
    try withArchives { environment in
      let data = try DataFixtures.load("omniglot", environment: environment) { $0.seed = 3 }
      #expect(data.splits.map(\.count) == [32, 2, 6])
      #expect(data.itemShape == [1, 28, 28] && data.valueKind == .gray)
      #expect(
        data.classNames == [
          "Alpha/character01", "Alpha/character02", "Beta/character01", "Beta/character02",
          "Gamma_(old)/character01",
        ])
      #expect(data.files.count == 2)
      let probe = try DataFixtures.probe("omniglot", environment: environment)
      #expect(probe.counts == .init(train: 32, val: 2, test: 6))
      #expect(probe.classCount == 5 && probe.itemShape == [1, 28, 28] && probe.isLabelled)
      let again = try DataFixtures.load("omniglot", environment: environment) { $0.seed = 3 }
      #expect(again.train.items == data.train.items && again.train.labels == data.train.labels)
      let other = try DataFixtures.load("omniglot", environment: environment) { $0.seed = 4 }
      #expect(other.train.items != data.train.items)
    }
  }

  /// Each drawing's pixels by alphabet and character.
  private func labelled(_ data: Dataset) -> [[Float]: String] {
    var found: [[Float]: String] = [:]
    for split in data.splits {
      for (row, label) in (split.labels ?? []).enumerated() {
        found[Array(split.items.row(row))] = data.classNames?[Int(label)]
      }
    }
    return found
  }

  @Test("105 × 105 becomes 28 × 28 by area means with ink as 1, as Pillow computes them")
  func reduction() throws {
    let golden = try JSONDecoder().decode(
      [String: [Float]].self,
      from: Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/golden.json")))
    #expect(golden.count >= 4)
    try withArchives { environment in
      let found = labelled(try DataFixtures.load("omniglot", environment: environment))
      #expect(found.count == 40)
      for (path, expected) in golden {
        let near = found.filter { agree($0.key, expected, tolerance: 2e-6) }
        #expect(near.count == 1)
        #expect(near.first.map { path.hasPrefix($0.value) } == true, "\(path)")
      }
      for pixels in found.keys {
        #expect(pixels.allSatisfy { (0...1).contains($0) } && pixels[0] == 0)
      }
    }
  }

  @Test("a folder, unpacked, gives what its archive gives; label=alphabet makes alphabets classes")
  func folder() throws {
    let archive = try load("images_background_small1.zip") { $0.seed = 1 }
    try DataFixtures.withFolder { folder in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = [
        "python3", "-m", "zipfile", "-e", "\(Self.folder)/images_background_small1.zip", folder,
      ]
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0)
      for path in [folder, "\(folder)/images_background_small1"] {
        let data = try DataFixtures.load("omniglot", argument: path) { $0.seed = 1 }
        #expect(data.train.items == archive.train.items)
        #expect(data.test?.labels == archive.test?.labels)
      }
    }
    let byAlphabet = try load("images_background_small1.zip") { $0.label = .name("alphabet") }
    #expect(byAlphabet.classNames == ["Alpha", "Beta"])
    #expect(throws: DataError.self) {
      try load("images_background_small1.zip") { $0.label = .name("drawer") }
    }
  }

  @Test("chardata.mat: pictures upright, labels shuffled with them, val as asked, test in order")
  func matrices() throws {
    struct Pictures: Decodable {
      let train: [Float]
      let test: [Float]
    }
    let golden = try JSONDecoder().decode(
      Pictures.self,
      from: Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/chardata.json")))
    let data = try load("chardata.mat") { $0.validationCount = 6 }
    #expect(data.splits.map(\.count) == [30, 6, 12])
    #expect(
      data.classNames == ["01/01", "01/02", "02/01", "02/02", "03/01", "03/02"])
    let test = try #require(data.test)
    #expect(agree(Array(test.items.row(11)), golden.test, tolerance: 1e-6))
    let expected = (0..<12).map { "0\(1 + $0 % 3)/0\(1 + $0 % 2)" }
    #expect(test.labels.map { $0.map { data.classNames?[Int($0)] } } == expected)
    for index in 0..<3 {
      let picture = Array(golden.train[index * 784..<(index + 1) * 784])
      let name = labelled(data).first { agree($0.key, picture, tolerance: 1e-6) }?.value
      #expect(name == "0\(1 + index % 3)/0\(1 + index % 2)")
    }
    let probe = try DataFixtures.probe("omniglot", argument: "\(Self.folder)/chardata.mat")
    #expect(probe.counts == .init(train: 34, val: 2, test: 12))
    let alphabets = try load("chardata.mat") { $0.label = .name("alphabet") }
    #expect(alphabets.classNames == ["01", "02", "03"])
    #expect(try load("chardata.mat") { $0.validationCount = 0 }.val == nil)
  }

  @Test("dynamic binarisation keeps training pictures gray and draws the others once")
  func binarised() throws {
    for name in ["chardata.mat", "images_background_small1.zip"] {
      let data = try load(name) { $0.binarisation = .dynamic }
      #expect(data.valueKind == .binary && data.binarisation == .dynamic)
      #expect(data.train.items.elements.contains { $0 > 0 && $0 < 1 })
      #expect(data.test?.items.elements.allSatisfy { $0 == 0 || $0 == 1 } == true)
    }
  }

  private static let hostile = [
    ("traversal.zip", "points outside the archive"), ("absolute.zip", "points outside the archive"),
    ("symlink.zip", "symbolic link"), ("encrypted.zip", "encrypted"),
    ("truncated.zip", "is truncated"), ("shallow.zip", "alphabet/character/"),
    ("wrong_size.zip", "64 × 64"), ("not_png.zip", "not a PNG"), ("empty.zip", "no drawings"),
    ("bomb.zip", "1048576 bytes"), ("lying_size.zip", "not the one declared"),
    ("damaged.zip", "Zlib"),
    ("version4.mat", "not of version 5"), ("no_test.mat", "testdata"),
    ("text.mat", "not a matrix of real"), ("complex.mat", "not a matrix of real"),
    ("transposed.mat", "[36, 784]"), ("too_large_values.mat", "from 0 to 1"),
    ("two_labels.mat", "label of row 1"), ("truncated.mat", "is truncated"),
    ("nowhere.zip", "no file"),
    ("golden.json", "chardata.mat"),
  ]

  @Test("what cannot be read is one clear error", arguments: hostile)
  func refuses(_ name: String, _ words: String) throws {
    #expect {
      try load(name)
    } throws: { error in
      let text = "\(error)"
      return text.contains(words) && text.contains(name) && !text.contains("\n")
    }
  }

  @Test("without the files, the error says what was looked for, where, and how to get it")
  func missing() throws {
    #expect {
      try DataFixtures.load("omniglot")
    } throws: {
      let text = "\($0)"
      return text.contains("images_background.zip") && text.contains("github.com/brendenlake")
        && ($0 as? DataError)?.isMissingData == true
    }
  }

  @Test("options of the other form are refused, not ignored")
  func options() throws {
    #expect(throws: DataError.self) {
      try load("images_background_small1.zip") { $0.validationCount = 3 }
    }
    #expect(throws: DataError.self) { try load("chardata.mat") { $0.split = [0.8, 0.1, 0.1] } }
    #expect(throws: DataError.self) { try load("chardata.mat") { $0.validationCount = 36 } }
  }

  @Test("an archive cut short or changed anywhere throws or loads, and never traps")
  func mutations() throws {
    var random = RandomStream(seed: 8, stream: "mutations")
    try DataFixtures.withFolder { folder in
      for name in ["images_background_small1.zip", "chardata.mat"] {
        let good = try FileReader.bytes(of: "\(Self.folder)/\(name)")
        let path = "\(folder)/changed-\(name)"
        for _ in 0..<150 {
          var bytes = good
          if random.uniform() < 0.3 { bytes.removeLast(Int(random.uniform() * Double(good.count))) }
          for _ in 0..<Int(random.uniform() * 6) where !bytes.isEmpty {
            let tail = random.uniform() < 0.5 ? min(bytes.count, 600) : bytes.count
            let place = bytes.count - 1 - Int(random.uniform() * Double(tail))
            bytes[max(0, place)] = UInt8(random.uniform() * 255)
          }
          try AtomicFile.write(bytes, to: path)
          _ = try? DataFixtures.load("omniglot", argument: path)
        }
      }
    }
  }
}
