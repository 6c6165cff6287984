import ArgumentParser
import Foundation
import MIMCPU
import MIMTensor

/// `mim-bench list` and `mim-bench NAME [--json] [--isa SET] [--explain]`.
@main struct MIMBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mim-bench", abstract: "Measures the engine.",
    discussion: "`mim-bench list` lists the benchmarks.")

  @Argument(help: "A benchmark, or list.") var name: String
  @Option(help: "Folder for the inputs and results that the peers use.")
  var folder: String?
  @Flag(help: "Print one line of JSON.") var json = false
  @Flag(help: "Print the implementation of each pass of the step instead of measuring.")
  var explain = false
  @Option(help: "The instruction set: baseline, avx2 or avx512 (default: the widest; or MIM_ISA).")
  var isa: String?

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
    try chooseInstructionSet()
    if explain { return try printPasses(of: benchmark) }
    let measurement = try BenchmarkFolder.$path.withValue(folder) { try benchmark.run() }
    print(json ? try measurement.json(name: name) : measurement.line(name: name))
  }

  private func chooseInstructionSet() throws {
    do {
      let variable = ProcessInfo.processInfo.environment["MIM_ISA"]
      if let set = try InstructionSet.requested(option: isa, variable: variable) {
        try InstructionSet.restrict(to: set)
      }
    } catch {
      FileHandle.standardError.write(Data("Error: \(error)\n".utf8))
      throw ExitCode(2)
    }
  }

  private func printPasses(of benchmark: Benchmark) throws {
    guard let plan = try benchmark.plan?() else {
      throw ValidationError("\(name) is not a step of a plan, so there is nothing to explain")
    }
    print("\(name) with \(plan.device.title):")
    plan.passes.lines.forEach { print($0) }
  }
}
