import Foundation

/// The reader that gets the inputs, as the environment says.
private let target: FuzzTarget = {
  let name = ProcessInfo.processInfo.environment["MIM_FUZZ_TARGET"] ?? ""
  guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
    let names = FuzzTarget.all.map(\.name).joined(separator: " ")
    FileHandle.standardError.write(Data("MIM_FUZZ_TARGET takes one of: \(names)\n".utf8))
    exit(2)
  }
  return target
}()

/// Hands an input that libFuzzer has made up to one reader of the program: `MIM_FUZZ_TARGET=csv mim-fuzz CORPUS …`. Readers end in
/// values or in errors; a trap, a sanitizer's finding, a hang or too much memory ends the program, and libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  target.read([UInt8](UnsafeBufferPointer(start: data, count: size)))
  return 0
}
