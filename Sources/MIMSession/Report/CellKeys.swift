import MIMCPU
import MIMScript
import MIMTensor

/// A hash for each cell: equal keys mean that the same program did the same work on the same
/// inputs. It covers the program's version and backend, instruction set, seed, parameters, the data read in the
/// run, and the code of this cell and of all cells above it.
struct CellKeys {
  private let run: NotebookRunner

  init(_ run: NotebookRunner) {
    self.run = run
  }

  /// The keys, one a cell, in lower-case hexadecimal.
  var keys: [String] {
    let context = run.session.context
    var parts = [programVersion, engineBackend, "\(context.settings.seed)"]
    parts.append("\(context.settings.threads) \(context.settings.quick)")
    parts.append(InstructionSet.inUse.rawValue)
    parts += run.loaded.frontMatter.params.map { "\($0.name)=\($0.value.json.text())" }
    parts += context.dataFiles.map(\.sha256)
    var key = CellKeys.hash(parts)
    return run.results.map { result in
      key = CellKeys.hash([key, result.cell.name, CellKeys.code(result.cell)])
      return key
    }
  }

  private static func hash(_ parts: [String]) -> String {
    SHA256.hexadecimal(of: Array(parts.joined(separator: "\0").utf8))
  }

  /// The code without options, empty lines and lines that are comments.
  private static func code(_ cell: NotebookCell) -> String {
    cell.code.split(separator: "\n").filter { line in
      line.first { !$0.isWhitespace }.map { $0 != "#" } ?? false
    }.joined(separator: "\n")
  }
}
