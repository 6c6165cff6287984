import MIMTensor

extension Dataset {
  /// The data set with every split's items transformed; its transform becomes the old one
  /// followed by this. Items are real numbers afterwards. Throws when the transform does not fit,
  /// or binarisation has made training and test items different things.
  public func transformed(by transform: DataTransform) throws -> Dataset {
    guard binarisation == .none else {
      throw DataError.badOption(
        option: "binarize", value: binarisation.rawValue,
        rule: "binary images cannot be scaled or projected; leave out one of the two options")
    }
    func apply(_ split: DataSplit) throws -> DataSplit {
      split.replacingItems(try transform.apply(split.items))
    }
    let combined = try self.transform?.followed(by: transform) ?? transform
    var transformed = Dataset(
      name: name, train: try apply(train), val: try val.map(apply), test: try test.map(apply),
      valueKind: .real, files: files, transform: combined)
    transformed.augmentation = try augmentation?.followed(by: transform)
    transformed.takeNames(of: self)
    return transformed
  }

  /// What labels and lines are called, which no other items change; the names of columns go with their numbers.
  private mutating func takeNames(of other: Dataset) {
    (labelName, lineNames) = (other.labelName, other.lineNames)
  }

  /// The data set scaled by statistics of its training split.
  public func scaled(_ scaling: DataScaling) throws -> Dataset {
    guard let transform = try scaling.fitted(to: train.items) else { return self }
    return try transformed(by: transform)
  }

  /// The same training items with other validation and test items.
  package func replacing(val: DataSplit?, test: DataSplit?) -> Dataset {
    var replaced = Dataset(
      name: name, train: train, val: val, test: test, valueKind: valueKind,
      binarisation: binarisation, files: files, transform: transform, density: density)
    replaced.augmentation = augmentation
    replaced.takeNames(of: self)
    return replaced
  }

  /// At most `count` items in each split, the first ones.
  public func limited(to count: Int) throws -> Dataset {
    guard count > 0 else {
      throw DataError.badOption(option: "limit", value: "\(count)", rule: "keep at least 1 item")
    }
    var limited = Dataset(
      name: name, train: train.prefix(count), val: val?.prefix(count), test: test?.prefix(count),
      valueKind: valueKind, binarisation: binarisation, files: files, transform: transform,
      density: density)
    limited.augmentation = augmentation?.prefix(count)
    limited.takeNames(of: self)
    return limited
  }
}

extension DataScaling {
  /// The scaling's transform, fitted to items `[n, …]`; nil for `none`.
  func fitted(to items: HostArray<Float>) throws -> DataTransform? {
    guard self != .none, items.count > 0 else { return nil }
    let (shift, scale) =
      self == .standard ? Self.meansAndDeviations(items) : Self.leastsAndRanges(items)
    let safeScale = scale.map(Float.init).map {
      $0.isFinite && $0 > Float.leastNormalMagnitude ? $0 : 1
    }
    return try DataTransform(steps: [.scale(shift: shift.map(Float.init), scale: safeScale)])
  }

  private static func meansAndDeviations(_ items: HostArray<Float>) -> ([Double], [Double]) {
    let count = Double(items.rowCount)
    var means = [Double](repeating: 0, count: items.rowSize)
    forEachValue(items) { means[$1] += Double($0) / count }
    var variances = [Double](repeating: 0, count: items.rowSize)
    forEachValue(items) { value, feature in
      let distance = Double(value) - means[feature]
      variances[feature] += distance * distance / count
    }
    return (means, variances.map { $0.squareRoot() })
  }

  private static func leastsAndRanges(_ items: HostArray<Float>) -> ([Double], [Double]) {
    var least = items.row(0).map(Double.init)
    var greatest = least
    forEachValue(items) { value, feature in
      least[feature] = min(least[feature], Double(value))
      greatest[feature] = max(greatest[feature], Double(value))
    }
    return (least, zip(greatest, least).map { $0 - $1 })
  }

  private static func forEachValue(_ items: HostArray<Float>, _ body: (Float, Int) -> Void) {
    for start in stride(from: 0, to: items.count, by: items.rowSize) {
      for feature in 0..<items.rowSize { body(items.elements[start + feature], feature) }
    }
  }
}
