extension InformationEstimator {
  /// Classes and coordinates (Ross 2014, PLoS ONE 9, e87357, equation 4), in nats, maximum norm:
  ///
  ///     I = ψ(N) + ⟨ψ(k_i)⟩ − ⟨ψ(N_c(i))⟩ − ⟨ψ(m_i)⟩
  ///
  /// ε_i is the distance to the k-th neighbour among the N_c rows of the same class, k_i = min(k, N_c − 1),
  /// and m_i counts the rows of any class nearer than ε_i, row i included. Classes of one row are left out.
  ///
  /// Where coordinates repeat, as measured ones do that were rounded, several neighbours may lie at ε_i, often at 0. Both k_i and m_i then count
  /// all other rows up to ε_i (as Gao, Kannan, Oh & Viswanath 2017, arXiv:1709.06212, do at 0). Without ties that is the same.
  static let discreteContinuous = InformationEstimator(
    name: "ross", summary: "classes beside coordinates (Ross 2014)",
    settings: [Setting("k", usual: 3, in: 1...1000, "neighbours in the same class")],
    kind: .classesAndDensity
  ) { sample, values in
    let k = values.integer("k", 3)
    guard let (classes, coordinates) = sample.classesAndCoordinates else {
      throw AnalysisError.noClasses(first: sample.x.name, second: sample.y.name)
    }
    var rowsOfClass: [Int32: [Int]] = [:]
    for (row, label) in classes.enumerated() { rowsOfClass[label, default: []].append(row) }
    let groups = rowsOfClass.sorted { $0.key < $1.key }.map(\.value).filter { $0.count > 1 }
    let kept = groups.reduce(0) { $0 + $1.count }
    guard groups.count > 1 else { throw AnalysisError.oneClass(classes: rowsOfClass.count) }
    let rows = groups.flatMap { $0 }
    let table = coordinates.selecting(rows)
    var (radii, parts) = ([CountingRadius](), [Double]())
    let digamma = digamma(upTo: kept)
    let haveTies = coordinates.distinctRows < coordinates.rows
    for group in groups {
      let own = min(k, group.count - 1)
      let members = coordinates.selecting(group)
      let distances = try neighborDistances(of: members, k: own, threads: values.threads)
      guard haveTies else {
        for distance in distances {
          radii.append(CountingRadius(below: distance))
          parts.append(digamma[kept] + digamma[own] - digamma[group.count])
        }
        continue
      }
      let within = distances.map { CountingRadius(atMost: $0) }
      radii += within
      parts += NeighborCounts(members).counts(within: within, threads: values.threads).map {
        digamma[kept] + digamma[max(1, $0 - 1)] - digamma[group.count]
      }
    }
    let near = NeighborCounts(table).counts(within: radii, threads: values.threads)
    // Row i itself stands for its k-th neighbour where only nearer rows are counted.
    let local = parts.indices.map { row in
      parts[row] - digamma[max(1, near[row] - (haveTies ? 1 : 0))]
    }
    var terms = InformationTerms(
      local: local.inOrder(of: rows, count: kept == sample.count ? kept : nil),
      ceiling: CellCounts(classes.map { Int($0) }).entropy,
      method: "Ross, k = \(k)" + (haveTies ? ", with ties" : ""))
    if kept < sample.count {
      terms.warnings.append(
        "\(sample.count - kept) of \(sample.count) rows are alone in their class and were left out")
    }
    return terms
  }
}

extension InformationSample {
  /// The variable of classes and the other one's coordinates, whichever way round they are.
  fileprivate var classesAndCoordinates: (classes: [Int32], coordinates: PointTable)? {
    if let classes = y.classes { return (classes, x.points) }
    if let classes = x.classes { return (classes, y.points) }
    return nil
  }
}

extension [Double] {
  /// Parts of rows that were taken in another order, back in theirs; as they are without a count.
  fileprivate func inOrder(of rows: [Int], count: Int?) -> [Double] {
    guard let count else { return self }
    var ordered = [Double](repeating: 0, count: count)
    for (place, row) in rows.enumerated() { ordered[row] = self[place] }
    return ordered
  }
}
