import MIMTensor

extension ArraySource {
  /// Looks at headers only.
  static func probe(_ request: DataRequest) throws -> DataProbe {
    let headers = try headers(request)
    switch try ArrayNames(Set(headers.keys), request).form {
    case .undivided(let items, let labels):
      let header = try itemsHeader(items, headers, request)
      let counts = try request.options.counts(of: header.shape[0])
      return try answer(header, counts, isLabelled: labels != nil, request.options)
    case .divided(let splits):
      guard let train = splits[.train] else {
        throw DataError.unusableArrays(path: request.name, detail: "x_train is missing")
      }
      let header = try itemsHeader(train.items, headers, request)
      func count(_ role: DataSplit.Role) -> Int {
        splits[role].flatMap { headers[$0.items]?.shape.dimensions.first } ?? 0
      }
      let held = min(max(0, request.options.validationCount ?? 0), header.shape[0])
      let counts = DataProbe.Counts(
        train: header.shape[0] - held, val: max(held, count(.val)), test: count(.test))
      return try answer(header, counts, isLabelled: train.labels != nil, request.options)
    }
  }

  private static func itemsHeader(
    _ name: String, _ headers: [String: NumpyHeader], _ request: DataRequest
  ) throws -> NumpyHeader {
    guard let header = headers[name] else {
      throw DataError.unusableArrays(path: request.name, detail: "there is no array \(name)")
    }
    guard header.shape.rank >= 1 else {
      throw DataError.unusableArrays(path: request.name, detail: "\(name) is a single number")
    }
    guard header.shape.count > 0 else { throw DataError.empty(path: request.name) }
    return header
  }

  private static func answer(
    _ header: NumpyHeader, _ counts: DataProbe.Counts, isLabelled: Bool, _ options: DataOptions
  ) throws -> DataProbe {
    let stored: ValueKind = header.isByte ? .gray : header.isBool ? .binary : .real
    let shape = ItemLayout.shape(of: header.shape, isPixels: stored != .real)
    return DataProbe(
      itemShape: Shape(Array(shape.dimensions.dropFirst())),
      valueKind: options.kind(of: stored), counts: try counts.limited(options),
      isLabelled: isLabelled, classCount: nil)
  }
}

extension DataOptions {
  /// The kind of values that stored ones become under these options.
  func kind(of stored: ValueKind) -> ValueKind {
    if let binarisation, binarisation != .none { return .binary }
    return scaling == nil || scaling == DataScaling.none ? stored : .real
  }
}

extension DataProbe.Counts {
  /// The counts under `limit=`.
  func limited(_ options: DataOptions) throws -> DataProbe.Counts {
    guard let limit = try options.checkedLimit() else { return self }
    return .init(train: min(train, limit), val: min(val, limit), test: min(test, limit))
  }
}
