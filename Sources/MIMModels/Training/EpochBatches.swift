import MIMTensor

/// The items of one epoch in the order of its steps: a permutation of the data, or, where the
/// density is known, points drawn anew. The same seed and epoch give the same items.
package struct EpochBatches: Sendable {
  private let items: HostArray<Float>
  private let order: [Int]?
  private let batch: Int

  /// With `attributes`, an item's class stands behind it in its row.
  package init(
    _ data: Dataset, epoch: Int, options: TrainingOptions, attributes: LabelAttributes? = nil
  ) {
    batch = options.batch
    let (points, labels): (HostArray<Float>, [Int32])
    if let density = data.density {
      var stream = RandomStream(seed: options.seed, stream: "toy.epoch.\(epoch)")
      (points, labels) = density.sample(data.train.count / batch * batch, using: &stream)
      order = nil
    } else {
      var stream = RandomStream(seed: options.seed, stream: "order.epoch.\(epoch)")
      (points, labels) = (
        data.trainingItems(epoch: epoch, seed: options.seed), data.train.labels ?? []
      )
      order = stream.shuffled(points.rowCount)
    }
    items = attributes?.rows(points, labels: labels) ?? points
  }

  /// The number of full batches; the rest is left out.
  package var count: Int { items.rowCount / batch }

  /// Copies batch `index` into `destination`, `[batch, item]` row-major.
  /// A rank's share of it is `[batch / ranks, item]`.
  package func copy(
    _ index: Int, into destination: UnsafeMutableBufferPointer<Float>, share: BatchShare = .whole
  ) {
    let size = items.rowSize
    let count = batch / share.count
    let first = index * batch + share.index * count
    precondition(
      destination.count >= count * size, "\(count) items of \(size) into \(destination.count)")
    items.elements.withUnsafeBufferPointer { source in
      guard let from = source.baseAddress, let to = destination.baseAddress else { return }
      for row in 0..<count {
        let item = order?[first + row] ?? (first + row)
        precondition(item >= 0 && (item + 1) * size <= source.count, "item \(item)")
        (to + row * size).update(from: from + item * size, count: size)
      }
    }
  }
}
