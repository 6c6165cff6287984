import MIMTensor

extension KSGSample {
  /// The standard error of the mean of `local`, in nats; nil where there are too few points.
  func standardError(local: [Double], threads: Int?) -> Double? {
    guard count >= BlockStandardError.blocks(of: count) * (k + 1) else { return nil }
    return BlockStandardError(count: count).standardError(local: local) { rows in
      let part = selecting(rows).localInformation(threads: threads)
      return (part.moments.mean, part)
    }
  }

  private func selecting(_ rows: [Int]) -> KSGSample {
    KSGSample(
      variables: variables.map { $0.selecting(rows) }, k: k, estimator: estimator)
  }
}
