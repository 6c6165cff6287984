import MIMModels
import MIMScript

/// What `sweep(plan=true)` says of a training.
enum TrainingForecast {
  static func cost(
    of model: ModelObject, on data: Dataset, options: TrainingOptions
  ) throws -> WorkCost {
    let cost = try Trainer.cost(model.model, on: data, options: options)
    return WorkCost(
      parameters: model.model.parameterCount, bytes: cost.bytes, seconds: cost.seconds)
  }
}
