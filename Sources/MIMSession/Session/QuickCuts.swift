import MIMScript

/// `--quick`: what makes work long is cut to a smoke test, wherever it is written.
enum QuickCuts {
  /// The largest value that each option may have; words (`nll(samples=5000)`) and parameters of
  /// these names are cut too.
  static let limits: [String: Double] = [
    "epochs": 2, "samples": 20, "seeds": 2, "iters": 100, "warmup": 1, "patience": 2,
    "images": 100, "likelihoods": 3, "shown": 100, "train_images": 1280, "points": 1280,
  ]

  /// How many values a sweep's axis `seed` keeps.
  static let seedCount = 2

  /// A parameter's value under `--quick`.
  static func cut(_ value: Value, named name: String) -> Value {
    guard let limit = limits[name], case .number(let number) = value else { return value }
    return .number(min(number, limit))
  }

  /// The call with its options cut.
  static func apply(to call: HostCall, of function: HostFunction) -> HostCall {
    var options = call.options
    for (name, value) in options { options[name] = cut(words(value), named: name) }
    return HostCall(
      verb: call.verb, positional: call.positional.map(words), options: options,
      given: call.given, span: call.span, argumentSpans: call.argumentSpans, target: call.target,
      seed: call.seed, statement: call.statement, variables: call.variables, host: call.host)
  }

  private static func words(_ value: Value) -> Value {
    switch value {
    case .word(let word):
      let named = Dictionary(
        uniqueKeysWithValues: word.named.map { ($0, cut(words($1), named: $0)) })
      return .word(
        WordCall(word.name, positional: word.positional, named: named, span: word.span))
    case .list(let elements): return .list(elements.map(words))
    default: return value
    }
  }
}
