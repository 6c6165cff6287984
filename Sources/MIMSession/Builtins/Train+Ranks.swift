import MIMModels
import MIMScript
import MIMTensor

extension StatementTraining {
  /// Trains where it must be done: in a sweep's row and under `parallel=data` here as everywhere; else on
  /// rank 0, from which the others get the model, so that all have the same bits and one file is written.
  func onRightRanks(_ frames: KeptFrames, _ train: () throws -> Model) throws -> Model {
    let ranks = try call.session.ranks
    guard ranks.isShared, collective.size == 1, call.host.rowThreads == nil else {
      return try train()
    }
    var trained: Model?
    try ranks.leading { trained = try train() }
    let models = try ranks.shared(
      models: trained.map { [$0] + frames.models } ?? [],
      catalog: try call.session.settings.catalog)
    guard let last = models.first else {
      throw ScriptError("E450", "rank 0 sent no model", at: call.span)
    }
    frames.models = Array(models.dropFirst())
    return last
  }
}

extension Ranks {
  /// Rank 0's models, on every rank; they compute convolutions as `set conv=` says there.
  fileprivate func shared(models: [Model], catalog: Catalog) throws -> [Model] {
    let count = Int(shared("\(models.count)")) ?? 0
    return try (0..<count).map { index in
      let own = index < models.count ? models[index] : nil
      let bytes = collective.broadcast(try own?.safetensors() ?? [])
      let algorithm = shared(own?.convolution.rawValue ?? "")
      var model =
        try own ?? Model(safetensors: bytes, path: "the model from rank 0", catalog: catalog)
      model.convolution = ConvolutionAlgorithm(rawValue: algorithm) ?? .automatic
      return model
    }
  }
}
