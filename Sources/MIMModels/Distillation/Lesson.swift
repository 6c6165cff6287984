/// What a distillation is asked for, as far as it tells it from another: a checkpoint is taken up by the same one only.
struct Lesson: Codable, Equatable {
  /// Draws in an epoch, and those that the best epoch is chosen by.
  let items: Int
  let validation: Int
  /// Those of ``DistillationOptions``.
  let draws: Int
  let scales: Double

  init(_ data: Dataset, _ options: DistillationOptions) {
    items = data.train.count
    validation = data.val?.count ?? 0
    draws = options.draws
    scales = options.scales
  }

  /// What keeps a training from taking up a file with `saved`, as phrases; nil stands for one that learns from data.
  static func differences(_ saved: Lesson?, _ now: Lesson?) -> [String] {
    switch (saved, now) {
    case (nil, nil): []
    case (nil, _): ["it learns from data, not from a teacher"]
    case (_, nil): ["it learns from a teacher, not from data"]
    case (let saved?, let now?): now.differences(since: saved)
    }
  }

  private func differences(since saved: Lesson) -> [String] {
    [
      ("items", "\(saved.items)", "\(items)"),
      ("validation items", "\(saved.validation)", "\(validation)"),
      ("draws", "\(saved.draws)", "\(draws)"),
      ("scales", "\(saved.scales)", "\(scales)"),
    ].filter { $0.1 != $0.2 }.map { "\($0.0) was \($0.1), now \($0.2)" }
  }
}

/// What a distillation computes in each step, and what is asked for.
struct Distillation {
  let network: DistillationModel
  let lesson: Lesson
  /// Of the teacher, in hexadecimal.
  let teacherDigest: String
}
