import MIMTensor

extension Trainer {
  /// Trains `student` to be like `teacher` without data: the loss is KL(student ‖ teacher) in nats for an item, by draws of the student
  /// (van den Oord et al. 2018, arXiv:1711.10433, equation 6). `data` says how many draws an epoch and a validation have, and where what
  /// was distilled comes from: items of the teacher (`distillationData`).
  ///
  /// With `checkpoint`, an interrupted distillation continues as an interrupted training does.
  ///
  /// Throws `ModelError` as `checkDistillation` and `train` do.
  public static func distill(
    _ student: Model, from teacher: Model, on data: Dataset,
    distillation: DistillationOptions = DistillationOptions(),
    options: TrainingOptions = TrainingOptions(), checkpoint: CheckpointOptions? = nil,
    observer: TrainingObserver = TrainingObserver()
  ) throws -> Model {
    let network = try distillationNetwork(student, from: teacher, distillation)
    try check(student.specification, on: data, options: options, isDistillation: true)
    var run = try TrainingRun(
      student, on: data, options: options, checkpoint: checkpoint, collective: SerialCollective(),
      distillation: Distillation(
        network: network, lesson: Lesson(data, distillation),
        teacherDigest: try TrainingDigest.ofTeacher(teacher)))
    return try run.train(observer)
  }

  /// Measures a few steps of a distillation of so many draws an epoch. Throws what `distill` would.
  public static func distillationCost(
    _ student: Model, from teacher: Model, items: Int,
    distillation: DistillationOptions = DistillationOptions(), options: TrainingOptions
  ) throws -> TrainingCost {
    try cost(
      student, network: distillationNetwork(student, from: teacher, distillation), items: items,
      decoderBranch: false, options: options)
  }

  private static func distillationNetwork(
    _ student: Model, from teacher: Model, _ options: DistillationOptions
  ) throws -> DistillationModel {
    try checkDistillation(student.specification, from: teacher.specification, options)
    guard let own = student.specification.dataDensity,
      let other = teacher.specification.dataDensity
    else { preconditionFailure("a distillation that was checked has two densities") }
    return DistillationModel(
      student: DensityModel(student.specification, density: own),
      teacher: DistillationModel.Teacher(density: other, parameters: teacher.parameters),
      options: options)
  }

  /// So many items of a teacher for an epoch, and so many for validation.
  public static func distillationData(
    of teacher: Model, items: Int, validation: Int, seed: UInt64, threads: Int
  ) throws -> Dataset {
    func split(_ role: DataSplit.Role, _ count: Int, _ seed: UInt64) throws -> DataSplit {
      DataSplit(
        role: role, items: try teacher.sample(count, seed: seed, threads: threads).draws)
    }
    let specification = teacher.specification
    return Dataset(
      name: "items of \(specification.flow.map { "\($0)" } ?? specification.objective.word)",
      train: try split(.train, items, seed), val: try split(.val, validation, seed &+ 1),
      valueKind: specification.valueKind, transform: specification.transform)
  }

  /// Throws `ModelError.unusableRequest` where one can't learn from the other: no density, other items, bits or bytes, a student whose
  /// draws or a teacher whose density goes value by value.
  public static func checkDistillation(
    _ student: ModelSpecification, from teacher: ModelSpecification,
    _ options: DistillationOptions = DistillationOptions()
  ) throws {
    func require(_ condition: Bool, _ reason: String) throws {
      guard condition else { throw ModelError.unusableRequest(reason: reason) }
    }
    for (role, specification) in [("student", student), ("teacher", teacher)] {
      try require(
        specification.flow != nil,
        "the \(role) is of kind `\(specification.objective.word)` and has no p(x) of its own; "
          + "use `model flow DATA flow=\(role == "student" ? "iaf(4)" : "made(hidden=100)")`")
      try require(
        specification.valueKind == .real,
        "the \(role)'s items are \(specification.valueKind.rawValue) values, which have no density; "
          + "use real numbers, as grey images are with logit=1e-6")
    }
    try require(
      student.itemSize == teacher.itemSize,
      "the student makes \(student.itemSize) values, but the teacher has \(teacher.itemSize); "
        + "make the student for the teacher's data")
    try require(
      student.transform == teacher.transform,
      "the student's values are scaled in another way than the teacher's; make both for the same data"
    )
    guard let own = student.dataDensity, let other = teacher.dataDensity else { return }
    try require(
      own.drawsInOnePass,
      "draws of flow=\(student.flow?.word ?? "") are made value by value, as the teacher's; "
        + "use flow=iaf(4) or flow=realnvp(8)")
    try require(
      other.inversions == 0,
      "the density of given items under flow=\(teacher.flow?.word ?? "") goes value by value; "
        + "use flow=made(hidden=100) or flow=maf(5) as teacher")
    try require(
      (1...1000).contains(options.draws) && (0...1e6).contains(options.scales),
      "draws=\(options.draws) or scales=\(options.scales) is out of range; use draws=4 scales=0")
  }
}

/// How the loss of a distillation is computed.
public enum DistillationForm: String, Sendable, Hashable {
  /// Both have a normal for each value given those before it.
  case closed = "the closed form of two normals for each value"
  /// Both go value by value.
  case drawn = "a cross-entropy by several draws of each value"
  /// Anything else.
  case single = "that of one draw of the student"
}

extension Trainer {
  /// The form for a pair that `checkDistillation` has passed.
  public static func distillationForm(
    _ student: ModelSpecification, from teacher: ModelSpecification
  ) -> DistillationForm {
    let graph = Graph()
    guard let own = student.dataDensity, let other = teacher.dataDensity,
      let drawn = own.autoregressiveDraw(
        in: graph, batch: 1, noise: .fresh(in: graph, prefix: "")),
      let said = other.conditionals(at: drawn.x)
    else { return .single }
    return drawn.isNormal && said.normal != nil ? .closed : .drawn
  }
}
