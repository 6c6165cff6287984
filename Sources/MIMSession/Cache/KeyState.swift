import MIMCPU
import MIMScript

/// The names, the counts of calls and the files at one place of a notebook: what the key of the next statement is made from.
struct KeyState {
  /// Where the value of a name comes from.
  struct Binding {
    /// The key of the value; nil where nothing is known of it: it is partial, or it is not made yet.
    let key: String?
    /// The statement that binds it; nil for a parameter of the front matter.
    let node: StatementNode?
    /// The value of such a parameter.
    let parameter: Value?
  }

  private(set) var names: [String: Binding] = [:]
  /// For each verb, what says how often it was called without a name in this cell.
  private var counts: [String: String] = [:]
  /// The same as numbers, as far as the code tells.
  private(set) var calls: [String: Int] = [:]
  var files: FileState

  init(outputFolder: String?, access: FileAccess? = nil) {
    files = FileState(outputFolder: outputFolder, access: access)
  }

  /// Binds a parameter of the front matter.
  mutating func bind(_ name: String, to value: Value) {
    names[name] = Binding(
      key: "parameter \(ContentKey.text(of: value))", node: nil, parameter: value)
  }

  /// Begins a cell: calls are counted anew.
  mutating func beginCell() {
    counts = [:]
    calls = [:]
  }

  /// Takes over what a statement that ran or was found binds, calls and writes.
  mutating func take(_ node: StatementNode) {
    for name in node.facts.binds {
      names[name] = Binding(key: node.key(of: name), node: node, parameter: nil)
    }
    // A statement without a value leaves the last answer as it was.
    let hasAnswer =
      node.record.map { record in record.bound.contains { $0.name == "ans" } } ?? !node.hasRun
    if hasAnswer || node.values["ans"] != nil {
      names["ans"] = Binding(key: node.key(of: "ans"), node: node, parameter: nil)
    }
    calls.merge(node.record?.unnamedCalls ?? node.facts.unnamed) { $0 + $1 }
    for (verb, count) in node.facts.unnamed {
      counts[verb] = "\(counts[verb] ?? "") +\(count)"
    }
    for verb in node.facts.uncertain { counts[verb] = "\(counts[verb] ?? "") ?\(node.digest)" }
  }

  /// What the key of a statement is made of.
  /// - Parameter label: that of its cell; nil where it has none.
  func parts(
    of facts: StatementFacts, _ statement: Statement, label: String?, in context: SessionContext,
    overrides: [String: ParameterOverride]
  ) -> [KeyPart] {
    let (settings, table) = (context.settings, context.table)
    let verbs = facts.calls.compactMap { table[$0] }
    var parts = [KeyPart(.code, "", statement.normalisedText + (statement.isHidden ? ";" : ""))]
    for name in facts.reads.sorted() {
      guard let binding = names[name] else { continue }
      let kind: KeyPart.Kind = binding.node == nil ? .parameter : .value
      parts.append(KeyPart(kind, name, binding.key))
    }
    for name in facts.parameters.sorted() {
      if let given = overrides[name] { parts.append(KeyPart(.parameter, name, "\(given)")) }
    }
    // A row of a sweep has threads of its own, which its statement says.
    let outside = facts.callsOutsideRows.compactMap { table[$0] }
    if !verbs.isEmpty {
      parts.append(KeyPart(.revision, "", numericsIdentity(table, settings.catalog)))
    }
    if verbs.contains(where: { $0.depends.contains(.processor) }) {
      parts.append(KeyPart(.instructionSet, "", InstructionSet.inUse.rawValue))
      parts.append(KeyPart(.setting, "conv", settings.convolution.rawValue))
    }
    if outside.contains(where: { $0.depends.contains(.threads) }) {
      parts.append(KeyPart(.threads, "", "\(settings.threads)"))
    }
    if settings.quick { parts.append(KeyPart(.quick, "", "quick")) }
    parts += randomParts(verbs, facts, label: label, seed: settings.seed)
    parts += drawingParts(verbs, facts, settings)
    return parts
  }

  /// What random streams are derived from, where a stream is used.
  private func randomParts(
    _ verbs: [HostFunction], _ facts: StatementFacts, label: String?, seed: UInt64
  ) -> [KeyPart] {
    let random = verbs.filter { $0.isRandom && facts.unseeded.contains($0.name) }
    guard !random.isEmpty else { return [] }
    var parts = [KeyPart(.seed, "", "\(seed)"), KeyPart(.label, "", label ?? "")]
    // Without a label every statement counts for itself.
    guard label != nil else { return parts }
    for verb in random.map(\.name).sorted() {
      if let count = counts[verb] { parts.append(KeyPart(.calls, verb, count)) }
    }
    return parts
  }

  /// What pictures and files depend on, where there are any: the program's build draws, and the settings say how large.
  private func drawingParts(
    _ verbs: [HostFunction], _ facts: StatementFacts, _ settings: SessionSettings
  ) -> [KeyPart] {
    let looks = verbs.contains { $0.group == .look }
    guard looks || facts.savesFiles else { return [] }
    let formats = settings.figureFormats.map(\.rawValue).joined(separator: " ")
    return [
      KeyPart(.build, "", buildIdentity),
      KeyPart(
        .setting, "figures",
        "\(formats) \(settings.figureDPI) \(settings.figureWidth.map { "\($0)" } ?? "")"),
    ]
  }
}

/// One thing that the key of a statement is made of.
struct KeyPart: Codable, Hashable {
  enum Kind: String, Codable {
    case code, value, parameter, revision, instructionSet, threads, quick, seed, label, calls
    case build, setting, recipe
  }

  let kind: Kind
  let name: String
  /// Nil where it is not known yet.
  let text: String?

  init(_ kind: Kind, _ name: String, _ text: String?) {
    self.kind = kind
    self.name = name
    self.text = text
  }
}

/// A statement at its place, with its key and what became of it.
final class StatementNode {
  let statement: Statement
  let cell: NotebookCell
  let facts: StatementFacts
  let parts: [KeyPart]
  /// A hash of everything that is known of it.
  let digest: String
  /// The same without what only says how results are drawn and where they are written: the program's build and the recipe with
  /// the output folder. For run.json, which is the same for the same work.
  private let workDigest: String
  /// Whether its results may be kept and used again.
  let mayKeep: Bool
  /// The names that it reads, as they are bound where it stands.
  let reads: [String: KeyState.Binding]
  /// The settings at its place.
  let settings: SessionSettings
  /// How often each verb was called without a name before; known once it is this statement's turn.
  var unnamedCalls: [String: Int] = [:]
  /// What it did; nil as long as nobody knows.
  var record: StatementRecord?
  /// Why there is no record.
  var reason: StaleReason?
  /// The values that it made or that were read.
  var values: [String: Value] = [:]
  /// Whether it came to a good end in this run.
  var hasRun = false
  /// What it looked at before it failed, so that it can be tried again once that changes.
  var failedFindings: [FileFinding] = []
  /// Whether its results were there.
  var wasFound = false
  /// Whether its values are what stopped work left.
  var isPartial = false
  /// Keys of its values by what they hold, for a statement that always runs.
  var contentKeys: [String: String] = [:]

  init(
    _ statement: Statement, cell: NotebookCell, facts: StatementFacts, parts: [KeyPart],
    mayKeep: Bool, reads: [String: KeyState.Binding], settings: SessionSettings
  ) {
    self.statement = statement
    self.cell = cell
    self.facts = facts
    self.parts = parts
    self.reads = reads
    self.settings = settings
    digest = ContentKey.of(parts.flatMap { [$0.kind.rawValue, $0.name, $0.text ?? "unknown"] })
    let work = parts.filter { $0.kind != .build && $0.kind != .recipe }
    workDigest = ContentKey.of(
      work.flatMap { part in
        let text = part.kind == .value ? reads[part.name]?.node?.workKey(of: part.name) : part.text
        return [part.kind.rawValue, part.name, text ?? "unknown"]
      })
    self.mayKeep = mayKeep && parts.allSatisfy { $0.text != nil }
  }

  /// The key of a value that it binds; nil where nothing is known of the value.
  func key(of name: String) -> String? {
    if !mayKeep { return contentKeys[name] }
    guard let record else { return nil }
    return ContentKey.of([digest, record.findings.contentDigest, name])
  }

  /// What it did, for run.json: equal for the same work on the same inputs.
  var workKey: String { ContentKey.of([workDigest, (record?.findings ?? []).contentDigest]) }

  private func workKey(of name: String) -> String? {
    mayKeep ? ContentKey.of([workKey, name]) : contentKeys[name]
  }
}

/// What the key of a statement at the beginning of a notebook is made of, for tests.
package func statementKeyParts(_ code: String, table: HostTable = builtinTable) -> [String] {
  let source = Source(name: "", text: code)
  let cell = try? NotebookReader.readScript(Array(code.utf8), name: "").cells.first
  let context = SessionContext(
    settings: SessionSettings(), table: table,
    output: PlainOutput(streams: .init(out: { _ in }, error: { _ in })),
    interruption: Interruption())
  guard let cell,
    let statement = Parser.parse(source, vocabulary: table.vocabulary).program.statements.first
  else { return [] }
  return KeyState(outputFolder: nil).parts(
    of: StatementFacts(statement), statement, label: cell.options.label, in: context, overrides: [:]
  ).compactMap(\.text)
}
