import Foundation
import MIMFormats
import MIMTensor

extension DataSource {
  /// `load "drawings/"`
  static let imageFolder = DataSource(
    name: "folder of PNGs",
    summary: "PNGs of one size, grey or RGB; each sub-folder is a class",
    options: ["split", "folds", "stratify", "scale", "limit", "binarize", "seed"], argument: nil,
    load: { request in
      try ImageFolder(request.name).read(request.environment).dataset(request.options)
    },
    probe: { request in
      let folder = try ImageFolder(request.name)
      let counts = try request.options.counts(of: folder.images.count)
      return DataProbe(
        itemShape: try folder.itemShape(), valueKind: request.options.kind(of: .gray),
        counts: try counts.limited(request.options), isLabelled: folder.classNames != nil,
        classCount: folder.classNames?.count)
    })
}

/// The PNGs of a folder: directly in it (unlabelled), or in sub-folders, whose names in
/// alphabetical order are the classes 0, 1, … Other files and hidden ones are passed over.
struct ImageFolder {
  /// One image and its class.
  struct Image {
    let path: String
    let label: Int32
  }

  let path: String
  /// In alphabetical order within each class.
  let images: [Image]
  /// Nil for unlabelled images.
  let classNames: [String]?

  init(_ path: String) throws {
    self.path = path
    let entries = try Self.entries(of: path)
    let folders = entries.filter { AtomicFile.isFolder("\(path)/\($0)") }
    let classes = try folders.map { folder in
      (folder, try Self.entries(of: "\(path)/\(folder)").filter(Self.isImage))
    }.filter { !$0.1.isEmpty }
    let loose = entries.filter { Self.isImage($0) && !folders.contains($0) }
    guard classes.isEmpty || loose.isEmpty else {
      throw DataError.unusableArrays(
        path: path,
        detail: "\(loose[0]) is next to the class folders; move it into one of them")
    }
    if classes.isEmpty {
      images = loose.map { Image(path: "\(path)/\($0)", label: 0) }
      classNames = nil
    } else {
      images = classes.enumerated().flatMap { label, entry in
        entry.1.map { Image(path: "\(path)/\(entry.0)/\($0)", label: Int32(label)) }
      }
      classNames = classes.map(\.0)
    }
    guard !images.isEmpty else {
      throw DataError.unusableArrays(
        path: path, detail: "there is no PNG in this folder or its sub-folders")
    }
  }

  /// `[channels, height, width]` of the first image.
  func itemShape() throws -> Shape {
    let first = images[0].path
    let size = try PNGImage.size(of: FileReader.bytes(of: first, limit: 1 << 28), path: first)
    return [size.channels, size.height, size.width]
  }

  /// Decodes all images; throws at the first that cannot be, or has another size.
  func read(_ environment: DataEnvironment) throws -> UndividedData {
    let shape = try itemShape()
    let (total, overflow) = shape.count.multipliedReportingOverflow(by: images.count)
    try environment.checkSize(of: [(path, [overflow ? Int.max : total])])
    var values: [Float] = []
    values.reserveCapacity(total)
    var files: [DataFile] = []
    for image in images {
      let (bytes, file) = try DataFile.read(image.path)
      values.append(contentsOf: try decode(bytes, image.path, shape))
      files.append(file)
    }
    return UndividedData(
      name: path, items: HostArray(values, shape: Shape([images.count] + shape.dimensions)),
      labels: classNames == nil ? nil : images.map(\.label), classNames: classNames,
      valueKind: .gray, files: files)
  }

  private func decode(_ bytes: [UInt8], _ path: String, _ shape: Shape) throws -> [Float] {
    let image = try PNGImage(bytes: bytes, path: path)
    let found: Shape = [image.channels, image.height, image.width]
    guard found == shape else {
      throw DataError.badImage(
        path: path,
        reason: "it has \(Self.words(found)), but the first image has \(Self.words(shape))")
    }
    return image.planes
  }

  private static func words(_ shape: Shape) -> String {
    "\(shape[2]) × \(shape[1]) pixels, \(shape[0] == 1 ? "grey" : "colour")"
  }

  private static func entries(of path: String) throws -> [String] {
    FileTrace.note(path, .listing)
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { !$0.hasPrefix(".") }.sorted()
    } catch {
      throw FileError.system(
        path: path, action: "list the folder", reason: error.localizedDescription)
    }
  }

  private static func isImage(_ name: String) -> Bool { name.lowercased().hasSuffix(".png") }
}
