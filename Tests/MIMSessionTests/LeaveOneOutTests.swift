import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("k-NN accuracy of training items")
struct LeaveOneOutTests {
  /// Points whose classes say nothing: an item that votes on itself is always right, any other is right half of the time.
  private static let table =
    "x,y,klass\n"
    + (0..<400).map { row in
      let (x, y) = (sin(Double(row) * 12.9898) * 43758.5453, sin(Double(row) * 78.233) * 12543.123)
      return
        "\(x - x.rounded(.down)),\(y - y.rounded(.down)),\((row * row / 7) % 2 == 0 ? "a" : "b")"
    }.joined(separator: "\n") + "\n"

  @Test(
    "no item is its own neighbour",
    arguments: [
      ("evaluate m d knn(1) split=train codes=mean", true),
      ("evaluate m d.train knn(1) codes=mean", true),
      ("evaluate m take(d.train, 200, seed=3) knn(1) codes=mean", true),
      ("evaluate m d.all knn(1) codes=mean", true),
      ("evaluate m d knn(1) codes=mean", false),
    ])
  func accuracy(statement: String, isLeaveOneOut: Bool) throws {
    let bench = try BuiltinsBench()
    let path = bench.folder.path + "/t.csv"
    try Self.table.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(
      bench.run(
        """
        d = load "\(path)" label=klass split=[.6, .2, .2]
        m = model ae d z=2 hidden=[4] seed=1
        s = \(statement)
        """) == [], "\(bench.output.error)")
    let value = try #require(bench.number("s.knn1"))
    #expect(value > 0.3 && value < 0.7)
    #expect(bench.json("s")?.contains("leave-one-out") == isLeaveOneOut)
  }
}
