import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Swiss roll")
struct SwissRollTests {
  private func load(_ count: Int, seed: UInt64 = 1) throws -> Dataset {
    var options = DataOptions()
    (options.itemCount, options.seed) = (count, seed)
    return try Dataset.load(DataRequest("swissroll", options: options))
  }

  @Test("points lie evenly on the sheet, and the label is the half of the height")
  func sheet() throws {
    let train = try load(4000).train
    let labels = try #require(train.labels)
    var (angles, heights): ([Double], [Double]) = ([], [])
    for row in 0..<train.count {
      let point = train.items.row(row).map(Double.init)
      let angle = (point[0] * point[0] + point[2] * point[2]).squareRoot()
      #expect(abs(point[0] - angle * cos(angle)) < 1e-3)
      #expect(abs(point[2] - angle * sin(angle)) < 1e-3)
      #expect(labels[row] == (point[1] < 10 ? 1 : 0))
      angles.append(angle)
      heights.append(point[1])
    }
    // Kolmogorov and Smirnov's distance from the uniform distribution, at a level of 10⁻⁴.
    func distance(_ values: [Double], _ range: ClosedRange<Double>) -> Double {
      values.sorted().enumerated().reduce(0) { most, entry in
        let share = (entry.element - range.lowerBound) / (range.upperBound - range.lowerBound)
        return max(most, abs(share - (Double(entry.offset) + 0.5) / Double(values.count)))
      }
    }
    let limit = 2.23 / Double(4000).squareRoot()
    #expect(distance(angles, 1.5 * .pi...4.5 * .pi) < limit && distance(heights, 0...21) < limit)
  }

  @Test("splits are drawn apart, the seed decides, and counts out of range are refused")
  func splits() throws {
    let data = try load(50)
    #expect(data.val?.count == 50 && data.test?.count == 50)
    #expect(data.train.items != data.val?.items && data.val?.items != data.test?.items)
    #expect(try load(50).train.items == data.train.items)
    #expect(try load(50, seed: 2).train.items != data.train.items)
    #expect(throws: DataError.self) { try load(1) }
  }
}
