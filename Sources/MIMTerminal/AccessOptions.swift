import ArgumentParser
import MIMSession

/// What notebooks may read and write beyond what is theirs.
struct AccessOptions: ParsableArguments {
  @Option(
    name: .customLong("allow-read"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A file or folder that the notebooks may read, beyond their own.", valueName: "path"))
  var allowRead: [String] = []
  @Option(
    name: .customLong("allow-write"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A file or folder that the notebooks may write, beyond the output folder.",
      valueName: "path"))
  var allowWrite: [String] = []
  @Flag(help: "Let load … fetch=true download missing data sets.") var allowFetch = false

  func apply(to options: inout RunOptions) {
    options.allowRead = allowRead
    options.allowWrite = allowWrite
    options.allowFetch = allowFetch
  }
}
