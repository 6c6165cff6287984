import Foundation
import MIMFormats
import MIMModels
import MIMScript
import MIMTensor

/// The revision of the numbers: raised when the same work gives other bits than before, on any instruction set. Kept results of
/// another revision are not used. NumericsTests holds bits of small computations and fails when this was forgotten.
package let numericsRevision = 5

/// The version of mim-repl and the build of it, `0.1.0+3f2a90c1`: the beginning of the SHA-256 of
/// the running program. Ranks compare it.
let engineVersion: String = {
  guard let bytes = try? FileReader.bytes(of: "/proc/self/exe") else { return programVersion }
  return "\(programVersion)+\(SHA256.hexadecimal(of: bytes).prefix(8))"
}()

/// This build of the program, told from others by the size and the time of its file: what draws and prints may be another in every
/// build, and reading the whole file takes longer than many runs.
let buildIdentity: String = {
  var status = stat()
  guard stat("/proc/self/exe", &status) == 0 else { return programVersion }
  return "\(programVersion) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
}()

/// What computes the numbers, as far as it isn't the processor: the revision; for a program with components or verbs of its own, of
/// which the revision knows nothing, its build.
func numericsIdentity(_ table: HostTable, _ catalog: Catalog) -> String {
  let isOurs =
    table.functions.map(\.name) == builtinTable.functions.map(\.name)
    && catalog.identity == Catalog.standard.identity
  return "revision \(numericsRevision)" + (isOurs ? "" : " of \(buildIdentity)")
}

extension Catalog {
  /// Its components.
  fileprivate var identity: [ObjectIdentifier] {
    objectives.map { ObjectIdentifier($0) } + posteriors.map { ObjectIdentifier($0) }
      + priors.map { ObjectIdentifier($0) } + marginals.map { ObjectIdentifier($0) }
      + likelihoods.map { ObjectIdentifier($0) } + networks.map { ObjectIdentifier($0) }
  }
}
