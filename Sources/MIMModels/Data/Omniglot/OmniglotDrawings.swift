import Foundation
import MIMCPU
import MIMFormats
import MIMTensor

/// Omniglot as published (Lake, Salakhutdinov & Tenenbaum 2015): alphabet/character/drawing.png,
/// each 105 × 105 with black strokes on white, in zip archives or folders.
struct OmniglotDrawings: OmniglotContent {
  /// One drawing: where its bytes are, and whose it is.
  struct Drawing {
    let alphabet: String
    let character: String
    let source: Int
    /// Its number in an archive.
    let member: Int
    /// For messages, and to read it from a folder.
    let path: String
  }

  private let sources: [any DrawingSource]
  private let paths: [String]
  private let drawings: [Drawing]
  private let labels: ClassLabels
  private let fractions: SplitFractions

  static let side = 105
  static let reducedSide = 28
  /// A drawing has some 250 bytes; one of more than this is none.
  static let largestDrawing = 1 << 20
  private static let defaultFractions = [0.8, 0.05, 0.15]

  init(_ paths: [String], _ options: DataOptions) throws {
    try options.refuse(
      "val", isGiven: options.validationCount != nil, for: "Omniglot's drawings (use split=)")
    fractions = try SplitFractions(options.split ?? Self.defaultFractions)
    self.paths = paths
    sources = try paths.map { path -> any DrawingSource in
      if AtomicFile.isFolder(path) { return try DrawingFolder(path) }
      return try DrawingArchive(path)
    }
    // The small archives share alphabets: a drawing counts once, under the name it has in all.
    var seen: Set<String> = []
    var drawings: [Drawing] = []
    for (index, source) in sources.enumerated() {
      for entry in source.entries {
        let parts = try Self.parts(of: entry.name, in: source.path)
        guard seen.insert(parts.joined(separator: "/")).inserted else { continue }
        drawings.append(
          Drawing(
            alphabet: parts[0], character: parts[1], source: index, member: entry.number,
            path: entry.name))
      }
    }
    guard !drawings.isEmpty else {
      throw DataError.unusableArrays(
        path: paths[0], detail: "it contains no drawings (alphabet/character/drawing.png)")
    }
    // One order, whatever the order of the archive, so that a seed gives one split.
    self.drawings = drawings.sorted {
      ($0.alphabet, $0.character, Self.name($0.path)) < (
        $1.alphabet, $1.character, Self.name($1.path)
      )
    }
    let kind = try OmniglotClass(options.label)
    labels = ClassLabels(
      texts: self.drawings.map { drawing in
        kind == .alphabet ? drawing.alphabet : "\(drawing.alphabet)/\(drawing.character)"
      })
  }

  func load(_ request: DataRequest) throws -> Dataset {
    let size = Self.reducedSide * Self.reducedSide
    try request.environment.checkSize(of: [(paths[0], [drawings.count, size])])
    let packed = try drawings.map { try sources[$0.source].bytes(of: $0) }
    let items = HostArray(
      try Self.decode(packed, names: drawings.map { "\(sources[$0.source].path):\($0.path)" }),
      shape: [drawings.count, 1, Self.reducedSide, Self.reducedSide])
    let whole = DataSplit(
      role: .train, items: items, labels: labels.labels, classNames: labels.names)
    let parts = try fractions.indices(of: drawings.count, seed: request.options.seed)
    func part(_ role: DataSplit.Role, _ indices: [Int]) -> DataSplit? {
      guard !indices.isEmpty else { return nil }
      let chosen = whole.selecting(indices)
      return DataSplit(
        role: role, items: chosen.items, labels: chosen.labels, classNames: labels.names)
    }
    return try Dataset(
      name: "omniglot", train: whole.selecting(parts.train), val: part(.val, parts.val),
      test: part(.test, parts.test), valueKind: .gray, files: try files(packed)
    ).binarised(request.options.binarisation ?? .none).limitedIfAsked(request.options)
  }

  func probe(_ request: DataRequest) throws -> DataProbe {
    DataProbe(
      itemShape: [1, Self.reducedSide, Self.reducedSide],
      valueKind: request.options.kind(of: .gray),
      counts: try fractions.counts(of: drawings.count).limited(request.options),
      isLabelled: true, classCount: labels.names.count)
  }

  /// An archive's record is that of its file; a folder's hashes its drawings in order.
  private func files(_ packed: [[UInt8]]) throws -> [DataFile] {
    try sources.enumerated().map { index, source in
      if let file = try source.file() { return file }
      var hash = SHA256()
      var count = 0
      for (drawing, bytes) in zip(drawings, packed) where drawing.source == index {
        bytes.withUnsafeBytes { hash.update($0) }
        count += bytes.count
      }
      return DataFile(path: source.path, sha256: hash.hexadecimal(), bytes: count)
    }
  }

  /// The drawings `[n, 784]` as shares of ink, decoded on all cores; throws the first one's error.
  private static func decode(_ packed: [[UInt8]], names: [String]) throws -> [Float] {
    let size = reducedSide * reducedSide
    let failures = FirstFailure()
    let values = [Float](unsafeUninitializedCapacity: packed.count * size) { buffer, filled in
      buffer.initialize(repeating: 0)
      filled = buffer.count
      guard let start = buffer.baseAddress else { return }
      nonisolated(unsafe) let output = start
      // Drawings go in portions: one alone is too little work for a thread.
      inParallel(count: packed.count, chunk: 64, threads: nil) { portion in
        for index in portion {
          do {
            let ink = try ink(packed[index], path: names[index])
            AreaReduction.drawing.apply(ink, to: output + index * size)
          } catch {
            return failures.note(error, at: index)
          }
        }
      }
    }
    if let error = failures.first { throw error }
    return values
  }

  private static let inkOfByte = (0...255).map { 1 - Float($0) / 255 }

  /// The pixels of a drawing, 1 where there is ink.
  private static func ink(_ bytes: [UInt8], path: String) throws -> [Float] {
    let found = try PNGImage.size(of: bytes, path: path)
    guard found.width == side, found.height == side else {
      throw DataError.badImage(
        path: path,
        reason:
          "it has \(found.width) × \(found.height) pixels, but a drawing has \(side) × \(side)")
    }
    let image = try PNGImage(bytes: bytes, path: path)
    return (0..<side * side).map { inkOfByte[Int(image.pixels[$0 * image.channels])] }
  }

  private static func name(_ path: String) -> Substring {
    path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
  }

  private static func parts(of name: String, in path: String) throws -> [String] {
    let parts = name.split(separator: "/").map(String.init)
    guard parts.count >= 3 else {
      throw DataError.unusableArrays(
        path: path, detail: "\(name) is not in a folder alphabet/character/, where drawings must be"
      )
    }
    return parts.suffix(3)
  }
}

/// The error of the first item that failed, whatever thread met it.
private final class FirstFailure: @unchecked Sendable {
  private let lock = NSLock()
  private var found: (index: Int, error: any Error)?

  func note(_ error: any Error, at index: Int) {
    lock.withLock { if index < found?.index ?? .max { found = (index, error) } }
  }

  var first: (any Error)? { lock.withLock { found?.error } }
}
