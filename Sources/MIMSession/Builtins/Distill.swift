import MIMModels
import MIMScript
import MIMTensor

extension HostFunction {
  /// `distill s t epochs=20`.
  static let distill = HostFunction(
    "distill", group: .model,
    summary: "train a student whose draws take one pass to be like a teacher, without data",
    positional: [
      Parameter(
        "STUDENT", .object(["model"]),
        "a density to start from, kind flow with flow=iaf(K) or realnvp(K); it is left unchanged"),
      Parameter(
        "TEACHER", .object(["model"]),
        "a trained density of as many values: flow=made(…), maf(K), …"),
    ],
    options: [
      Parameter(
        "epochs", .integer(1...1_000_000), default: .number(50), "largest number of epochs"),
      Parameter("items", .integer(1...100_000_000), default: .number(10_000), "draws in an epoch"),
      Parameter(
        "batch", .integer(1...1_000_000), default: .number(128),
        "draws of the student in a step, at most all of an epoch"),
      Parameter("lr", .number(1e-12...1e3), default: .number(1e-3), "learning rate"),
      Parameter(
        "draws", .integer(1...1000), defaultText: "4",
        "fresh draws of each value given those before it, where there is no closed form"),
      Parameter(
        "scales", .number(0...1e6), defaultText: "0",
        "weight of (log σ − log σ')² beside the closed form of normals"),
      Parameter(
        "patience", .optional(.integer(1...1_000_000)), defaultText: "none",
        "epochs without a better validation loss before it stops"),
      Parameter(
        "keep",
        .word([
          WordSpec("best", "the best KL of a tenth as many other draws"),
          WordSpec("last", "the last epoch"),
        ]), default: .string("best"), "which epoch's model is the result"),
    ] + checkpointOptions,
    result: "the trained student; the old one is unchanged", resultType: "model",
    details: [
      "The loss is KL(student ‖ teacher) in nats for an item, by draws of the student (Parallel WaveNet,",
      "arXiv:1711.10433): in closed form where both have a normal for each value given those before it;",
      "flow=iaf under flow=made(outputs=gmm(K)|logistic(K)): by several draws of each value; other pairs by",
      "one draw. The teacher is left as it is. Items of the teacher are kept as the student's data.",
      "The noise of iaf is normal, or logistic with iaf(K, noise=logistic).",
      "checkpoint=: the same line continues from the file after a crash; see help checkpoints.",
    ],
    example:
      "s = distill(model(flow, toy, flow=iaf(2)), train(model(flow, toy, flow=made(hidden=16)), toy, epochs=1), epochs=1)",
    seeAlso: ["model", "train", "sample", "objectives", "checkpoints"], isRandom: true,
    infer: inferDistill
  ) { call in
    let (student, teacher) = (try call.model(at: 0), try call.model(at: 1))
    try checkWidths(
      student.modelFacts, teacher.modelFacts, at: (call.span(at: 0), call.span(at: 1)),
      kind: .failure)
    try checkCheckpointOptions(
      given: call.given, values: call.options, spans: call.argumentSpans, at: call.span)
    let options = try call.distillationOptions
    try call.located(at: "#0") {
      try Trainer.checkDistillation(
        student.specification, from: teacher.specification, options)
    }
    try call.refuseWithoutEffect(options, student: student.model, teacher: teacher.model)
    let items = call.integer("items") ?? 10_000
    var training = try call.trainingOptions(of: student, items: items)
    training.warmup = 0
    training.patience = call.integer("patience") ?? training.epochs
    if let forecaster = call.host.forecaster {
      let cost = try call.located(at: "#0") {
        try Trainer.distillationCost(
          student.model, from: teacher.model, items: items, distillation: options,
          options: training)
      }
      forecaster.add(
        WorkCost(
          parameters: student.model.parameterCount, bytes: cost.bytes, seconds: cost.seconds))
      return .object(student)
    }
    let data = try call.located(at: "#1") {
      try Trainer.distillationData(
        of: teacher.model, items: items, validation: max(1, items / 10), seed: call.seed,
        threads: call.threads)
    }
    let run = StatementTraining(
      call: call, model: student,
      data: DatasetObject(
        dataset: data, pictureShape: student.pictureShape ?? student.specification.itemShape,
        notes: [],
        provenance: Provenance(call)),
      options: training, checkpoint: try call.checkpointOptions(), collective: SerialCollective(),
      teaching: Teaching(model: teacher.model, options: options))
    return try run.run()
  }

  private static let inferDistill: @Sendable (StaticCall) throws -> StaticValue = { call in
    let student = call.model(at: 0)
    try checkWidths(
      student, call.model(at: 1), at: (call.span(at: 0), call.span(at: 1)), kind: .check)
    try checkCheckpointOptions(
      given: Set(call.options.keys), values: call.knownOptions, spans: call.argumentSpans,
      at: call.span)
    return .object(type: "model", facts: student.values)
  }

  /// Throws E301 for models of different widths.
  private static func checkWidths(
    _ student: ModelFacts, _ teacher: ModelFacts, at spans: (student: Span, teacher: Span),
    kind: ScriptError.Kind
  ) throws {
    guard let own = student.width, let other = teacher.width, own != other else { return }
    throw ScriptError(
      "E301",
      "the student `\(spans.student.text)` makes \(own) values, but the teacher `\(spans.teacher.text)` has \(other)",
      kind: kind, at: spans.student, label: "\(own) values",
      notes: ["try: make the student for the teacher's data, model flow DATA flow=iaf(4)"])
  }
}

/// Whom a student learns from, and how.
struct Teaching {
  let model: Model
  let options: DistillationOptions
}

extension HostCall {
  fileprivate var distillationOptions: DistillationOptions {
    get throws {
      var options = DistillationOptions()
      options.draws = integer("draws") ?? options.draws
      options.scales = number("scales") ?? options.scales
      return options
    }
  }

  /// Throws E220 for an option of another form of the loss than this pair has.
  fileprivate func refuseWithoutEffect(
    _ options: DistillationOptions, student: Model, teacher: Model
  ) throws {
    let form = Trainer.distillationForm(student.specification, from: teacher.specification)
    let own: [DistillationForm: String] = [.closed: "scales", .drawn: "draws"]
    for name in ["draws", "scales"] where given.contains(name) && own[form] != name {
      throw ScriptError(
        "E220", "`\(name)=` has no effect here: the loss is \(form.rawValue)",
        at: span(of: name), notes: ["leave it out"])
    }
  }
}
