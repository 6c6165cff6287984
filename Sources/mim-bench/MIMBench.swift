import ArgumentParser

/// `mim-bench list` and `mim-bench NAME [--json]`.
@main struct MIMBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mim-bench", abstract: "Measures the engine.",
    discussion: "`mim-bench list` names the benchmarks.")

  @Argument(help: "A benchmark, or list.") var name: String
  @Option(help: "Where measurements keep their inputs and results for the peers.")
  var folder: String?
  @Flag(help: "Print one line of JSON.") var json = false

  mutating func run() throws {
    if name == "list" {
      for benchmark in Benchmark.all { print("\(benchmark.name)  \(benchmark.purpose)") }
      return
    }
    guard let benchmark = Benchmark.all.first(where: { $0.name == name }) else {
      throw ValidationError(
        "there is no benchmark \(name); choose one of "
          + Benchmark.all.map(\.name).joined(separator: ", "))
    }
    let measurement = try BenchmarkFolder.$path.withValue(folder) { try benchmark.run() }
    print(json ? try measurement.json(name: name) : measurement.line(name: name))
  }
}
