import Foundation
import MIMAnalysis
import MIMModels
import MIMScript
import MIMTensor

/// `mim-repl verify FOLDER`: every reference file that some part of the engine knows is compared,
/// and the rest is listed.
struct ReferenceCheck {
  /// A part of the engine that can compare itself with reference files.
  struct Verifier: Sendable {
    /// Whether it knows a file, by its name without extension.
    let knows: @Sendable (String) -> Bool
    /// Compares every quantity of a file in a folder.
    let verify: @Sendable (String, String) throws -> [VerificationRow]
  }

  /// Who compares what, one line each.
  static let verifiers = [
    Verifier(knows: OracleVerification.knows, verify: OracleVerification.verify),
    Verifier(knows: AnalysisVerification.knows, verify: AnalysisVerification.verify),
  ]

  let folder: String

  /// Prints the table; the exit code is 1 when a number is off or a file cannot be read.
  func run(_ output: any SessionOutput) throws -> ExitCode {
    var rows: [VerificationRow] = []
    var unsupported: [String] = []
    var failures: [ScriptError] = []
    for stem in try stems() {
      guard let verifier = ReferenceCheck.verifiers.first(where: { $0.knows(stem) }) else {
        unsupported.append(stem)
        continue
      }
      do {
        rows += try verifier.verify(stem, folder)
      } catch {
        failures.append(ScriptError("E524", "\(stem): \(error)"))
      }
    }
    let report = ReferenceReport(rows: rows, unsupported: unsupported)
    output.show(ShownValue(value: .object(report), statement: "verify"))
    if rows.isEmpty, failures.isEmpty {
      throw Halt.usage(
        "`\(folder)` contains nothing that can be compared",
        notes: ["verify needs reference files such as mlp-d2-z2-h50.safetensors with its .json"])
    }
    for failure in failures { output.failure(failure, text: Diagnostics.render(failure)) }
    return failures.isEmpty && rows.allSatisfy(\.ok) ? .ok : .failure
  }

  /// The names of all reference files, sorted.
  private func stems() throws -> [String] {
    guard AtomicFile.isFolder(folder) else {
      throw Halt.usage(
        "there is no folder `\(folder)`",
        notes: ["verify needs a folder of reference files, NAME.safetensors with NAME.json"])
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    let stems = names.compactMap { name in
      [".safetensors", ".json"].first { name.hasSuffix($0) }.map { String(name.dropLast($0.count)) }
    }
    guard !stems.isEmpty else {
      throw Halt.usage("`\(folder)` contains no reference files (NAME.safetensors, NAME.json)")
    }
    return Set(stems).sorted()
  }
}
