import MIMScript

extension HostFunction {
  static let show = HostFunction(
    "show", group: .look, summary: "print values in full",
    positional: [
      Parameter(
        "value",
        .any(of: [
          // First, so that a text "kernels" stays one.
          .anything,
          .word([WordSpec("kernels", "the implementation of each pass of a model's training step")]
          ),
        ]), repeats: true, "what to print")
    ],
    result: "nothing; prints",
    details: [
      "show m kernels lists the products and convolutions of a training step of m, with layer, sizes",
      "and implementation (own loops, Winograd's algorithm, oneDNN). The rest is plain loops.",
    ],
    example: "show mnist", seeAlso: ["table", "plot", "help"],
    keywords: ["print", "describe", "summary", "display"]
  ) { call in
    // Not `asWord`, to which a text is a word too.
    let values = call.positional.filter { if case .word = $0 { false } else { true } }
    guard values.count < call.positional.count else {
      for value in values { call.host.show(value, statement: call.statement) }
      return .none
    }
    let models = try values.map { value in
      guard let model = value.asObject(ModelObject.self) else {
        throw call.noKernels("\(value.typeName.withArticle) has no kernels")
      }
      return model
    }
    guard !models.isEmpty else { throw call.noKernels("`kernels` needs a model") }
    for model in models {
      let listing = try call.located(at: "#0") {
        try KernelListing(model, threads: call.session.settings.threads)
      }
      call.host.show(.object(listing), statement: call.statement)
    }
    return .none
  }
}

extension HostCall {
  fileprivate func noKernels(_ message: String) -> ScriptError {
    ScriptError("E201", message, at: span, notes: ["for example: show m kernels"])
  }
}
