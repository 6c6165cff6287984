import MIMTensor

extension Dataset {
  /// Binary images from grey ones.
  ///
  /// `dynamic`: training items stay grey probabilities, from which every batch is drawn;
  /// validation, then test items become `numpy.random.binomial(1, x)` of one stream seeded with
  /// 777, so that they equal the reference's (Tomczak & Welling 2018; Livne et al. 2019) when the
  /// splits are whole. `fixed`: the training items too, after those two. Throws unless the items
  /// are grey.
  public func binarised(_ binarisation: Binarisation) throws -> Dataset {
    guard binarisation != .none else { return self }
    guard valueKind == .gray else {
      throw DataError.badOption(
        option: "binarize", value: binarisation.rawValue,
        rule: "needs grey images, but the items of \(name) are \(valueKind.rawValue)")
    }
    var random = LegacyNumpyRandom(seed: 777)
    func draw(_ split: DataSplit) -> DataSplit {
      var elements = split.items.elements
      random.binarise(&elements)
      return split.replacingItems(HostArray(elements, shape: split.items.shape))
    }
    let val = self.val.map(draw)
    let test = self.test.map(draw)
    return Dataset(
      name: name, train: binarisation == .fixed ? draw(train) : train, val: val, test: test,
      valueKind: .binary, binarisation: binarisation, files: files, transform: transform)
  }
}
