import MIMTensor

/// The version of mim-repl and the build of it, `0.1.0+3f2a90c1`: the beginning of the SHA-256 of
/// the running program. Between two builds numbers may differ in their last bits, so rows of one
/// are not taken for those of another.
let engineVersion: String = {
  guard let bytes = try? FileReader.bytes(of: "/proc/self/exe") else { return programVersion }
  return "\(programVersion)+\(SHA256.hexadecimal(of: bytes).prefix(8))"
}()
