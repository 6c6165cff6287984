import MIMScript

extension HostFunction {
  /// The verb as a session runs it: `--quick` cuts its options, any error becomes one with a
  /// place, and work that a second Ctrl-C asked to drop gives nothing.
  var preparedForSession: HostFunction {
    with { call in
      let session = try call.session
      let call = session.settings.quick ? QuickCuts.apply(to: call, of: self) : call
      do {
        let value =
          HostFunction.withoutPartialResults.contains(name)
          ? try call.stoppable { try run(call) } : try run(call)
        guard session.interruption.level < .drop else { throw HostFunction.dropped(call) }
        return value
      } catch var error as ScriptError {
        if session.interruption.level == .drop { error = HostFunction.dropped(call) }
        if error.span == nil { error.span = call.span }
        throw error
      } catch {
        throw ScriptError("E400", "\(error)", at: call.span)
      }
    }
  }

  /// Verbs that give nothing when the user stops them: they end at the next part of their work.
  private static let withoutPartialResults: Set<String> = [
    "decode", "encode", "interpolate", "latent", "load", "neighbors", "pca", "reconstruct",
    "sample",
  ]

  private static func dropped(_ call: HostCall) -> ScriptError {
    ScriptError(
      "E902", "`\(call.verb)` was stopped and its partial results were discarded",
      kind: .interrupted,
      at: call.span)
  }
}
