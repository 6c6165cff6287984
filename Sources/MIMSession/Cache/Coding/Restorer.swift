import MIMFormats
import MIMModels
import MIMScript
import MIMTensor
import Synchronization

/// What reading kept values needs beside their bytes: the components of models, and data sets, which are kept by the statement
/// that loads them.
final class Restorer: Sendable {
  /// The components of which models may consist.
  let catalog: Catalog
  private let load: @Sendable (LoadRecipe) throws -> DatasetObject
  private let places = Mutex<[String: Span]>([:])
  private let loaded = Mutex<[[UInt8]: DatasetObject]>([:])

  /// `load` runs the verb with the arguments of a recipe.
  init(catalog: Catalog, load: @escaping @Sendable (LoadRecipe) throws -> DatasetObject) {
    self.catalog = catalog
    self.load = load
  }

  /// The key under which decoders find it.
  static let key = CodingUserInfoKey.named("mim.restorer")

  /// What decoders get.
  var userInfo: [CodingUserInfoKey: Any] { [Self.key: self] }

  /// The restorer of a decoder; throws for one that was made without.
  static func of(_ decoder: any Decoder) throws -> Restorer {
    guard let restorer = decoder.userInfo[key] as? Restorer else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath, debugDescription: "data sets cannot be loaded here"))
    }
    return restorer
  }

  /// The data set of a recipe, loaded once.
  func dataset(_ recipe: [UInt8]) throws -> DatasetObject {
    if let known = loaded.withLock({ $0[recipe] }) { return known }
    let arguments = try BinaryDecoder.value(LoadRecipe.self, from: recipe, userInfo)
    // The statement that loads it has noted its files; whoever needs it now has not read them.
    let object = try FileTrace.suspended { try load(arguments) }
    loaded.withLock { $0[recipe] = object }
    return object
  }

  /// Notes where a statement stands now: values say where they were made.
  func note(_ statement: Statement) {
    places.withLock { $0[statement.span.text] = statement.span }
  }

  /// Where a statement of that text stands now; nil: nowhere.
  func place(of statement: String) -> Span? { places.withLock { $0[statement] } }
}

/// The arguments of a `load` statement: how a data set is made again.
struct LoadRecipe: Codable {
  let positional: [CodedValue]
  let options: [String: CodedValue]
  let given: [String]
  let seed: UInt64
  let sharedSeed: UInt64
  let statement: String

  init(_ call: HostCall) {
    positional = call.positional.map { CodedValue($0) }
    options = call.options.mapValues { CodedValue($0) }
    given = call.given.sorted()
    seed = call.seed
    sharedSeed = call.sharedSeed
    statement = call.statement
  }

  /// The call again, in a session.
  func call(in host: any HostContext) -> HostCall {
    let span = Span(Source(name: "", text: statement), 0..<statement.utf8.count)
    return HostCall(
      verb: "load", positional: positional.map(\.value), options: options.mapValues(\.value),
      given: Set(given), span: span, argumentSpans: [:], target: nil, seed: seed,
      sharedSeed: sharedSeed, statement: statement,
      host: host)
  }
}

extension HostCall {
  /// Whether it is a recipe's: what there was to say was said by the statement, and stands where that stands.
  var repeatsAnother: Bool { argumentSpans.isEmpty }
}

extension Session {
  /// The value of which the cache holds `bytes`, without their checksum. Throws what is wrong with them.
  package func restored(from bytes: [UInt8]) throws -> Value {
    try BinaryDecoder.value(CodedValue.self, from: bytes, restorer.userInfo).value
  }
}
