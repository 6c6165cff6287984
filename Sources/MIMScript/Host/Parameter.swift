/// One positional argument or option of a verb or of a word: name, type, default, one doc line.
public struct Parameter: Sendable {
  /// The name: `epochs`.
  public let name: String
  /// The values that it accepts.
  public let type: ParameterType
  /// The value when it is left out; nil: it must be given (positional) or is absent (option).
  public let defaultValue: Value?
  /// How help shows the default when that is not a plain value: "warmup", "auto".
  public let defaultText: String?
  /// One line for help.
  public let doc: String
  /// The last positional parameter may repeat.
  public let repeats: Bool
  /// A positional argument that may be left out without a default.
  public let isOptional: Bool
  /// Known by name and accepted by the checks, but not offered by help and completion. Its verb
  /// rejects it with its own message (it is for a later version, or not supported on purpose).
  public let isHidden: Bool

  /// Without a default a positional argument must be given, unless it `isOptional`, and an option that is
  /// not written is absent from the call.
  public init(
    _ name: String, _ type: ParameterType, default defaultValue: Value? = nil,
    defaultText: String? = nil, repeats: Bool = false, isOptional: Bool = false,
    hidden isHidden: Bool = false, _ doc: String
  ) {
    self.name = name
    self.type = type
    self.defaultValue = defaultValue
    self.defaultText = defaultText
    self.repeats = repeats
    self.isOptional = isOptional
    self.isHidden = isHidden
    self.doc = doc
  }
}

extension [Parameter] {
  /// Those that help, completion and suggestions show.
  public var offered: [Parameter] { filter { !$0.isHidden } }
}

/// What a parameter accepts.
public indirect enum ParameterType: Sendable {
  /// A number in a range (both ends belong).
  case number(ClosedRange<Double>)
  /// A whole number in a range.
  case integer(ClosedRange<Int>)
  case bool
  case string
  /// A file name; completed from the disk.
  case path
  /// A bare word or word call from a list, else an expression giving such a word or a string.
  case word([WordSpec])
  /// A bare column name of a table, or of a list of column names.
  case column
  /// An expression over columns, evaluated once a row: `where=(mi > 6)`.
  case rowCondition
  /// A list, or a single element standing for a list of one.
  case list(ParameterType)
  case range
  /// A host object of one of these types (`HostObject.typeName`).
  case object([String])
  case table
  /// `none` or the type.
  case optional(ParameterType)
  /// The first alternative that accepts it.
  case any(of: [ParameterType])
  /// Anything at all.
  case anything
}

/// A word that a word place accepts, with the parameters of its call form.
public struct WordSpec: Sendable {
  /// The word: `vampprior`.
  public let name: String
  /// Parameters when written as a call; `mlp(300, 300)` has one that repeats.
  public let parameters: [Parameter]
  /// One line for help.
  public let doc: String
  /// As `Parameter.isHidden`.
  public let isHidden: Bool

  /// With `parameters` it is written as a call, unless all of them may be left out.
  public init(
    _ name: String, parameters: [Parameter] = [], hidden isHidden: Bool = false, _ doc: String
  ) {
    self.name = name
    self.parameters = parameters
    self.isHidden = isHidden
    self.doc = doc
  }
}
