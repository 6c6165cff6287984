import Foundation
import MIMFormats
import MIMScript

extension Commands {
  /// Writes a notebook as one of Jupyter (`.ipynb`), or one of Jupyter as a notebook of ours. The endings say which way.
  /// - Parameter force: whether a file of that name is replaced.
  public static func convert(
    _ path: String, to target: String, force: Bool, output: any SessionOutput
  ) -> ExitCode {
    do {
      let isJupyter = [path, target].map { $0.lowercased().hasSuffix(".ipynb") }
      guard isJupyter[0] != isJupyter[1] else {
        throw Halt.usage("one of the two files has to end in .ipynb and the other in .mimnb")
      }
      guard force || !AtomicFile.exists(target) else {
        throw Halt(
          .failure,
          [
            ScriptError(
              "E502", "`\(target)` exists already", notes: ["add --force to replace it"])
          ])
      }
      let bytes = try FileText.bytes(path)
      let text = isJupyter[0] ? try ours(bytes, path, output) : try jupyters(bytes, path)
      do {
        try AtomicFile.write(text, to: target)
      } catch let error as FileError {
        throw Halt(.failure, [ScriptError("E501", "\(error)")])
      }
      output.message("\(target) was written")
      return .ok
    } catch {
      return report(error, output)
    }
  }

  private static func ours(
    _ bytes: [UInt8], _ path: String, _ output: any SessionOutput
  ) throws -> String {
    do {
      let (text, notes) = try JupyterNotebook.notebook(from: bytes, name: FileText.name(path))
      notes.forEach { output.message($0) }
      return text
    } catch let error as ScriptError {
      throw Halt(.check, [error])
    }
  }

  private static func jupyters(_ bytes: [UInt8], _ path: String) throws -> String {
    do throws(NotebookErrors) {
      return JupyterNotebook.json(try NotebookReader.read(bytes, name: FileText.name(path)))
    } catch {
      throw Halt(.check, error.errors)
    }
  }
}
