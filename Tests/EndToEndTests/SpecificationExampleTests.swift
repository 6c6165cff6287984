import Foundation
import Testing

/// The twelve examples of the specification, run by the real verbs. MIMScriptTests reads the same file with
/// stand-ins that need no engine.
@Suite("Examples of the specification")
struct SpecificationExampleTests {
  /// What the examples ask for beyond a test's means, and what stands for it; `--quick` cuts the rest.
  private static let smaller = [
    "val=10000": "val=100", "vampprior(500": "vampprior(20",
    "pixelcnn(layers=8, channels=64)": "pixelcnn(layers=2, channels=16)",
    "z=40, levels=2": "z=4, levels=2",
    "interpolate(a, take(mnist.test, 4), steps=10)":
      "interpolate(a, take(mnist.test, 4), steps=3)", "sample(a, 64,": "sample(a, 8,",
    "load toy \"4\"": "load toy \"4\" n=640",
  ]

  @Test("all twelve run one after the other and leave every file that they name")
  func run() throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["mnist", "fashion-mnist"] { try SmallPictures.write(to: folder, as: name) }
    var text = try String(
      contentsOf: Program.root.appendingPathComponent("Tests/Programs/snippets.txt"),
      encoding: .utf8)
    for (asked, small) in Self.smaller {
      #expect(text.contains(asked), "\(asked)")
      text = text.replacingOccurrences(of: asked, with: small)
    }
    try Data(text.utf8).write(to: folder.appendingPathComponent("examples.mim"))
    let result = try Program.run(
      ["run", "examples.mim", "--quick", "-o", "out"], in: folder,
      environment: ["MIM_DATA": folder.path])
    #expect(result.exit == 0, "\(result.error)")
    for file in [
      "runs/amim-quick.safetensors",
      "figures/amim_loss.png", "figures/latent.png", "out/latent/vectors.tsv",
      "figures/toy_mim.png", "figures/toy_sweep.png", "out/toy_sweep.csv", "out/toy.tex",
      "models/amim.safetensors", "figures/fig3.png", "figures/fig3.pdf", "figures/fig3.svg",
    ] {
      let path = folder.appendingPathComponent("out/\(file)").path
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
      #expect(try #require(size) > 0, "\(file)")
    }
  }
}

/// A data set in MNIST's files: squares whose place tells the class.
private enum SmallPictures {
  static func write(to folder: URL, as name: String) throws {
    let place = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    for (prefix, count) in [("train", 400), ("t10k", 200)] {
      let images = (0..<count).flatMap(picture)
      try Data(header(0x803, [count, 28, 28]) + images)
        .write(to: place.appendingPathComponent("\(prefix)-images-idx3-ubyte"))
      try Data(header(0x801, [count]) + (0..<count).map { UInt8($0 % 10) })
        .write(to: place.appendingPathComponent("\(prefix)-labels-idx1-ubyte"))
    }
  }

  private static func header(_ magic: Int, _ extents: [Int]) -> [UInt8] {
    ([magic] + extents).flatMap { number in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
  }

  /// A square of 8 × 8 in one of ten places, with a little of every item's own.
  private static func picture(_ item: Int) -> [UInt8] {
    let (top, left) = (item % 10 / 4 * 9, item % 10 % 4 * 6)
    return (0..<784).map { pixel in
      let (row, column) = (pixel / 28 - top, pixel % 28 - left)
      let isIn = (0..<8).contains(row) && (0..<8).contains(column)
      return isIn ? UInt8(180 + (item * 7 + pixel) % 60) : UInt8((item * 13 + pixel * 5) % 16)
    }
  }
}
