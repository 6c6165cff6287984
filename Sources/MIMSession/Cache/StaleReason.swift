import MIMScript

/// Why a statement has to run.
enum StaleReason {
  /// The cell has `cache: off`.
  case isOff
  /// The verb's results are never kept.
  case alwaysRuns(verb: String)
  /// It was not run before, or nobody knows of it any more.
  case isNew
  /// Something it is made of is another than in the last run.
  case changed(KeyPart)
  /// It reads a value that is not there yet.
  case reads(name: String, cell: String)
  /// What it learnt from the file system is another now.
  case file(path: String)
  /// It ran, but its results are not there any more, or were not kept.
  case isGone
  /// `--fresh`.
  case isAsked

  /// In words, behind `stale: `.
  var text: String {
    switch self {
    case .isOff: return "the cell has cache: off"
    case .alwaysRuns(let verb): return "the results of `\(verb)` are never kept"
    case .isNew: return "it has not been run before"
    case .reads(let name, let cell): return "`\(name)` of the cell `\(cell)` is made anew"
    case .file(let path): return "\(path) has changed"
    case .isGone: return "its results are not in the cache any more"
    case .isAsked: return "--fresh asks for it"
    case .changed(let part):
      switch part.kind {
      case .code: return "its code has changed"
      case .value: return "`\(part.name)` has changed"
      case .parameter: return "the parameter `\(part.name)` has changed"
      case .revision: return "this version of mim-repl computes other numbers"
      case .instructionSet: return "the instruction set is another"
      case .threads: return "the number of threads is another"
      case .quick: return "--quick makes it another computation"
      case .seed: return "the seed has changed"
      case .label: return "the cell's label, which its random numbers depend on, has changed"
      case .calls: return "another `\(part.name)` without a name stands before it in the cell"
      case .build: return "another build of mim-repl draws it"
      case .setting: return "the setting of `\(part.name)` has changed"
      case .recipe: return "the recipe that its files contain has changed"
      }
    }
  }
}

/// What the last run of a notebook was made of.
struct RunTrail: Codable {
  /// A statement of that run.
  struct Step: Codable {
    let target: String?
    let parts: [KeyPart]
    let seconds: Double
    let findings: [FileFinding]
  }

  /// The statements of each cell, by its name.
  var cells: [String: [Step]] = [:]

  /// The step of the last run that is a statement's: the one that bound the same name, else the one in the same place.
  func step(_ cell: String, _ index: Int, target: String?) -> Step? {
    guard let steps = cells[cell] else { return nil }
    if let target, let step = steps.first(where: { $0.target == target }) { return step }
    return steps.indices.contains(index) && steps[index].target == target ? steps[index] : nil
  }
}

extension RunTrail.Step {
  /// The first part that is another now; nil: all are the same.
  func change(to parts: [KeyPart]) -> KeyPart? {
    let order: [KeyPart.Kind] = [
      .revision, .quick, .instructionSet, .threads, .setting, .seed, .label, .code, .parameter,
      .value, .calls,
      .build, .recipe,
    ]
    for kind in order {
      let before = Set(self.parts.filter { $0.kind == kind })
      let now = Set(parts.filter { $0.kind == kind })
      if let part = parts.first(where: { $0.kind == kind && !before.contains($0) }) { return part }
      if let part = self.parts.first(where: { $0.kind == kind && !now.contains($0) }) {
        return part
      }
    }
    return nil
  }
}
