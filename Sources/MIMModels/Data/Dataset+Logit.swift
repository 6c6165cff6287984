import MIMTensor

extension Dataset {
  /// Grey images as real numbers on the whole line, for densities: every byte b becomes logit(λ + (1 − 2λ) (b + u)/256) with u uniform on (0, 1),
  /// drawn once for each split (Papamakarios et al. 2017, arXiv:1705.07057, section 4.3; λ = 1e-6 for MNIST). The transform is stored and undone
  /// when a model decodes.
  /// - Throws: `DataError.badOption` for other than grey images, images that are drawn anew in each epoch, and a margin outside (0, ½).
  public func logits(margin: Double, seed: UInt64) throws -> Dataset {
    func require(_ condition: Bool, _ rule: String) throws {
      guard !condition else { return }
      throw DataError.badOption(option: "logit", value: "\(margin)", rule: rule)
    }
    try require(valueKind == .gray, "needs grey images, but these are \(valueKind.rawValue)")
    try require(
      binarisation == .none && augmentation == nil,
      "its noise is drawn once; leave out binarize=, augment= and dequantize=")
    try require(Float(margin) > 0 && Float(margin) < 0.5, "the margin λ lies between 0 and 0.5")
    func dequantised(_ split: DataSplit) -> DataSplit {
      var random = RandomStream(seed: seed, stream: "logit.\(split.role.rawValue)")
      let uniforms = random.uniforms(split.items.count)
      let elements = zip(split.items.elements, uniforms).map { value, u in
        ((value * 255).rounded() + u) / 256
      }
      return split.replacingItems(HostArray(elements, shape: split.items.shape))
    }
    let grey = Dataset(
      name: name, train: dequantised(train), val: val.map(dequantised),
      test: test.map(dequantised), valueKind: .gray, files: files, transform: transform)
    return try grey.transformed(
      by: DataTransform(steps: [.logit(margin: Float(margin), count: itemShape.count)]))
  }
}
