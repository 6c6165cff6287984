import MIMScript

/// The names that a sweep's block takes from outside, the verbs that it calls and the parameters
/// that it declares. Bare words count as names, which does no harm.
struct BlockNames {
  private(set) var reads: Set<String> = []
  private(set) var verbs: Set<String> = []
  private(set) var parameters: Set<String> = []
  private var bound: Set<String>
  /// The names defined before each open block: what a block binds counts only inside it, as it may not run.
  private var outside: [Set<String>] = []

  init(_ body: [Statement], axes: [String]) {
    bound = Set(axes)
    body.forEach { $0.visitNames { note($0) } }
  }

  private mutating func note(_ event: NameEvent) {
    switch event {
    case .reads(let name): if !bound.contains(name) { reads.insert(name) }
    case .calls(let verb): verbs.insert(verb)
    case .binds(let name): bound.insert(name)
    case .declares(let name):
      parameters.insert(name)
      bound.insert(name)
    case .begins: outside.append(bound)
    case .ends: bound = outside.popLast() ?? bound
    }
  }
}
