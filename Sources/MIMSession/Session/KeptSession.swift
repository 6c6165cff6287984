import Foundation
import MIMModels
import MIMScript

/// A session in the cache, by its name: the names with their values, and the statements that made them, for recipes.
struct KeptSession: Codable {
  /// A name and the key of its value.
  struct Bound: Codable {
    let name: String
    let value: String
  }

  /// A statement that succeeded.
  struct Step: Codable {
    let text: String
    let cell: String?
    let answers: Bool
    let files: [DataFile]
  }

  let name: String
  /// Seconds since 1970.
  let saved: Double
  let seed: UInt64
  let bound: [Bound]
  /// Names whose values could not be kept.
  let lost: [String]
  let steps: [Step]

  // MARK: Keeping

  /// Keeps the names of a session.
  /// - Throws: what the store says where it can't be written.
  static func keep(
    _ variables: [String: Value], as name: String, of context: SessionContext, in store: ResultStore
  ) throws -> KeptSession {
    var (bound, lost) = ([Bound](), [String]())
    for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
      guard let bytes = try? BinaryEncoder.bytes(of: CodedValue(value)),
        bytes.count <= store.limit / 4
      else {
        lost.append(name)
        continue
      }
      bound.append(Bound(name: name, value: try store.write(value: bytes)))
    }
    let steps = context.log.entries.filter(\.succeeded).map {
      Step(text: $0.text, cell: $0.cell, answers: $0.answers, files: $0.files)
    }
    let session = KeptSession(
      name: name, saved: Date().timeIntervalSince1970, seed: context.settings.seed, bound: bound,
      lost: lost.filter { $0 != "ans" }, steps: steps)
    try store.write(BinaryEncoder.bytes(of: session), key(of: name), .session)
    store.shrinkIfGrown()
    return session
  }

  // MARK: Finding

  private static func key(of name: String) -> String { ContentKey.of(["session", name]) }

  /// The session of a name; nil where there is none.
  static func find(_ name: String, in store: ResultStore) -> KeptSession? {
    store.read(key(of: name), .session).flatMap {
      try? BinaryDecoder.value(KeptSession.self, from: $0)
    }
  }

  /// All sessions, the newest first.
  static func all(in store: ResultStore) -> [KeptSession] {
    store.items.filter { $0.kind == .session }.compactMap { item in
      store.read(item.key, .session, touching: false).flatMap {
        try? BinaryDecoder.value(KeptSession.self, from: $0)
      }
    }.sorted { $0.saved > $1.saved }
  }

  /// Forgets a session; its values go when there is no room for them.
  static func remove(_ name: String, from store: ResultStore) throws {
    try store.remove(key(of: name), .session)
  }

  /// The values, and the names whose values the cache has no more.
  func values(
    _ store: ResultStore, _ restorer: Restorer
  ) -> (values: [(name: String, value: Value)], missing: [String]) {
    var (values, missing) = ([(name: String, value: Value)](), [String]())
    for bound in bound {
      let value = store.read(bound.value, .value).flatMap {
        try? BinaryDecoder.value(CodedValue.self, from: $0, restorer.userInfo).value
      }
      if let value {
        values.append((bound.name, value))
      } else if bound.name != "ans" {
        missing.append(bound.name)
      }
    }
    return (values, missing)
  }
}
