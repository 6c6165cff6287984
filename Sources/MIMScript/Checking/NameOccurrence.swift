/// A place where a variable is bound or read, for editors.
package struct NameOccurrence: Sendable, Equatable {
  /// What happens there.
  package enum Role: Sendable {
    case binding
    case reading
    /// A column or the variable: which of them is only known when the statement runs.
    case unclear
  }

  /// The variable.
  package let name: String
  /// Its place.
  package let span: Span
  /// What happens to it.
  package var role: Role
  /// The word `sweep` or `figure` of the block that the variable belongs to; nil: the whole text.
  package let scope: Span?
  /// The UTF-8 offset behind which a binding counts: `a = a + 1` reads what was there before.
  package let countsFrom: Int

  package init(
    _ name: String, at span: Span, _ role: Role, in scope: Span?, countsFrom: Int? = nil
  ) {
    self.name = name
    self.span = span
    self.role = role
    self.scope = scope
    self.countsFrom = countsFrom ?? span.range.upperBound
  }
}

/// The occurrences that a checker comes across, each once, though it follows loops and sweeps several times.
struct OccurrenceLog: Sendable {
  /// A place; cells of one file differ in their first line.
  private struct Key: Hashable, Sendable {
    let firstLine: Int
    let offset: Int
  }

  private var found: [Key: NameOccurrence] = [:]
  /// What the names in blocks of sweeps and figures that have ended were.
  private(set) var blockNames: [String: StaticValue] = [:]

  /// In the order of the text.
  var all: [NameOccurrence] {
    found.sorted { ($0.key.firstLine, $0.key.offset) < ($1.key.firstLine, $1.key.offset) }
      .map(\.value)
  }

  mutating func noteEnd(of scope: [String: StaticValue]) {
    blockNames.merge(scope) { $1 }
  }

  mutating func note(_ occurrence: NameOccurrence) {
    let key = Key(
      firstLine: occurrence.span.source.firstLine, offset: occurrence.span.range.lowerBound)
    guard var known = found[key] else {
      found[key] = occurrence
      return
    }
    // Another variable in another round of the loop: nobody can say which.
    let isSame = known.scope?.range == occurrence.scope?.range
    if occurrence.role == .unclear || !isSame, known.role != .binding { known.role = .unclear }
    found[key] = known
  }
}

extension Checker {
  /// Where variables are bound and read in what was checked since `noteOccurrences`; in the order of the text.
  package var occurrences: [NameOccurrence] { log?.all ?? [] }

  /// What is known of names where a text ends that may be in the middle of a statement: those of blocks that are open there belong to
  /// it.
  package mutating func namesAtEnd(of program: Program, isInBlock: Bool) -> [String: StaticValue] {
    _ = check(Program(statements: Array(program.statements.dropLast())))
    log = isInBlock ? OccurrenceLog() : nil
    _ = check(Program(statements: Array(program.statements.suffix(1))))
    return names.merging(log?.blockNames ?? [:]) { $1 }
  }

  /// Takes occurrences from a copy whose names don't count.
  package mutating func take(_ occurrences: [NameOccurrence]) {
    occurrences.forEach { log?.note($0) }
  }

  /// Starts noting occurrences.
  package mutating func noteOccurrences() { log = log ?? OccurrenceLog() }

  /// Notes that a variable is read, where there is one of that name.
  mutating func noteReading(
    _ name: String, at span: Span, _ role: NameOccurrence.Role = .reading
  ) {
    guard log != nil, let scope = scopes.lastIndex(where: { $0[name] != nil }) else { return }
    let occurrence = NameOccurrence(name, at: span, role, in: owner(of: scope))
    log?.note(occurrence)
  }

  /// Notes that a name is bound in the innermost scope, by an expression or at once.
  mutating func noteBinding(_ name: Name, to value: Expression? = nil) {
    guard log != nil else { return }
    let occurrence = NameOccurrence(
      name.text, at: name.span, .binding, in: owner(of: scopes.count - 1),
      countsFrom: value?.span.range.upperBound)
    log?.note(occurrence)
  }

  private func owner(of scope: Int) -> Span? {
    scope > 0 && scope <= owners.count ? owners[scope - 1] : nil
  }
}
