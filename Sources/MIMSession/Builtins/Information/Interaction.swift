import MIMAnalysis
import MIMScript

extension HostFunction {
  /// `interaction X Y Z`.
  static let interaction = HostFunction(
    "interaction", group: .measure,
    summary: "measure what three variables say only together, or share, in nats",
    positional: [
      Parameter("X", HostCall.variableTypes, "the first variable"),
      Parameter("Y", HostCall.variableTypes, "the second variable"),
      Parameter("Z", HostCall.variableTypes, "the third variable"),
    ],
    options: [
      Parameter(
        "estimator", .word(InformationEstimator.interactionTable.map(\.word)),
        defaultText: "chosen by the variables", "how both parts are estimated")
    ] + InformationWords.options,
    result: "as mi: i.value with i.se, i.p, i.curve, i.warning …", resultType: "information",
    details: [
      "I(X; Y | Z) − I(X; Y) (McGill 1954), the same for any order of the three: above 0 where they say",
      "something only together (Z = X xor Y), below 0 where they share it. Three variables of classes are",
      "counted, others measured by nearest neighbours, in their mixture form where numbers repeat or are",
      "beside classes.",
    ],
    example: "i = interaction z toy.test z.labels", seeAlso: ["mi", "cmi", "total_correlation"],
    isRandom: true
  ) { call in
    .object(
      try call.informationOfThree(
        among: InformationEstimator.interactionTable,
        subject: "interaction of \(call.text(at: 0)), \(call.text(at: 1)) and \(call.text(at: 2))",
        isSigned: true))
  }
}
