import MIMModels
import MIMScript
import MIMTensor

/// What `show m kernels` prints: the products and convolutions of a model's training step, and what computes
/// each.
struct KernelListing: HostObject {
  private let title: String
  private let summary: ModelSummary

  /// Throws what planning a training step throws. A trained model's step has the batch of its training.
  init(_ object: ModelObject, threads: Int) throws {
    let batch = object.model.training?.options.batch ?? TrainingOptions().batch
    summary = try object.model.summary(batch: batch, threads: threads)
    title =
      "\(object.shortText), a training step of \(batch) items with "
      + "\(summary.device.title):"
  }

  var typeName: String { "kernels" }
  var fieldNames: [String] { [] }
  func field(_ name: String) -> Value? { nil }

  /// A line for each pass; lines are never cut, so they may be longer than `width`.
  func summary(width: Int) -> [String] {
    [title] + summary.passes.lines + ["All other operations are plain loops over their arrays."]
  }

  /// One object a pass.
  var json: JSON {
    .object([
      ("type", .string(typeName)), ("batch", .number(Double(summary.batch))),
      ("instruction_set", .string(summary.device.word)),
      (
        "passes",
        .array(
          summary.passes.counted.map { pass, times in
            .object([
              ("layer", .string(pass.scope)), ("operation", .string(pass.operation)),
              ("extents", .string(pass.extents)),
              ("implementation", .string(pass.implementation)), ("times", .number(Double(times))),
            ])
          })
      ),
    ])
  }
}
