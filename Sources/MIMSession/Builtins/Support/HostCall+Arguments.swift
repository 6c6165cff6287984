import MIMScript
import MIMTensor

extension HostCall {
  /// The position of positional argument `index`.
  public func span(at index: Int) -> Span { argumentSpans["#\(index)"] ?? span }

  /// The position of the option, or of the whole call if the option was not given.
  public func span(of option: String) -> Span { argumentSpans[option] ?? span }

  /// The positional argument's text as it was written: `m0`.
  public func text(at index: Int) -> String { span(at: index).text }

  /// A positional argument, nil when it was left out.
  public func argument(_ index: Int) -> Value? {
    positional.indices.contains(index) && !positional[index].isNone ? positional[index] : nil
  }

  /// An option's value, nil when it is absent or `none`.
  public func option(_ name: String) -> Value? {
    guard let value = options[name], !value.isNone else { return nil }
    return value
  }

  /// Whether the option was written as `none`.
  public func isNone(_ name: String) -> Bool { options[name]?.isNone ?? false }

  /// An option's number.
  public func number(_ name: String) -> Double? { option(name)?.asNumber }

  /// An option's whole number.
  public func integer(_ name: String) -> Int? { option(name)?.asInteger }

  /// Whether an option is true.
  public func flag(_ name: String) -> Bool { option(name)?.asBool ?? false }

  /// An option's text or bare word.
  public func text(_ name: String) -> String? { option(name)?.asText }

  /// An option's word with its arguments.
  public func word(_ name: String) -> WordCall? { option(name)?.asWord }

  /// The host object at a position.
  public func object<Object: HostObject>(_ index: Int, _ type: Object.Type = Object.self) -> Object?
  {
    argument(index)?.asObject(type)
  }

  /// The name that progress lines give the work: `train a`.
  var title: String { target.map { "\(verb) \($0)" } ?? verb }

  /// Stops with E901 when the user has asked to.
  public func checkInterruption() throws {
    if host.isInterrupted { throw interrupted(partial: nil) }
  }

  /// Runs work that ends soon after the user has asked to stop; what it gives then is thrown away.
  func stoppable<Result>(_ body: () throws -> Result) throws -> Result {
    let host = host
    let outcome = Swift.Result {
      try StopRequest.$current.withValue(StopRequest { host.isInterrupted }, operation: body)
    }
    // Whatever came out, errors too, is of work that was not done.
    try checkInterruption()
    return try outcome.get()
  }

  /// Runs work that looks for the user's wish to stop by itself, and may end without a result.
  func endingEarly<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch is CancellationError { throw interrupted(partial: nil) }
  }

  /// The error of work that the user stopped, with what was made so far.
  func interrupted(partial: Value?) -> ScriptError {
    ScriptError(
      "E901", "`\(verb)` was stopped" + (partial == nil ? "" : "; its results so far are kept"),
      kind: .interrupted, at: span, partial: partial)
  }

  /// Cores that the engine may use: those of the session, inside a sweep those of one row.
  var threads: Int { get throws { try host.rowThreads ?? session.settings.threads } }
}
