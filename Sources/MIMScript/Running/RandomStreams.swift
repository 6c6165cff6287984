import MIMFormats

/// The seeds of random calls (rule 6 of the language): made from the session's seed, the cell's
/// label, the name the statement binds (unnamed: verb and its count in the cell, or without a label in the statement)
/// and the values of the enclosing sweep axes and loop variables. So a cell put in elsewhere, or another row of a
/// sweep, changes no other call's numbers; and without labels, at the prompt and in scripts, no other statement does.
struct RandomStreams: Sendable {
  /// The label of the cell; empty without one, at the prompt, and in scripts.
  let cell: String
  /// Enclosing axes and loop variables with their values, outermost first.
  var enclosing: [(name: String, value: Value)] = []
  /// How often each verb was called without a name in this cell and row; without a label, in this statement.
  var counts: [String: Int] = [:]

  init(cell: String = "") { self.cell = cell }

  /// A statement that no loop or sweep contains begins.
  mutating func beginStatement() {
    if cell.isEmpty, enclosing.isEmpty { counts = [:] }
  }

  /// The seed that all calls share in these loops and rows of sweeps, whatever their cell and name.
  func sharedSeed(session: UInt64) -> UInt64 { seed(session: session, parts: ["", "shared"]) }

  /// The seed of the next call of a verb.
  /// - Parameter target: the name the statement binds, when this call is what it binds.
  mutating func seed(session: UInt64, verb: String, target: String?) -> UInt64 {
    let caller: String
    if let target {
      caller = target
    } else {
      counts[verb, default: 0] += 1
      caller = "\(verb)#\(counts[verb, default: 1])"
    }
    return seed(session: session, parts: [cell, caller])
  }

  private func seed(session: UInt64, parts: [String]) -> UInt64 {
    // Sorted: which axis is written first says nothing about a row.
    let loops = enclosing.map { "\($0.name)=\($0.value.json.text())" }.sorted()
    // 31 bits: what messages print can be typed back as `seed=`.
    return Self.hash(session: session, parts: parts + loops) & UInt64(Int32.max)
  }

  /// FNV-1a (64 bit) over the seed's eight bytes, lowest first, and the parts, each ended by the
  /// byte 0x1F, then the finaliser of SplitMix64 (Steele, Lea, Flood 2014), which spreads it.
  static func hash(session: UInt64, parts: [String]) -> UInt64 {
    var hash = FNV1a()
    for shift in stride(from: UInt64(0), to: 64, by: 8) { hash.add((session >> shift) & 0xFF) }
    for part in parts {
      hash.add(part)
      hash.add(0x1F)
    }
    return SplitMix64.finalised(hash.value)
  }
}
