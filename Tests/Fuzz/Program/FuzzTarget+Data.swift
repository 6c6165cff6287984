import Foundation
import MIMFormats
import MIMModels

extension FuzzTarget {
  /// Files that `load` reads.
  static let data: [FuzzTarget] = [
    FuzzTarget("csv", file: "d.csv", loadTable), FuzzTarget("tsv", file: "d.tsv", loadTable),
    FuzzTarget("npy", file: "d.npy", load), FuzzTarget("npz", file: "d.npz", load),
    FuzzTarget("png", file: "images/a/1.png") { try load(folder($0, up: 2)) },
    FuzzTarget("idx", file: "mnist/train-images-idx3-ubyte") { path in
      let own = folder(path, up: 1)
      for name in ["train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"] {
        let copy = "\(own)/\(name)-ubyte.gz"
        guard access(copy, R_OK) != 0 else { continue }
        try FileManager.default.copyItem(
          atPath: "Tests/Fixtures/data/mnist/\(name)-ubyte.gz", toPath: copy)
      }
      _ = try Dataset.load(DataRequest("mnist", environment: environment(folder(path, up: 2))))
    },
    FuzzTarget("mat", file: "chardata.mat") { path in
      _ = try Dataset.load(
        DataRequest("omniglot", argument: path, environment: environment(nil)))
    },
    FuzzTarget("zip", file: "omniglot/images_background_small1.zip") { path in
      let other = "\(folder(path, up: 1))/images_background_small2.zip"
      if access(other, R_OK) != 0 {
        try FileManager.default.copyItem(
          atPath: "Tests/Fixtures/omniglot/images_background_small2.zip", toPath: other)
      }
      _ = try Dataset.load(DataRequest("omniglot", environment: environment(folder(path, up: 2))))
    },
  ]

  @Sendable private static func load(_ path: String) throws {
    let request = DataRequest(path, environment: environment(nil))
    _ = try? Dataset.probe(request)
    _ = try Dataset.load(request)
  }

  /// As it is, and with a column of text, one of classes, and gaps.
  @Sendable private static func loadTable(_ path: String) throws {
    _ = try? load(path)
    var options = DataOptions()
    (options.label, options.categories, options.missing) = (.number(2), [.number(1)], .drop)
    let request = DataRequest(path, options: options, environment: environment(nil))
    _ = try? Dataset.probe(request)
    _ = try Dataset.load(request)
  }

  private static func environment(_ folder: String?) -> DataEnvironment {
    var variables = ["HOME": "/nowhere"]
    variables["MIM_DATA"] = folder
    return DataEnvironment(
      variables: variables, systemFolder: "/nowhere", largestDataSize: 1 << 28)
  }

  private static func folder(_ path: String, up levels: Int) -> String {
    (0..<levels).reduce(path) { path, _ in (path as NSString).deletingLastPathComponent }
  }
}
