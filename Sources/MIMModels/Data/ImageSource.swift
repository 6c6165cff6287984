import MIMTensor

extension DataSource {
  /// `load mnist`
  static let mnist = images(.mnist, summary: "MNIST: 70,000 handwritten digits, 28 × 28")
  /// `load fashion`
  static let fashion = images(
    .fashion, summary: "Fashion-MNIST: 70,000 pieces of clothing, 28 × 28")

  private static func images(_ archive: ImageArchive, summary: String) -> DataSource {
    DataSource(
      name: archive.name, summary: summary, options: ["val", "limit", "binarize", "fetch"],
      argument: nil,
      load: { request in try archive.load(request) },
      probe: { request in try archive.probe(request) })
  }
}

extension ImageArchive {
  /// How many of the training images become the validation split by default.
  static let defaultValidationCount = 10_000

  package func load(_ request: DataRequest) throws -> Dataset {
    let paths = try locate(request)
    try request.environment.checkSize(of: [
      (paths.trainImages, try IDXFile.readShape(of: paths.trainImages, rank: 3)),
      (paths.trainLabels, try IDXFile.readShape(of: paths.trainLabels, rank: 1)),
      (paths.testImages, try IDXFile.readShape(of: paths.testImages, rank: 3)),
      (paths.testLabels, try IDXFile.readShape(of: paths.testLabels, rank: 1)),
    ])
    let images = try IDXFile(paths.trainImages, rank: 3)
    let labels = try IDXFile(paths.trainLabels, rank: 1)
    let testImages = try IDXFile(paths.testImages, rank: 3)
    let testLabels = try IDXFile(paths.testLabels, rank: 1)
    guard images.shape.dimensions.dropFirst() == testImages.shape.dimensions.dropFirst() else {
      throw DataError.unusableArrays(
        path: paths.testImages,
        detail: "its images have a different size from those of \(paths.trainImages)")
    }
    let trainCount = try trainingCount(of: images.shape[0], request.options)
    let whole = 0..<images.shape[0]
    let dataset = Dataset(
      name: name,
      train: try split(.train, images, labels, 0..<trainCount),
      val: trainCount == whole.count
        ? nil : try split(.val, images, labels, trainCount..<whole.count),
      test: try split(.test, testImages, testLabels, 0..<testImages.shape[0]),
      valueKind: .gray,
      files: [images.file, labels.file, testImages.file, testLabels.file])
    return try dataset.binarised(request.options.binarisation ?? .none)
      .limitedIfAsked(request.options)
  }

  package func probe(_ request: DataRequest) throws -> DataProbe {
    guard let paths = find(in: request.environment) else {
      guard request.options.fetch else { throw missing(request.environment) }
      return try answer(
        images: [60_000, 28, 28], testCount: 10_000, request.options)
    }
    return try answer(
      images: IDXFile.readShape(of: paths.trainImages, rank: 3),
      testCount: IDXFile.readShape(of: paths.testImages, rank: 3)[0], request.options)
  }

  private func answer(
    images: Shape, testCount: Int, _ options: DataOptions
  ) throws -> DataProbe {
    let train = try trainingCount(of: images[0], options)
    let limit = try options.checkedLimit() ?? .max
    return DataProbe(
      itemShape: [1, images[1], images[2]],
      valueKind: options.binarisation.map { $0 == .none } ?? true ? .gray : .binary,
      counts: .init(
        train: min(train, limit), val: min(images[0] - train, limit), test: min(testCount, limit)),
      isLabelled: true, classCount: classNames.count)
  }

  private func trainingCount(of total: Int, _ options: DataOptions) throws -> Int {
    let validation = options.validationCount ?? min(Self.defaultValidationCount, total / 6)
    guard validation >= 0 else {
      throw DataError.badOption(
        option: "val", value: "\(validation)", rule: "use 0 (no validation split) or more items")
    }
    guard validation < total else {
      throw DataError.emptySplit(
        role: .train, items: total, detail: "val=\(validation) leaves no items; use a smaller val")
    }
    return total - validation
  }

  private func split(
    _ role: DataSplit.Role, _ images: IDXFile, _ labels: IDXFile, _ range: Range<Int>
  ) throws -> DataSplit {
    guard images.shape[0] == labels.shape[0] else {
      throw DataError.countMismatch(
        items: images.shape[0], itemsPath: images.file.path, labels: labels.shape[0],
        labelsPath: labels.file.path)
    }
    let bytes = Array(labels.elements)
    if let row = bytes.firstIndex(where: { $0 >= classNames.count }) {
      throw DataError.badLabel(path: labels.file.path, row: row + 1, value: "\(bytes[row])")
    }
    let size = images.shape[1] * images.shape[2]
    let pixels = images.elements.dropFirst(range.lowerBound * size).prefix(range.count * size)
    return DataSplit(
      role: role,
      items: HostArray(
        PixelScale.intensities(of: pixels),
        shape: [range.count, 1, images.shape[1], images.shape[2]]),
      labels: bytes[range].map(Int32.init), classNames: classNames)
  }
}

/// Bytes 0…255 as intensities 0…1.
enum PixelScale {
  private static let intensity = (0...255).map { Float($0) / 255 }

  /// byte / 255 in single precision, for each byte.
  static func intensities(of bytes: ArraySlice<UInt8>) -> [Float] {
    intensity.withUnsafeBufferPointer { intensity in
      [Float](unsafeUninitializedCapacity: bytes.count) { buffer, filled in
        bytes.withUnsafeBufferPointer { bytes in
          for index in bytes.indices {
            buffer.initializeElement(at: index, to: intensity[Int(bytes[index])])
          }
          filled = bytes.count
        }
      }
    }
  }
}

extension DataOptions {
  /// `limit=`, at least 1; nil when it is not given.
  func checkedLimit() throws -> Int? {
    guard let limit else { return nil }
    guard limit > 0 else {
      throw DataError.badOption(option: "limit", value: "\(limit)", rule: "keep at least 1 item")
    }
    return limit
  }
}

extension Dataset {
  /// The first `limit` items of each split, if the options say so.
  func limitedIfAsked(_ options: DataOptions) throws -> Dataset {
    try options.checkedLimit().map { try limited(to: $0) } ?? self
  }
}
