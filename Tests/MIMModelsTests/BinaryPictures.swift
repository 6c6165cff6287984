import MIMModels
import MIMTensor

/// Small images and two-level models that train in moments.
enum BinaryPictures {
  /// Binary pictures of 8 × 8 pixels, a third of them for validation.
  static func binary(_ count: Int) -> Dataset {
    func split(_ role: DataSplit.Role, _ count: Int) -> DataSplit {
      var random = RandomStream(seed: 6, stream: "pictures \(role.rawValue)")
      let pixels = (0..<count * 64).map { place in
        Float(random.uniform() < (place % 8 < 4 ? 0.8 : 0.2) ? 1 : 0)
      }
      return DataSplit(role: role, items: HostArray(pixels, shape: [count, 1, 8, 8]))
    }
    return Dataset(
      name: "pictures", train: split(.train, count), val: split(.val, count / 3),
      valueKind: .binary)
  }

  /// A two-level model of them with convolutions in its encoder.
  static func specification(
    _ objective: ObjectiveChoice, decoder: NetworkChoice
  ) -> ModelSpecification {
    ModelSpecification(
      objective: objective, itemDimensions: [1, 8, 8], valueKind: .binary, latentSizes: [3, 2],
      decoder: decoder)
  }
}
