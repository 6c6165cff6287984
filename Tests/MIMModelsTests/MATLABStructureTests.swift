import MIMFormats
import MIMModels
import Testing

/// Files that declare more than they hold are refused before libmatio opens them, which takes the
/// memory that a file asks for.
@Suite("Structure of .mat files")
struct MATLABStructureTests {
  /// A number of 32 bits in the order of the file's bytes.
  private static func word(_ value: UInt32, _ isBigEndian: Bool) -> [UInt8] {
    withUnsafeBytes(of: isBigEndian ? value.bigEndian : value.littleEndian) { Array($0) }
  }

  /// A file with one array `data` [784, `columns`], as MathWorks describes them; `kind` 6 is
  /// double.
  private static func file(
    isBigEndian: Bool = false, kind: UInt32 = 6, axesSize: UInt32 = 8, nameSize: UInt32 = 4,
    columns: UInt32 = 1, size: UInt32? = nil
  ) -> [UInt8] {
    func words(_ values: UInt32...) -> [UInt8] { values.flatMap { word($0, isBigEndian) } }
    let parts =
      words(6, 8, kind, 0) + words(5, axesSize, 784, columns) + words(1, nameSize)
      + Array("data".utf8) + [0, 0, 0, 0] + words(2, 784) + [UInt8](repeating: 1, count: 784)
    let header =
      Array("MATLAB 5.0 MAT-file".utf8) + [UInt8](repeating: 32, count: 105)
      + (isBigEndian ? [1, 0, 0x4d, 0x49] : [0, 1, 0x49, 0x4d])
    return header + words(14, size ?? UInt32(parts.count)) + parts
  }

  private func message(_ bytes: [UInt8]) throws -> String {
    var text = ""
    try DataFixtures.withFolder { folder in
      let path = "\(folder)/chardata.mat"
      try AtomicFile.write(bytes, to: path)
      do { _ = try DataFixtures.load("omniglot", argument: path) } catch { text = "\(error)" }
    }
    return text
  }

  @Test("a whole array passes in either order of bytes: what is missed is the next one")
  func passes() throws {
    #expect(try message(Self.file()).contains("no matrix called testdata"))
    #expect(try message(Self.file(isBigEndian: true)).contains("no matrix called testdata"))
  }

  @Test(
    "axes or a name of gigabytes are refused",
    arguments: [(3_422_552_096, 4, "axes"), (8, 3_422_552_096, "name")]
      as [(UInt32, UInt32, String)])
  func lengths(_ axesSize: UInt32, _ nameSize: UInt32, _ part: String) throws {
    let text = try message(Self.file(axesSize: axesSize, nameSize: nameSize))
    #expect(text.contains("the \(part) of an array cannot be read"))
  }

  @Test("more values than bytes, an array cut off and a structure are each one clear error")
  func refused() throws {
    #expect(
      try message(Self.file(columns: 1 << 20)).contains("more values than the file has bytes"))
    #expect(
      try message(Self.file(size: 1 << 20)).contains("data needs 1048576 bytes, 840 are there"))
    #expect(try message(Self.file(kind: 2)).contains("neither numbers nor text"))
  }
}
