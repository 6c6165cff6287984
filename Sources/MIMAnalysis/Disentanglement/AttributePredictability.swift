/// The separated attribute predictability (Kumar, Sattigeri & Balakrishnan 2018, arXiv:1711.00848, section 3): by how much
/// the code that predicts a factor best exceeds the second one; the mean over factors, 0 to 1.
///
/// How well a code predicts an ordered factor is the squared correlation; a factor without an order: the share of the
/// code's variance that lies between the factor's values (one-way analysis of variance).
public func separatedAttributePredictability(_ sample: FactorSample) -> Double {
  let columns = (0..<sample.width).map { sample.column($0) }
  let gaps = sample.factors.map { factor -> Double in
    let scores = columns.map { factor.share(of: $0) }.sorted(by: >)
    return scores[0] - scores[1]
  }
  return gaps.reduce(0, +) / Double(gaps.count)
}

extension Factor {
  /// The share of a code's variance that the factor explains.
  fileprivate func share(of code: [Double]) -> Double {
    let count = Double(code.count)
    let mean = code.reduce(0, +) / count
    let total = code.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    guard total > 0 else { return 0 }
    guard isOrdered else {
      var sums: [Int32: (sum: Double, count: Double)] = [:]
      for (value, number) in zip(values, code) {
        let own = sums[value, default: (0, 0)]
        sums[value] = (own.sum + number, own.count + 1)
      }
      let groups = sums.sorted { $0.key < $1.key }.map(\.value)
      let between = groups.reduce(0) { sum, group in
        let gap = group.sum / group.count - mean
        return sum + group.count * gap * gap
      }
      return between / total
    }
    let middle = values.reduce(0) { $0 + Double($1) } / count
    var (product, square) = (0.0, 0.0)
    for (value, number) in zip(values, code) {
      product += (Double(value) - middle) * (number - mean)
      square += (Double(value) - middle) * (Double(value) - middle)
    }
    return square > 0 ? product * product / (square * total) : 0
  }
}
