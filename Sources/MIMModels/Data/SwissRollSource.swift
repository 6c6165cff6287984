import Foundation
import MIMTensor

extension DataSource {
  /// `load swissroll`: points of a rolled-up sheet in space, labelled by their height.
  static let swissRoll = DataSource(
    name: "swissroll",
    summary: "points of a rolled-up sheet in 3-D, labelled by height: 1 below 10, else 0",
    options: ["n"], argument: nil, drawnCount: swissRollPoints,
    load: { request in
      let count = try swissRollCount(request.options)
      func split(_ role: DataSplit.Role) -> DataSplit {
        var random = RandomStream(
          seed: request.options.seed, stream: "swissroll.\(role.rawValue)")
        return SwissRoll(count, using: &random).split(role)
      }
      return Dataset(
        name: "swissroll", train: split(.train), val: split(.val), test: split(.test),
        valueKind: .real)
    },
    probe: { request in
      let count = try swissRollCount(request.options)
      return DataProbe(
        itemShape: [3], valueKind: .real,
        counts: .init(train: count, val: count, test: count), isLabelled: true, classCount: 2)
    })

  private static let swissRollPoints = DrawnCount(usual: 10_000, meaning: "points in each split")

  private static func swissRollCount(_ options: DataOptions) throws -> Int {
    let count = swissRollPoints.asked(options)
    guard (2...10_000_000).contains(count) else {
      throw DataError.badOption(
        option: "n", value: "\(count)", rule: "draw 2 to 10,000,000 points")
    }
    return count
  }
}

/// The Swiss roll as scikit-learn draws it, without noise (Marsland 2009, chapter 6): (t cos t, h, t sin t) with t uniform on [1.5 π, 4.5 π] and
/// the height h on [0, 21]. The class is the half-space of the height that the CSVAE's experiment has (Klys et al. 2018, arXiv:1812.06190).
private struct SwissRoll {
  private let points: HostArray<Float>
  private let labels: [Int32]

  private static let boundary = 10.0

  init(_ count: Int, using random: inout RandomStream) {
    var (elements, labels): ([Float], [Int32]) = ([], [])
    elements.reserveCapacity(3 * count)
    for _ in 0..<count {
      let angle = 1.5 * Double.pi * (1 + 2 * random.uniform())
      let height = 21 * random.uniform()
      elements += [angle * cos(angle), height, angle * sin(angle)].map { Float($0) }
      labels.append(height < Self.boundary ? 1 : 0)
    }
    (points, self.labels) = (HostArray(elements, shape: [count, 3]), labels)
  }

  func split(_ role: DataSplit.Role) -> DataSplit {
    DataSplit(role: role, items: points, labels: labels, classNames: ["0", "1"])
  }
}
