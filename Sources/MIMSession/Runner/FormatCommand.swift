import Foundation
import MIMFormats
import MIMScript

extension Commands {
  /// Lays out scripts and the cells of notebooks in the canonical style, each file in its place. A file with a mistake stays as it is, and
  /// the others are still laid out.
  /// - Parameters:
  ///   - paths: files; `-` is standard input, whose text goes to `write`.
  ///   - check: only says which files would change; the exit code is then 1.
  ///   - write: takes text for standard output.
  public static func format(
    _ paths: [String], check: Bool, table: HostTable = builtinTable, output: any SessionOutput,
    write: (String) -> Void
  ) -> ExitCode {
    var worst = ExitCode.ok
    for path in paths {
      do {
        let bytes = try FileText.bytes(path)
        let new = try formatted(bytes, of: path, table)
        if path == "-", !check { write(String(decoding: new, as: UTF8.self)) }
        guard new != bytes else { continue }
        if check {
          output.message("\(FileText.name(path)) would change")
          worst = worst.worse(.failure)
        } else if path != "-" {
          try replace(path, by: new)
          output.message("\(path) was laid out anew")
        }
      } catch {
        worst = worst.worse(report(error, output))
      }
    }
    return worst
  }

  private static func formatted(
    _ bytes: [UInt8], of path: String, _ table: HostTable
  ) throws -> [UInt8] {
    let isScript =
      path == "-" ? !NotebookFormatter.looksLikeNotebook(bytes) : path.hasSuffix(".mim")
    do throws(NotebookErrors) {
      let (name, vocabulary) = (FileText.name(path), table.vocabulary)
      return isScript
        ? try NotebookFormatter.formatScript(bytes, name: name, vocabulary: vocabulary)
        : try NotebookFormatter.format(bytes, name: name, vocabulary: vocabulary)
    } catch {
      throw Halt(.check, error.errors)
    }
  }

  /// Writes a file as a whole or not at all. A link stays a link, and the permissions stay.
  private static func replace(_ path: String, by bytes: [UInt8]) throws {
    do {
      guard let real = AtomicFile.realPath(of: path), access(real, W_OK) == 0 else {
        throw FileError.system(path: path, action: "write", reason: "it may not be written")
      }
      var status = stat()
      let isKnown = stat(real, &status) == 0
      try AtomicFile.write(bytes, to: real)
      if isKnown { chmod(real, status.st_mode & 0o7777) }
    } catch let error as FileError {
      throw Halt(.failure, [ScriptError("E501", "\(error)")])
    }
  }
}
