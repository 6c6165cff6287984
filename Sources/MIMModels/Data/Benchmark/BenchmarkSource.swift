import MIMTensor

/// Two variables drawn together, with what is known of them.
public struct BenchmarkPair: Sendable {
  /// The first variable, `[n, width]`.
  public let x: HostArray<Double>
  /// The second variable, `[n, width]`.
  public let y: HostArray<Double>
  /// I(x; y) in nats.
  public let information: Double
  /// The task's title.
  public let title: String
}

extension DataSource {
  /// `load bmi "1v1-normal-0.75" n=5000`: pairs with known mutual information.
  static let benchmark = DataSource(
    name: "bmi",
    summary:
      "pairs (x, y) with known mutual information: the 40 tasks of the Beyond-Normal benchmark",
    options: ["n", "seed"],
    argument: "the task, one of the 40 names that help bmi lists", drawnCount: benchmarkRows,
    load: { request in
      let (task, count) = (try benchmarkTask(request), try benchmarkCount(request))
      let (x, y) = task.sample(count, seed: request.options.seed)
      let width = task.xWidth + task.yWidth
      let rows = (0..<count).flatMap { row in
        (Array(x.row(row)) + Array(y.row(row))).map { Float($0) }
      }
      var data = Dataset(
        name: "bmi \"\(task.name)\"",
        train: DataSplit(role: .train, items: HostArray(rows, shape: [count, width])),
        valueKind: .real)
      data.benchmark = BenchmarkPair(x: x, y: y, information: task.information, title: task.title)
      return data
    },
    probe: { request in
      let (task, count) = (try benchmarkTask(request), try benchmarkCount(request))
      return DataProbe(
        itemShape: [task.xWidth + task.yWidth], valueKind: .real,
        counts: .init(train: count, val: 0, test: 0), isLabelled: false, classCount: nil,
        columnNames: ["x", "y", "mi", "title"])
    })

  private static func benchmarkTask(_ request: DataRequest) throws -> BenchmarkTask {
    let names = BenchmarkTask.all.map(\.name)
    guard let name = request.argument else {
      throw DataError.badOption(
        option: "bmi", value: "none",
        rule: "write one of its 40 names, such as \"\(names[0])\"; help bmi lists them")
    }
    guard let task = BenchmarkTask.named(name) else {
      throw DataError.badOption(
        option: "bmi", value: "\"\(name)\"",
        rule: "there is no such task; did you mean \""
          + near(name, names).joined(separator: "\", \"")
          + "\"; help bmi lists all 40")
    }
    return task
  }

  /// The names that share most of their three-letter pieces with a word, at most three.
  private static func near(_ word: String, _ names: [String]) -> [String] {
    let pieces = { (text: String) -> Set<String> in
      let letters = Array(text.lowercased())
      return Set(
        (0..<max(1, letters.count - 2)).map { String(letters[$0..<min(letters.count, $0 + 3)]) })
    }
    let own = pieces(word)
    let scored = names.map { name -> (name: String, score: Double) in
      let other = pieces(name)
      return (name, Double(own.intersection(other).count) / Double(max(1, own.union(other).count)))
    }
    let best = scored.enumerated().sorted {
      $0.element.score > $1.element.score
        || ($0.element.score == $1.element.score && $0.offset < $1.offset)
    }
    return best.prefix(3).map(\.element.name)
  }

  private static let benchmarkRows = DrawnCount(usual: 10_000, meaning: "rows")

  private static func benchmarkCount(_ request: DataRequest) throws -> Int {
    let count = benchmarkRows.asked(request.options)
    let width = try benchmarkTask(request).xWidth * 2
    guard (1...10_000_000).contains(count), count <= 1_000_000_000 / max(1, width) else {
      throw DataError.badOption(
        option: "n", value: "\(count)", rule: "draw 1 to 10,000,000 rows, at most 10⁹ values in all"
      )
    }
    return count
  }
}
