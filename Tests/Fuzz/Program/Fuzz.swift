import CFuzzer
import Foundation

/// Hands inputs that libFuzzer makes up to one reader of the program: `MIM_FUZZ_TARGET=csv mim-fuzz CORPUS …`. Readers end in values or in
/// errors; a trap, a sanitizer's finding, a hang or too much memory ends the program, and libFuzzer keeps the input.
@main
enum Fuzz {
  private static let target: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["MIM_FUZZ_TARGET"] ?? ""
    guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
      let names = FuzzTarget.all.map(\.name).joined(separator: " ")
      FileHandle.standardError.write(Data("MIM_FUZZ_TARGET takes one of: \(names)\n".utf8))
      exit(2)
    }
    return target
  }()

  static func main() {
    if CommandLine.arguments.dropFirst() == ["list"] {
      FuzzTarget.all.forEach { print($0.name) }
      return
    }
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    exit(
      LLVMFuzzerRunDriver(&count, &arguments) { data, size in
        Fuzz.target.read([UInt8](UnsafeBufferPointer(start: data, count: size)))
        return 0
      })
  }
}
