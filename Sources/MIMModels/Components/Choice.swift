/// A place in a model that components are chosen for: `prior=`.
public protocol ComponentSlot: Sendable {
  /// Any component of this place: `any PriorComponent`.
  associatedtype Member: Sendable
  /// The option of `model` that chooses it.
  static var option: String { get }
  /// A member as any component.
  static func component(_ member: Member) -> any Component
  /// The kinds that a catalogue has, in the order in which they are listed.
  static func types(in catalog: Catalog) -> [any Component.Type]
}

/// What was chosen for a place in a model. Two are equal where word and values are.
public struct Choice<Slot: ComponentSlot>: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The component.
  public let component: Slot.Member

  /// Chooses a component.
  public init(_ component: Slot.Member) { self.component = component }

  /// Chooses by word and values. Throws `ModelError.unusableOption` for an unknown word and for unusable values.
  public init(
    _ word: String, _ values: ArgumentValues = [:], in catalog: Catalog = .standard
  ) throws {
    let types = Slot.types(in: catalog)
    guard let type = types.first(where: { $0.word == word }) else {
      throw ModelError.unusableOption(
        name: Slot.option, value: word,
        reason: "there is no such word; use " + types.map { $0.word }.joined(separator: ", "))
    }
    do {
      let checked = try values.checked(against: type.arguments)
      guard let member = type.init(checked) as? Slot.Member else {
        preconditionFailure(
          "the catalogue lists \(word), which is no component for \(Slot.option)=")
      }
      component = member
    } catch let problem as ArgumentProblem {
      throw ModelError.unusableOption(
        name: Slot.option, value: word, reason: problem.description)
    }
  }

  private var erased: any Component { Slot.component(component) }

  /// The word, `gmm`.
  public var word: String { type(of: erased).word }

  /// The values of its arguments.
  public var values: ArgumentValues { erased.values }

  /// As it is written: `gmm(3)`.
  public var description: String { erased.text }

  /// Word and values decide.
  public static func == (one: Choice, other: Choice) -> Bool {
    one.word == other.word && one.values == other.values
  }

  /// As `==`.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(word)
    hasher.combine(values)
  }

  /// Throws `ModelError.unusableOption` unless the values are such as the component takes.
  func validate(as option: String = Slot.option) throws {
    do {
      _ = try values.checked(against: type(of: erased).arguments)
    } catch let problem as ArgumentProblem {
      throw ModelError.unusableOption(
        name: option, value: description, reason: problem.description)
    }
  }

  // MARK: In files

  /// A word alone, or `{"word": "gmm", "arguments": {"K": 3}}`.
  public func encode(to encoder: any Encoder) throws {
    try RecordedWord(word: word, values: values).encode(to: encoder)
  }

  /// Reads what is written, and the text of the first version, `gmm(3)`; words by the decoder's catalogue.
  public init(from decoder: any Decoder) throws {
    let catalog = decoder.userInfo[.catalog] as? Catalog ?? .standard
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      let types = Slot.types(in: catalog)
      let parsed = ComponentText.parsed(text) { word in
        types.first { $0.word == word }?.arguments
      }
      try self.init(parsed?.word ?? text, parsed?.values ?? [:], in: catalog)
    } else {
      let recorded = try RecordedWord(from: decoder)
      try self.init(recorded.word, recorded.values, in: catalog)
    }
  }
}

extension CodingUserInfoKey {
  /// The catalogue by whose words a specification is read.
  static let catalog = named("mim.catalog")

  /// The key of that name.
  package static func named(_ name: StaticString) -> CodingUserInfoKey {
    guard let key = CodingUserInfoKey(rawValue: "\(name)") else {
      preconditionFailure("a key that every string can be")
    }
    return key
  }
}

/// A word with values as JSON.
struct RecordedWord: Codable {
  let word: String
  let values: ArgumentValues

  private enum CodingKeys: String, CodingKey { case word, arguments }

  init(word: String, values: ArgumentValues) {
    self.word = word
    self.values = values
  }

  init(from decoder: any Decoder) throws {
    if let word = try? decoder.singleValueContainer().decode(String.self) {
      self.init(word: word, values: [:])
      return
    }
    let members = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      word: try members.decode(String.self, forKey: .word),
      values: ArgumentValues(
        try members.decodeIfPresent([String: ArgumentValue].self, forKey: .arguments) ?? [:]))
  }

  func encode(to encoder: any Encoder) throws {
    guard !values.values.isEmpty else {
      var place = encoder.singleValueContainer()
      return try place.encode(word)
    }
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encode(word, forKey: .word)
    try members.encode(values.values, forKey: .arguments)
  }
}

extension ArgumentValue: Codable {
  /// Reads what is written, and the text of the first version.
  public init(from decoder: any Decoder) throws {
    if let place = try? decoder.singleValueContainer() {
      if let number = try? place.decode(Int.self) {
        self = .integer(number)
        return
      }
      if let number = try? place.decode(Double.self) {
        self = .number(number)
        return
      }
      if let numbers = try? place.decode([Int].self) {
        self = .integers(numbers)
        return
      }
    }
    let recorded = try RecordedWord(from: decoder)
    self = .word(recorded.word, recorded.values)
  }

  /// A word alone, or word and arguments.
  public func encode(to encoder: any Encoder) throws {
    var place = encoder.singleValueContainer()
    switch self {
    case .integer(let number): try place.encode(number)
    case .number(let number): try place.encode(number)
    case .integers(let numbers): try place.encode(numbers)
    case .word(let word, let values): try place.encode(RecordedWord(word: word, values: values))
    }
  }
}
