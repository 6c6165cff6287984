import Foundation
import MIMFormats
import MIMTensor
import Testing

@Suite("hashes, gzip, atomic writing and tables")
struct FilesTests {
  @Test("SHA-256 of the vectors in FIPS 180-4 and NIST's examples")
  func hashes() {
    let vectors = [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        String(repeating: "a", count: 1_000_000),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
      ),
    ]
    for (text, expected) in vectors {
      #expect(SHA256.hexadecimal(of: Array(text.utf8)) == expected)
    }
  }

  @Test("a hash does not depend on how the bytes are cut, at any length around a block")
  func pieces() {
    for length in [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1_000] {
      let bytes = (0..<length).map { UInt8($0 % 251) }
      var hash = SHA256()
      for start in stride(from: 0, to: length, by: 7) {
        bytes[start..<min(start + 7, length)].withUnsafeBytes { hash.update($0) }
      }
      #expect(hash.hexadecimal() == SHA256.hexadecimal(of: bytes), "length \(length)")
    }
  }

  @Test("gzip unpacks, also several members in one file")
  func gzip() throws {
    let packed = try FilesFixtures.bytes("mnist/train-labels-idx1-ubyte.gz")
    let once = try Gzip.decompress(packed, path: "a.gz")
    #expect(once.count == 68)
    #expect(try Gzip.decompress(packed + packed, path: "a.gz") == once + once)
    #expect(try Gzip.prefix(of: packed, path: "a.gz", count: 8) == Array(once.prefix(8)))
  }

  @Test("a gzip file cut anywhere is an error that says so")
  func truncatedGzip() throws {
    let packed = try FilesFixtures.bytes("mnist/train-images-idx3-ubyte.gz")
    for length in [18, 40, packed.count / 2, packed.count - 9, packed.count - 1] {
      #expect {
        try Gzip.decompress(Array(packed.prefix(length)), path: "a.gz")
      } throws: { error in
        if case .truncated(path: "a.gz", _) = error as? FileError { true } else { false }
      }
    }
  }

  @Test("a flipped bit fails the checksum, a large file the limit")
  func damagedGzip() throws {
    var packed = try FilesFixtures.bytes("mnist/train-images-idx3-ubyte.gz")
    #expect {
      try Gzip.decompress(packed, path: "a.gz", limit: 100)
    } throws: {
      $0 as? FileError == .tooLarge(path: "a.gz", limit: 100)
    }
    packed[packed.count - 6] ^= 1
    #expect(throws: FileError.self) { try Gzip.decompress(packed, path: "a.gz") }
    #expect(throws: FileError.wrongMagic(path: "a.gz", expected: "a gzip file")) {
      try Gzip.decompress(Array("plain".utf8), path: "a.gz")
    }
  }

  @Test("writing makes folders, replaces whole files and leaves nothing else behind")
  func atomicWriting() throws {
    try FilesFixtures.withFolder { folder in
      let path = "\(folder)/a/b/c.txt"
      try AtomicFile.write("one", to: path)
      try AtomicFile.write("two", to: path)
      #expect(try FileReader.bytes(of: path) == Array("two".utf8))
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/a/b") == ["c.txt"])
    }
  }

  @Test("writing where a folder is, or below a file, names the path")
  func refusedWriting() throws {
    try FilesFixtures.withFolder { folder in
      try AtomicFile.write("one", to: "\(folder)/file")
      for path in [folder, "\(folder)/", "\(folder)/file/below", ""] {
        #expect(throws: FileError.self) { try AtomicFile.write("two", to: path) }
      }
      #expect(try FileReader.bytes(of: "\(folder)/file") == Array("one".utf8))
    }
  }

  @Test("a path with NUL in it names nothing, whatever stands before the NUL")
  func pathsWithNUL() throws {
    try FilesFixtures.withFolder { folder in
      let path = "\(folder)/\0x.csv"
      #expect(!AtomicFile.exists(path) && !AtomicFile.isFolder(path))
      #expect(throws: FileError.self) { try FileReader(path) }
      #expect(throws: FileError.self) { try AtomicFile.write("one", to: path) }
      #expect(throws: FileError.self) { try AtomicFile.makeFolder(path) }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names.isEmpty)
    }
  }

  @Test("reading a missing file, a folder or a device does not block")
  func refusedReading() throws {
    #expect(throws: FileError.missing(path: "/no/such/file")) {
      try FileReader.bytes(of: "/no/such/file")
    }
    for path in ["/tmp", "/dev/zero"] {
      #expect(throws: FileError.self) { try FileReader.bytes(of: path) }
    }
  }

  @Test("tables keep numbers exactly and quote what needs it")
  func tables() {
    let table = DelimitedText(columns: [
      ("x,1", .floats([0.1, -.infinity])), ("n", .integers([1, 2])),
      ("name", .texts(["a \"b\"", "c\td"])), ("d", .doubles([1.0 / 3, .nan])),
    ])
    #expect(
      table.encoded(as: .csv)
        == "\"x,1\",n,name,d\n0.1,1,\"a \"\"b\"\"\",0.3333333333333333\n-inf,2,c\td,nan\n")
    #expect(table.encoded(as: .tsv).hasSuffix("-inf\t2\tc d\tnan\n"))
    let matrix = DelimitedText(HostArray([1, 2, 3, 4], shape: [2, 2]), prefix: "z")
    #expect(matrix.encoded(as: .csv) == "z1,z2\n1.0,2.0\n3.0,4.0\n")
  }

  @Test("no damage to any fixture makes a reader do anything but answer or throw")
  func hostileBytes() throws {
    let names = [
      "all_types.safetensors", "array_f8_fortran.npy", "array_bool.npy", "pair_stored.npz",
      "splits_deflated.npz", "mnist/train-labels-idx1-ubyte.gz",
    ]
    var random = RandomStream(seed: 1, stream: "hostile")
    try FilesFixtures.withFolder { folder in
      for name in names {
        let sound = try FilesFixtures.bytes(name)
        for round in 0..<400 {
          var bytes = sound
          if round % 2 == 0 { bytes.removeLast(random.integer(below: bytes.count)) }
          for _ in 0..<(round % 5) where !bytes.isEmpty {
            bytes[random.integer(below: bytes.count)] = UInt8(random.integer(below: 256))
          }
          FilesTests.readAnyhow(bytes, name, folder)
        }
      }
    }
  }

  private static func readAnyhow(_ bytes: [UInt8], _ name: String, _ folder: String) {
    if name.hasSuffix(".safetensors") {
      _ = try? SafeTensors(bytes: bytes, path: name)
    } else if name.hasSuffix(".npy") {
      _ = try? NumpyFile.parse(bytes, path: name)
    } else if name.hasSuffix(".gz") {
      _ = try? Gzip.decompress(bytes, path: name)
    } else {
      try? Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/a.npz"))
      _ = try? NumpyArchive.read("\(folder)/a.npz")
      _ = try? NumpyArchive.readHeaders(of: "\(folder)/a.npz")
    }
  }
}
