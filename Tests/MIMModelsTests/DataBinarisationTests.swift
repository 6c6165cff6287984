import MIMFormats
import MIMModels
import MIMTensor
import Testing

@Suite("NumPy's legacy generator and binarisation")
struct DataBinarisationTests {
  @Test("uniform numbers after seed 777 are NumPy's")
  func uniforms() throws {
    var random = LegacyNumpyRandom(seed: 777)
    for expected in try DataFixtures.golden().uniforms { #expect(random.uniform() == expected) }
  }

  @Test("binomial(1, p) is NumPy's for all 256 grey values, several calls in a row")
  func greyValues() throws {
    var random = LegacyNumpyRandom(seed: 777)
    var drawn: [UInt8] = []
    for _ in 0..<3 {
      var values = (0..<3_000).map { Float($0 % 256) / 255 }
      random.binarise(&values)
      drawn += values.map { UInt8($0) }
    }
    #expect(try SHA256.hexadecimal(of: drawn) == DataFixtures.golden().binomialsSha256)
  }

  @Test("binomial(1, p) is NumPy's for arbitrary probabilities")
  func arbitraryValues() throws {
    let golden = try DataFixtures.golden()
    var random = LegacyNumpyRandom(seed: 777)
    for _ in 0..<3 {
      var values = (0..<3_000).map { Float($0 % 256) / 255 }
      random.binarise(&values)
    }
    var values = golden.odd
    random.binarise(&values)
    #expect(values.map { $0 == 1 ? "1" : "0" }.joined() == golden.binomialsOdd)
  }

  @Test("numbers that are no probabilities do not trap")
  func noProbabilities() {
    var random = LegacyNumpyRandom(seed: 1)
    var values: [Float] = [.nan, -1, 2, .infinity, -.infinity]
    random.binarise(&values)
    #expect(values == [0, 0, 1, 1, 0])
  }

  @Test("dynamic leaves train grey and makes val and test the reference's bits")
  func dynamic() throws {
    let golden = try DataFixtures.golden()
    let data = try DataFixtures.load(
      "mnist", environment: DataFixtures.environment(mimData: DataFixtures.folder)
    ) {
      $0.binarisation = .dynamic
      $0.validationCount = 10
    }
    #expect(data.valueKind == .binary && data.binarisation == .dynamic)
    #expect(data.train.items.elements.contains { $0 != 0 && $0 != 1 })
    func digest(_ split: DataSplit?) throws -> String {
      SHA256.hexadecimal(of: try #require(split).items.elements.map { UInt8($0) })
    }
    #expect(try digest(data.val) == golden.smallValSha256)
    #expect(try digest(data.test) == golden.smallTestSha256)
  }

  @Test("fixed makes train binary too and val and test as dynamic does")
  func fixed() throws {
    func load(_ binarisation: Binarisation) throws -> Dataset {
      try DataFixtures.load(
        "mnist", environment: DataFixtures.environment(mimData: DataFixtures.folder)
      ) { $0.binarisation = binarisation }
    }
    let fixed = try load(.fixed)
    #expect(fixed.train.items.elements.allSatisfy { $0 == 0 || $0 == 1 })
    #expect(try fixed.test?.items == load(.dynamic).test?.items)
    #expect(try fixed.train.items == load(.fixed).train.items)
  }

  @Test("only grey images become binary ones")
  func refused() {
    #expect(throws: DataError.self) {
      try DataFixtures.load("toy", argument: "4") { $0.itemCount = 10 }.binarised(.dynamic)
    }
  }
}
