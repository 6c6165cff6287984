import MIMFormats
import MIMTensor

extension TrainingRun {
  /// Throws `ranksDiffer` unless every rank starts the same training: options, data, model. They read their
  /// files each for itself.
  func requireSameStart(_ model: Model) throws {
    guard collective.isShared else { return }
    let parts = [
      ("options or data", "\(options) \(data.name) \(Self.checksum(data))"),
      ("model", try "\(Model.json(specification)) \(Self.checksum(model))"),
    ]
    for (what, text) in parts where try !collective.agrees(on: text) {
      throw ModelError.ranksDiffer(what: what)
    }
  }

  /// Gives every rank rank 0's parameters and optimiser state. They are equal already where the processors
  /// are; where they aren't, rounding must not add up over epochs.
  func shareStore() {
    guard collective.isShared else { return }
    store.share(over: collective)
  }

  /// Runs what may fail on one rank while the others wait for its part of a step: they end with its error.
  func endingAllRanks<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      guard collective.isShared else { throw error }
      collective.abort("training stopped at step \(step): \(error)")
    }
  }

  /// Where the first number that isn't finite came from: on the lowest rank that has one.
  func originOfNonFinite(_ plan: Plan) throws -> String? {
    let own = plan.firstNonFinite()?.description
    guard let rank = try collective.firstRank(where: own != nil) else { return nil }
    let origin = collective.broadcast(own ?? "", from: rank)
    return collective.isShared ? "\(origin) on rank \(rank)" : origin
  }

  private static func checksum(_ data: Dataset) -> UInt64 {
    var sum = FNV1a()
    for split in [data.train, data.val].compactMap({ $0 }) { sum.add(split.items) }
    return sum.value
  }

  private static func checksum(_ model: Model) -> UInt64 {
    var sum = FNV1a()
    for (_, array) in model.parameters.sorted(by: { $0.key < $1.key }) { sum.add(array) }
    return sum.value
  }
}

extension FNV1a {
  /// Adds the numbers of an array and their order.
  fileprivate mutating func add(_ array: HostArray<Float>) {
    for element in array.elements { add(UInt64(element.bitPattern)) }
  }
}
