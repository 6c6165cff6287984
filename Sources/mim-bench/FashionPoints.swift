import Foundation
import MIMAnalysis
import MIMModels
import MIMTensor

/// Principal components of Fashion-MNIST images, the input of the t-SNE and k-NN measurements.
struct FashionPoints {
  let images: HostArray<Float>
  let labels: [Int32]

  /// The training images in their files' order, then the test images.
  init() throws {
    var options = DataOptions()
    options.validationCount = 0
    let data = try Dataset.load(DataRequest("fashion", options: options))
    let splits = [data.train, data.test].compactMap { $0 }
    images = HostArray(
      splits.flatMap(\.items.elements), shape: Shape([splits.map(\.count).reduce(0, +), 784]))
    labels = splits.flatMap { $0.labels ?? [] }
  }

  /// The coordinates along the first components, fitted on the images of `range`.
  func components(_ count: Int, fittedOn range: Range<Int>? = nil) throws -> HostArray<Float> {
    let fitted = try PrincipalComponents(
      fitting: range.map { images.rows($0) } ?? images, count: count)
    return try fitted.transform(images)
  }
}

/// The folder through which a measurement and its peer share their input.
enum BenchmarkFolder {
  /// `--folder`; nil keeps nothing.
  @TaskLocal static var path: String?

  /// Writes an array as NAME.npy.
  static func write(_ array: StoredArray, name: String) throws {
    guard let path else { return }
    try NumpyFile.write(array, to: "\(path)/\(name).npy")
  }

  /// Reads NAME.npy, where there is one.
  static func read(name: String) throws -> StoredArray? {
    guard let path, FileManager.default.fileExists(atPath: "\(path)/\(name).npy") else {
      return nil
    }
    return try NumpyFile.read("\(path)/\(name).npy")
  }
}
