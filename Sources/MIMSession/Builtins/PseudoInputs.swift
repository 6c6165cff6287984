import MIMModels
import MIMScript
import MIMTensor

extension HostFunction {
  /// `pseudoinputs a 64`.
  static let pseudoinputs = HostFunction(
    "pseudoinputs", group: .make, summary: "get the pseudo-inputs u of a VampPrior as items",
    positional: [
      Parameter("MODEL", .object(["model"]), "a model with prior=vampprior(K)"),
      Parameter("COUNT", .integer(1...1_000_000), defaultText: "all", "how many (the first ones)"),
    ],
    result: "items like those of the data, with the means of q(z|u) as their codes",
    resultType: "decoded items",
    details: ["The pseudo-inputs are learned; p(z) is the mean of q(z|u) over them."],
    example:
      "u = pseudoinputs(model(amim, toy, z=2, hidden=[8], prior=vampprior(16)), 9)",
    seeAlso: ["sample", "priors", "plot"],
    infer: { try $0.decodedItems() }
  ) { call in
    let model = try call.model(at: 0)
    let decoding = try call.located(at: "#0") {
      let all = try model.model.pseudoInputs()
      let count = min(call.argument(1)?.asInteger ?? all.rowCount, all.rowCount)
      let shown = all.rows(0..<count)
      let codes = try model.model.encode(shown, threads: try call.threads).means
      return Decoding(codes: codes, means: shown, draws: shown)
    }
    return .object(
      DecodedObject(decoding, .pseudoInputs, by: model, source: model.shortText))
  }
}
