import CPNG
import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("PNG")
struct DataPNGTests {
  /// Decodes with the flat interface, keeping or converting the channels.
  private static func decode(
    _ bytes: [UInt8], channels: UInt32 = 0, limit: UInt64 = 1 << 20
  ) -> (status: Int32, header: cpng_header, pixels: [UInt8], message: String) {
    var header = cpng_header()
    var pixels: UnsafeMutablePointer<UInt8>?
    var message = [CChar](repeating: 0, count: Int(CPNG_MESSAGE_SIZE))
    let status = cpng_decode(
      bytes, bytes.count, channels, limit, &pixels, &header, &message, message.count)
    defer { cpng_free(pixels) }
    let count = Int(header.width) * Int(header.height) * Int(header.channels)
    let copy = pixels.map { Array(UnsafeBufferPointer(start: $0, count: count)) } ?? []
    let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8($0) }, as: UTF8.self)
    return (status, header, copy, text)
  }

  @Test(
    "pixels are Pillow's for every colour type and depth",
    arguments: [
      "gray.png", "rgb.png", "rgba.png", "bits.png", "palette.png", "gray16.png",
    ])
  func decoding(name: String) throws {
    let expected = try #require(DataFixtures.golden().png[name])
    let (status, header, pixels, _) = Self.decode(
      try FileReader.bytes(of: DataFixtures.path(name)))
    #expect(status == Int32(CPNG_OK))
    #expect(Int(header.width) == expected.width && Int(header.height) == expected.height)
    #expect(pixels == expected.pixels)
  }

  @Test("conversion to a number of channels that the caller names", arguments: 1...4)
  func conversion(channels: Int) throws {
    for name in ["gray.png", "rgb.png", "rgba.png"] {
      let bytes = try FileReader.bytes(of: DataFixtures.path(name))
      let (status, header, pixels, _) = Self.decode(bytes, channels: UInt32(channels))
      #expect(status == Int32(CPNG_OK) && Int(header.channels) == channels)
      #expect(pixels.count == Int(header.width * header.height) * channels)
    }
  }

  private static func texts(of bytes: [UInt8]) -> [String: String] {
    var joined: UnsafeMutablePointer<CChar>?
    var size = 0
    var count = 0
    guard cpng_text(bytes, bytes.count, &joined, &size, &count, nil, 0) == Int32(CPNG_OK) else {
      return ["status": "failed"]
    }
    defer { cpng_free(joined) }
    let all = UnsafeBufferPointer(start: joined, count: size).map { UInt8(bitPattern: $0) }
    let strings = all.split(separator: 0, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    return Dictionary(
      (0..<count).map { (strings[2 * $0], strings[2 * $0 + 1]) }, uniquingKeysWith: { $1 })
  }

  @Test("text chunks of all kinds that Pillow wrote")
  func texts() throws {
    let texts = Self.texts(of: try FileReader.bytes(of: DataFixtures.path("gray.png")))
    #expect(texts["mim:recipe"] == "plot é → x")
    #expect(texts["Title"] == "plain")
    #expect(texts["Long"] == String(repeating: "words ", count: 400))
  }

  @Test(
    "what is encoded decodes to the same pixels and texts, and twice to the same bytes",
    arguments: 1...4)
  func encoding(channels: Int) throws {
    let pixels = (0..<(7 * 5 * channels)).map { UInt8(truncatingIfNeeded: $0 * 37) }
    let long = String(repeating: "zwölf ", count: 500)
    func encode() -> [UInt8] {
      let keys: [UnsafeMutablePointer<CChar>?] = [strdup("mim:recipe"), strdup("long")]
      let values: [UnsafeMutablePointer<CChar>?] = [strdup("a = é"), strdup(long)]
      defer { for text in keys + values { free(text) } }
      var out: UnsafeMutablePointer<UInt8>?
      var size = 0
      let status = cpng_encode(
        pixels, 7, 5, UInt32(channels), 300, keys.map { UnsafePointer($0) },
        values.map { UnsafePointer($0) }, 2, &out, &size, nil, 0)
      defer { cpng_free(out) }
      return status == Int32(CPNG_OK) ? Array(UnsafeBufferPointer(start: out, count: size)) : []
    }
    let bytes = encode()
    #expect(Self.decode(bytes).pixels == pixels)
    #expect(Self.texts(of: bytes) == ["mim:recipe": "a = é", "long": long])
    #expect(encode() == bytes)
  }

  @Test("bad arguments, other formats, damage and size bombs end in a status")
  func refused() throws {
    var out: UnsafeMutablePointer<UInt8>?
    var size = 0
    #expect(
      cpng_encode([0], 0, 1, 1, 0, nil, nil, 0, &out, &size, nil, 0) == Int32(CPNG_BAD_ARGUMENT))
    #expect(
      cpng_encode([0], 1, 1, 5, 0, nil, nil, 0, &out, &size, nil, 0) == Int32(CPNG_BAD_ARGUMENT))
    let sound = try FileReader.bytes(of: DataFixtures.path("rgb.png"))
    #expect(Self.decode([]).status == Int32(CPNG_NOT_PNG))
    #expect(Self.decode(Array("GIF89a......".utf8)).status == Int32(CPNG_NOT_PNG))
    #expect(Self.decode(sound, limit: 7).status == Int32(CPNG_TOO_LARGE))
    let cut = Self.decode(Array(sound.prefix(45)))
    #expect(cut.status == Int32(CPNG_DAMAGED) && !cut.message.isEmpty)
    var random = RandomStream(seed: 1, stream: "png")
    for name in ["gray.png", "palette.png", "rgba.png"] {
      let whole = try FileReader.bytes(of: DataFixtures.path(name))
      for round in 0..<300 {
        var bytes = whole
        if round % 2 == 0 { bytes.removeLast(random.integer(below: bytes.count)) }
        for _ in 0..<(round % 4) where !bytes.isEmpty {
          bytes[random.integer(below: bytes.count)] = UInt8(random.integer(below: 256))
        }
        let result = Self.decode(bytes)
        #expect(result.status == Int32(CPNG_OK) || result.pixels.isEmpty)
        _ = Self.texts(of: bytes)
      }
    }
  }

  @Test("sub-folders are classes; one size, one file per item in the record")
  func folder() throws {
    try DataFixtures.withFolder { folder in
      for (index, path) in ["b/1.png", "b/2.PNG", "a/1.png", "a/.hidden.png", "a/notes.txt"]
        .enumerated()
      {
        let source = index < 3 ? "gray.png" : "golden.json"
        try AtomicFile.write(
          FileReader.bytes(of: DataFixtures.path(source)), to: "\(folder)/\(path)")
      }
      let data = try DataFixtures.load(folder) { $0.split = [1, 0, 0] }
      #expect(data.train.count == 3 && data.itemShape == [1, 3, 5] && data.valueKind == .gray)
      #expect(data.classNames == ["a", "b"] && data.train.labels?.sorted() == [0, 1, 1])
      #expect(data.files.count == 3)
      let expected = try #require(DataFixtures.golden().png["gray.png"])
      #expect(data.train.items.row(0).elementsEqual(expected.pixels.map { Float($0) / 255 }))
      let probe = try DataFixtures.probe(folder) { $0.split = [1, 0, 0] }
      #expect(probe.itemShape == [1, 3, 5] && probe.classCount == 2)
      #expect(probe.counts == .init(train: 3, val: 0, test: 0))
    }
  }

  @Test("colour images are channels, then rows")
  func colour() throws {
    try DataFixtures.withFolder { folder in
      try AtomicFile.write(
        FileReader.bytes(of: DataFixtures.path("rgb.png")), to: "\(folder)/x.png")
      let data = try DataFixtures.load(folder) { $0.split = [1, 0, 0] }
      let pixels = try #require(DataFixtures.golden().png["rgb.png"]).pixels
      #expect(data.itemShape == [3, 2, 4] && !data.isLabelled)
      #expect(data.train.items.elements[0] == Float(pixels[0]) / 255)
      #expect(data.train.items.elements[8] == Float(pixels[1]) / 255)
      #expect(data.train.items.elements[1] == Float(pixels[3]) / 255)
    }
  }

  @Test(
    "one image that cannot be used is named",
    arguments: [
      ("rgb.png", "pixels"), ("golden.json", "not a PNG"), ("cut", "cannot be decoded"),
      ("empty", "not a PNG"),
    ])
  func badImage(source: String, reason: String) throws {
    try DataFixtures.withFolder { folder in
      let sound = try FileReader.bytes(of: DataFixtures.path("gray.png"))
      try AtomicFile.write(sound, to: "\(folder)/a/1.png")
      let bad =
        switch source {
        case "cut": Array(sound.prefix(sound.count - 30))
        case "empty": [UInt8]()
        default: try FileReader.bytes(of: DataFixtures.path(source))
        }
      try AtomicFile.write(bad, to: "\(folder)/b/2.png")
      #expect {
        try DataFixtures.load(folder) { $0.split = [1, 0, 0] }
      } throws: {
        "\($0)".contains("b/2.png") && "\($0)".contains(reason)
      }
    }
  }

  @Test("a folder without PNGs, or with some beside the classes, is refused")
  func badFolder() throws {
    try DataFixtures.withFolder { folder in
      #expect(throws: DataError.self) { try DataFixtures.load(folder) }
      let sound = try FileReader.bytes(of: DataFixtures.path("gray.png"))
      try AtomicFile.write(sound, to: "\(folder)/a/1.png")
      try AtomicFile.write(sound, to: "\(folder)/2.png")
      #expect {
        try DataFixtures.load(folder)
      } throws: {
        "\($0)".contains("2.png is next to the class folders")
      }
    }
  }
}
