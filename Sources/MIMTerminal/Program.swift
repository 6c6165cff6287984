import MIMModels
import MIMScript
import MIMSession

/// A mim-repl: prompt, scripts, notebooks and help over a catalogue of components and a table of verbs. The usual one has those of
/// this package; a program of its own adds to them:
///
///     var catalog = Catalog.standard
///     catalog.objectives.append(MyObjective.self)
///     Program(catalog: catalog, adding: [.myVerb]).main()
public struct Program: Sendable {
  /// The components of which models are made.
  public let catalog: Catalog
  /// The verbs of the language.
  public let table: HostTable

  /// Makes a program with a catalogue, and with verbs beside the usual ones.
  public init(catalog: Catalog = .standard, adding verbs: [HostFunction] = []) {
    self.catalog = catalog
    table = hostTable(catalog, adding: verbs)
  }

  /// The program that runs: commands are made by the argument parser, which can't hand it to them.
  @TaskLocal static var current = Program()

  /// Does what the command line asks for, and ends the process with its exit code.
  public func main() -> Never {
    Self.$current.withValue(self) { MIMRepl.main() }
  }
}
