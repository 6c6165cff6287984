import Foundation
import MIMModels
import MIMScript
import MIMSession

/// Which of the machine's data sets the tests may use.
enum MachineData {
  /// Fashion-MNIST, from Debian's dataset-fashion-mnist or $MIM_DATA.
  static let hasFashion = has("fashion")
  /// MNIST, from $MIM_DATA.
  static let hasMNIST = has("mnist")

  private static func has(_ name: String) -> Bool {
    (try? Dataset.probe(DataRequest(name))) != nil
  }
}

/// A session with all verbs, its output collected and its files in a folder of their own.
struct BuiltinsBench {
  let output: CollectedOutput
  let folder: TemporaryFolder
  let session: Session
  let interruption = Interruption()

  init(keepingRows: Bool = false, hasLiveLine: Bool = false) throws {
    output = CollectedOutput(hasLiveLine: hasLiveLine)
    folder = try TemporaryFolder()
    var settings = SessionSettings(seed: 1, outputFolder: folder.path + "/out")
    settings.threads = 1
    settings.cache = ResultStore(path: folder.path + "/kept")
    if keepingRows { settings.runStore = folder.path + "/runs.sqlite" }
    session = Session(settings: settings, output: output, interruption: interruption)
  }

  /// Runs text and gives the errors' codes; empty: all ran.
  @discardableResult
  func run(_ text: String) -> [String] {
    let before = output.codes.count
    session.evaluate(Source(name: "test.mim", text: text))
    return Array(output.codes.dropFirst(before))
  }

  /// The number at a path of names: `s.mi`.
  func number(_ path: String) -> Double? {
    let names = path.split(separator: ".").map(String.init)
    guard case .number(let number)? = try? session.value(ofPath: names) else { return nil }
    return number
  }

  /// The table at a name.
  func table(_ name: String) -> Table? {
    guard case .table(let table)? = session.bindings[name] else { return nil }
    return table
  }

  /// The object at a name.
  func object(_ name: String) -> (any HostObject)? {
    guard case .object(let object)? = session.bindings[name] else { return nil }
    return object
  }

  /// The JSON text of what a name holds.
  func json(_ name: String) -> String? { session.bindings[name]?.json.text() }
}
