import MIMAnalysis
import MIMModels
import MIMScript
import MIMTensor

extension HostCall {
  /// The data set on its first principal components, fitted as `pca_fit=` says.
  func projected(_ dataset: Dataset, on count: Int) throws -> DatasetObject {
    try located(at: "pca") {
      let (projection, share) = try projection(fittedTo: dataset.train, count)
      var projected = try dataset.transformed(by: projection)
      var notes = [
        "projected onto \(count) principal components of train, which explain "
          + "\((share * 100).text(3)) % of its variance"
      ]
      if text("pca_fit") == "each" {
        projected = try eachProjected(dataset, train: projected, count)
        notes.append(
          "pca_fit=each: val and test have their own components, so codes of train and test items "
            + "are not comparable; pictures are reconstructed with the components of train")
      }
      projected.recipe = dataset.recipe
      return DatasetObject(
        dataset: projected, pictureShape: dataset.itemShape, notes: notes,
        provenance: Provenance(self))
    }
  }

  /// The projection that a split's items are fitted to, and the fraction of variance that it keeps.
  private func projection(
    fittedTo split: DataSplit, _ count: Int
  ) throws -> (transform: DataTransform, share: Double) {
    let components = try PrincipalComponents(
      fitting: split.items.flattened, count: count, threads: threads)
    let projection = try DataTransform.Projection(
      mean: components.mean.map(Float.init),
      components: HostArray(
        components.components.map(Float.init), shape: [components.count, components.dimensions]))
    return (
      try DataTransform(steps: [.projection(projection)]),
      components.explainedVarianceRatio.reduce(0, +)
    )
  }

  /// The same training items; validation and test items each on components of their own.
  private func eachProjected(
    _ dataset: Dataset, train: Dataset, _ count: Int
  ) throws -> Dataset {
    func own(_ split: DataSplit?) throws -> DataSplit? {
      guard let split else { return nil }
      let (transform, _) = try projection(fittedTo: split, count)
      return split.replacingItems(try transform.apply(split.items))
    }
    return train.replacing(val: try own(dataset.val), test: try own(dataset.test))
  }
}
