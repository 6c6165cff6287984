import ArgumentParser
import Foundation
import MIMCPU
import MIMSession
import MIMTensor

/// What computes; common to all commands.
struct EngineOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The instruction set to use: baseline, avx2 or avx512 (default: the widest one available; "
        + "the variable MIM_ISA does the same).", valueName: "set"))
  var isa: String?
}

/// A command with the options of the engine.
protocol EngineCommand: ParsableCommand {
  var engine: EngineOptions { get }
}

extension EngineCommand {
  /// Makes the instruction set that was requested the one in use, on every rank or on none.
  /// Says why and throws the exit code for wrong usage where it can't be had, and where the ranks would use
  /// different ones.
  func chooseInstructionSet() throws {
    var problem: String?
    do {
      let variable = ProcessInfo.processInfo.environment["MIM_ISA"]
      if let set = try InstructionSet.requested(option: engine.isa, variable: variable) {
        try InstructionSet.restrict(to: set)
      }
    } catch {
      problem = "\(error)"
    }
    let ranks = ProgramRanks.current
    if ranks.isLeading, let warning = CPUBackend.warning { ProgramRanks.warn(warning) }
    problem = try ranks.firstProblem(problem) ?? ranks.instructionSetDifference()
    guard let problem else { return }
    if ranks.isLeading { ProgramRanks.report(problem) }
    throw ProgramExit.usage
  }
}
