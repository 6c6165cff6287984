import Foundation
import MIMFormats
import MIMTensor
import Testing

@Suite("safetensors files")
struct FilesSafeTensorsTests {
  @Test("every type reads as the reference library wrote it")
  func reading() throws {
    let file = try SafeTensors(contentsOf: FilesFixtures.path("all_types.safetensors"))
    #expect(file.metadata == ["recipe": "line 1\n\"quoted\" é", "b": "2"])
    #expect(file.tensors["f32"] == .float32(FilesFixtures.grid))
    #expect(file.tensors["f64"]?.floats == FilesFixtures.grid)
    #expect(file.tensors["i64"] == .int64(HostArray([0, 1, 2], shape: [3])))
    #expect(file.tensors["i32"] == .int32(HostArray([0, 1, 2], shape: [3])))
    #expect(file.tensors["u8"] == .uint8(HostArray([0, 1, 2, 3], shape: [4])))
    #expect(file.tensors["mask"] == .bool(HostArray([true, false], shape: [2])))
    #expect(file.tensors["scalar"] == .float32(HostArray([1.5], shape: [])))
    #expect(file.tensors["empty"]?.shape == [0, 3])
    #expect(
      file.tensors["f16"]
        == .float32(
          HostArray([0.5, -2, 65_504, 0x1p-14, 0x1p-24, .infinity], shape: [2, 3])))
  }

  @Test("bfloat16 is the upper half of a float")
  func bfloat16() throws {
    let file = try SafeTensors(contentsOf: FilesFixtures.path("bfloat16.safetensors"))
    #expect(file.tensors["b"] == .float32(HostArray([1.5, -2, 3.140625], shape: [3])))
  }

  @Test("the header alone tells names, types and shapes")
  func header() throws {
    let header = try SafeTensors.readHeader(of: FilesFixtures.path("all_types.safetensors"))
    #expect(header.entries.contains { $0.name == "f16" && $0.shape == [2, 3] })
    #expect(header.metadata["b"] == "2")
  }

  @Test("what is written reads back, is the same each time, and starts aligned")
  func writing() throws {
    var file = try SafeTensors(contentsOf: FilesFixtures.path("all_types.safetensors"))
    file.metadata["control"] = "tab\t\u{1} back\\slash"
    let bytes = try file.encoded()
    #expect(try SafeTensors(bytes: bytes, path: "a") == file)
    #expect(try file.encoded() == bytes)
    #expect(bytes[0] % 8 == 0)
  }

  @Test("a file with a checksum reads back; every single bit of it that is flipped is noticed")
  func checksum() throws {
    let file = SafeTensors(
      tensors: ["a": .float32(HostArray([1, 2, 3], shape: [3]))],
      metadata: [SafeTensors.checksumKey: "", "note": "\"mim.checksum\":\"no\""])
    let bytes = try file.encoded()
    let read = try SafeTensors(bytes: bytes, path: "a")
    #expect(read.tensors == file.tensors)
    // What it says is the hash of the same bytes with zeros there.
    let digits = try #require(read.metadata[SafeTensors.checksumKey])
    let place = try #require(bytes.firstRange(of: Array(digits.utf8)))
    var zeroed = bytes
    zeroed.replaceSubrange(place, with: [UInt8](repeating: UInt8(ascii: "0"), count: 64))
    #expect(SHA256.hexadecimal(of: zeroed) == digits)
    for bit in 0..<bytes.count * 8 {
      var flipped = bytes
      flipped[bit / 8] ^= 1 << (bit % 8)
      // The key itself may be hit: then the file is one without a checksum, which a model file may not be.
      guard let other = try? SafeTensors(bytes: flipped, path: "a") else { continue }
      #expect(other.metadata[SafeTensors.checksumKey] == nil && other.tensors == file.tensors)
    }
  }

  @Test("headers that break a rule are refused", arguments: brokenHeaders)
  func broken(header: String, dataSize: Int, reason: String) throws {
    let bytes = FilesSafeTensorsTests.file(header, dataSize)
    #expect {
      try SafeTensors(bytes: bytes, path: "a.safetensors")
    } throws: { error in
      error is FileError && "\(error)".contains(reason) && "\(error)".contains("a.safetensors")
    }
  }

  static let brokenHeaders: [(String, Int, String)] = [
    (entry("0,8", "2"), 4, "is truncated"),
    (entry("0,8", "3"), 8, "not F32"),
    (entry("8,0", "2"), 8, "data_offsets"),
    (entry("4,12", "2"), 12, "gap"),
    (entry("0,8", "2"), 12, "extra bytes after the last array"),
    (entry("0,8", "4611686018427387904,4"), 8, "not F32"),
    (entry("0,0", "0,4611686018427387904,4"), 0, "not F32"),
    (entry("0,99999999999999999999", "2"), 8, "too large"),
    (entry("0,8", "-2"), 8, "whole number"),
    ("{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[2],\"data_offsets\":[0,2]}}", 2, "F8_E4M3"),
    (
      "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
        + "\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}}", 4, "twice"
    ),
    (
      "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
        + "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}", 3, "overlaps"
    ),
    ("{\"__metadata__\":{\"a\":1}}", 0, "missing"),
    ("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, "twice"),
    ("{\"a\":\"\\ud800\"}", 0, "missing"),
    ("{} x", 0, "after the closing brace"),
    (" {}", 0, "start"),
    ("{\"a", 0, "not closed"),
  ]

  @Test("impossible header lengths are refused before any memory is taken")
  func lengths() throws {
    for length in [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0, 0, 0, 0, 0, 0, 0, 0x80]] {
      #expect(throws: FileError.self) {
        try SafeTensors(bytes: length.map(UInt8.init) + [0x7b, 0x7d], path: "a")
      }
    }
    #expect(throws: FileError.self) { try SafeTensors(bytes: [], path: "a") }
  }

  private static func entry(_ offsets: String, _ shape: String) -> String {
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[\(shape)],\"data_offsets\":[\(offsets)]}}"
  }

  private static func file(_ header: String, _ dataSize: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 8)
    for (index, shift) in stride(from: 0, to: 64, by: 8).enumerated() {
      bytes[index] = UInt8(truncatingIfNeeded: header.utf8.count >> shift)
    }
    return bytes + Array(header.utf8) + [UInt8](repeating: 0, count: dataSize)
  }
}
