import MIMScript

/// The names that a statement reads and binds. Bare words count as reads, which does no harm: no
/// statement binds them.
struct StatementNames {
  private(set) var reads: Set<String> = []
  private(set) var binds: Set<String> = []
  /// Whether the names are bound whatever happens: not inside `if` or `for`.
  private(set) var alwaysBinds = true
  /// The blocks around whose names stay inside them.
  private var scopes = 0

  init(_ statement: Statement) {
    statement.visitNames { note($0) }
  }

  private mutating func note(_ event: NameEvent) {
    switch event {
    case .reads(let name): reads.insert(name)
    case .calls: break
    case .binds(let name), .declares(let name): if scopes == 0 { binds.insert(name) }
    case .begins(.conditional): if scopes == 0 { alwaysBinds = false }
    case .begins(.scope): scopes += 1
    case .ends(.scope): scopes -= 1
    case .ends(.conditional): break
    }
  }
}
