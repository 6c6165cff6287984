import MIMModels
import MIMTensor
import Testing

@Suite("toy mixtures")
struct DataToyTests {
  @Test("components are the reference's", arguments: [(4, 2), (-4, 2), (4, 20), (0, 2), (4, 1)])
  func rings(number: Int, dimension: Int) throws {
    let mixture = try MixtureDensity.toy("\(number)", dimension: dimension)
    let toy = try #require(DataFixtures.golden().toys["\(number)/\(dimension)"])
    #expect(mixture.dimension == dimension)
    #expect(mixture.means.elements.count == toy.locs.count)
    for (ours, theirs) in zip(mixture.means.elements, toy.locs) {
      #expect(abs(ours - theirs) <= 1e-5 * max(1, abs(theirs)))
    }
    #expect(mixture.scales.elements.allSatisfy { abs($0 - toy.scale[0]) < 1e-6 })
  }

  @Test(
    "text has one component per lit pixel, where the authors' code has them",
    arguments: ["MIM", "gj A#", "Hello, {w@rld}!"])
  func texts(text: String) throws {
    let mixture = try MixtureDensity.toy(text)
    let toy = try #require(DataFixtures.golden().toys[text])
    #expect(mixture.means.elements.count == toy.locs.count)
    for (ours, theirs) in zip(mixture.means.elements, toy.locs) {
      #expect(abs(ours - theirs) < 1e-6)
    }
    #expect(mixture.scales.row(0).elementsEqual(toy.scale))
  }

  @Test("text stands upright and reads from left to right")
  func upright() throws {
    // The upper half of a T is wider than the lower; an L is the other way round.
    func widths(_ letter: String) throws -> (upper: Float, lower: Float) {
      let means = try MixtureDensity.toy(letter).means
      let rows = (0..<means.rowCount).map { Array(means.row($0)) }.sorted { $0[1] < $1[1] }
      func width(_ y: Float) -> Float {
        let xs = rows.filter { $0[1] == y }.map { $0[0] }
        return (xs.max() ?? 0) - (xs.min() ?? 0)
      }
      return (width(rows[rows.count - 1][1]), width(rows[0][1]))
    }
    let (upper, lower) = try widths("T")
    #expect(upper > lower)
    let foot = try widths("L")
    #expect(foot.lower > foot.upper)
  }

  @Test("log P(x) agrees with SciPy")
  func density() throws {
    let golden = try DataFixtures.golden().density
    let points = HostArray(golden.points, shape: [20, 2])
    let ours = try MixtureDensity.toy("4").logDensity(of: points)
    try #require(ours.count == golden.log.count)
    for (a, b) in zip(ours, golden.log) { #expect(abs(a - b) < 1e-5 * max(1, abs(b))) }
    #expect(throws: DataError.self) {
      try MixtureDensity.toy("4").logDensity(of: HostArray([1, 2, 3], shape: [1, 3]))
    }
  }

  @Test("log P(x) stays finite far from every component")
  func farAway() throws {
    let far = HostArray<Float>([1e6, -1e6], shape: [1, 2])
    #expect(try MixtureDensity.toy("4").logDensity(of: far)[0].isFinite)
  }

  @Test("points have the component's mean and spread, labels are uniform")
  func moments() throws {
    let mixture = try MixtureDensity.toy("4")
    var random = RandomStream(seed: 3, stream: "moments")
    let (points, labels) = mixture.sample(50_000, using: &random)
    for component in 0..<5 {
      let rows = labels.indices.filter { labels[$0] == Int32(component) }
      #expect(abs(Double(rows.count) - 10_000) < 450)
      for axis in 0..<2 {
        let values = rows.map { Double(points.elements[$0 * 2 + axis]) }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        #expect(abs(mean - Double(mixture.means.elements[component * 2 + axis])) < 0.0125)
        #expect(abs(variance.squareRoot() - 0.25) < 0.009)
      }
    }
  }

  @Test("the entropy of one Gaussian is its closed form")
  func entropy() throws {
    var random = RandomStream(seed: 3, stream: "entropy")
    let (value, error) = try MixtureDensity.toy("0").entropy(samples: 20_000, using: &random)
    // ½ log(2πe σ²) per axis with σ = 1.25.
    let exact = 2 * (0.5 * 2.837877066409345 + 0.22314355131420976)
    #expect(abs(value - exact) < 4 * error)
    #expect(error < 0.01)
  }

  @Test("loading draws three splits with labels, the same for the same seed")
  func loading() throws {
    let toy = try DataFixtures.load("toy", argument: "4") { $0.itemCount = 300 }
    #expect(toy.splits.map(\.count) == [300, 300, 300])
    #expect(toy.itemShape == [2] && toy.valueKind == .real && toy.classNames?.count == 5)
    #expect(toy.train.items != toy.val?.items && toy.train.items != toy.test?.items)
    let again = try DataFixtures.load("toy", argument: "4") { $0.itemCount = 300 }
    #expect(again.test?.items == toy.test?.items && again.test?.labels == toy.test?.labels)
    let other = try DataFixtures.load("toy", argument: "4") {
      $0.itemCount = 300
      $0.seed = 1
    }
    #expect(other.train.items != toy.train.items)
    #expect(try DataFixtures.load("toy", argument: "4").train.count == 78 * 128)
  }

  @Test("the probe says what loading gives")
  func probe() throws {
    let probe = try DataFixtures.probe("toy", argument: "4") { $0.dimension = 20 }
    #expect(probe.itemShape == [20] && probe.classCount == 5 && probe.isLabelled)
    #expect(probe.counts == .init(train: 9_984, val: 9_984, test: 9_984))
  }

  @Test(
    "descriptions and options that mean nothing are refused",
    arguments: [
      ("", 2), ("   ", 2), ("é", 2), ("MIM", 20), ("100000", 2), ("4", 0), ("4", 2_000_000),
      (String(repeating: "M", count: 33), 2),
    ])
  func refused(description: String, dimension: Int) {
    #expect(throws: DataError.self) {
      try MixtureDensity.toy(description, dimension: dimension)
    }
  }

  @Test(
    "a number that is not whole or out of range is no text",
    arguments: ["99999999999999999999", "-99999999999999999999", "4.5", "-.5", "1e3", "1001"])
  func badNumbers(description: String) {
    #expect {
      try MixtureDensity.toy(description)
    } throws: {
      "\($0)".contains("whole number from -1000 to 1000")
    }
  }

  @Test("words that a number reader would take stay texts", arguments: ["nan", "INF", "0x1F"])
  func textsLikeNumbers(description: String) throws {
    #expect(try MixtureDensity.toy(description).componentCount > 20)
  }

  @Test("counts out of range and options of other sources are refused")
  func badOptions() {
    for count in [0, -5, Int.max] {
      #expect(throws: DataError.self) {
        try DataFixtures.load("toy", argument: "4") { $0.itemCount = count }
      }
    }
    #expect(throws: DataError.optionWithoutEffect(option: "scale", source: "toy")) {
      try DataFixtures.load("toy", argument: "4") { $0.scaling = .standard }
    }
  }
}
