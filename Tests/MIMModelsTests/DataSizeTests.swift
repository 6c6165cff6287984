import MIMModels
import MIMTensor
import Testing

@Suite("how much data may be loaded")
struct DataSizeTests {
  private static func refuses(_ path: String, above bytes: Int, _ options: DataOptions = .init()) {
    func load(_ limit: Int) throws -> Dataset {
      try Dataset.load(
        DataRequest(
          path, options: options,
          environment: DataFixtures.environment(
            mimData: DataFixtures.folder, largestDataSize: limit)))
    }
    #expect(throws: Never.self) { try load(bytes) }
    #expect {
      try load(bytes - 1)
    } throws: { error in
      guard case .tooLarge(_, let found, bytes - 1)? = error as? DataError else { return false }
      return found == bytes && "\(error)".contains("split the file")
    }
  }

  @Test("bytes in an archive count as the numbers that they become")
  func archives() {
    // 20 + 8 images of 4 × 5 bytes and their labels.
    Self.refuses(DataFixtures.path("splits_deflated.npz"), above: 28 * (20 + 1) * 4)
  }

  @Test("arrays that are not used do not count")
  func unused() throws {
    try DataFixtures.withFolder { folder in
      let x = StoredArray.float32(HostArray(repeating: 1, shape: [20, 2]))
      let other = StoredArray.uint8(HostArray(repeating: 1, shape: [1_000]))
      try NumpyArchive.write(["x": x, "other": other], to: "\(folder)/a.npz")
      Self.refuses("\(folder)/a.npz", above: 160)
      try NumpyFile.write(x, to: "\(folder)/a.npy")
      Self.refuses("\(folder)/a.npy", above: 160)
    }
  }

  @Test("image archives count all four files")
  func images() {
    Self.refuses("mnist", above: 80 * (30 + 1) * 4)
  }

  @Test("the cells of a table are counted before they are read")
  func tables() throws {
    try DataFixtures.withFolder { folder in
      let path = "\(folder)/a.csv"
      try AtomicFile.write(String(repeating: "1,2,3\n", count: 20), to: path)
      Self.refuses(path, above: 20 * 3 * 4)
    }
  }

  @Test("a gzip file is unpacked no further than its IDX header says")
  func goesOn() throws {
    try DataFixtures.withFolder { folder in
      try AtomicFile.makeFolder("\(folder)/mnist")
      for kind in ["train-images-3", "train-labels-1", "t10k-images-3", "t10k-labels-1"] {
        let name = "\(kind.dropLast(1))idx\(kind.suffix(1))-ubyte.gz"
        let packed = try FileReader.bytes(of: DataFixtures.path("mnist/\(name)"))
        // gzip files one after another unpack to their contents one after another.
        try AtomicFile.write(
          kind == "t10k-images-3" ? packed + packed : packed, to: "\(folder)/mnist/\(name)")
      }
      #expect {
        try DataFixtures.load("mnist", environment: DataFixtures.environment(mimData: folder))
      } throws: {
        "\($0)".contains("longer than the 600 bytes") && "\($0)".contains("t10k-images")
      }
    }
  }

  @Test("this machine's limit is a share of its memory")
  func share() {
    #expect((1 << 24...16 << 30).contains(DataEnvironment.shareOfMemory))
  }
}
