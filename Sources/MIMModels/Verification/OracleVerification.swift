import MIMTensor

/// Compares our models, the methods beside them and optimisers with reference files: values of the authors' implementations and of
/// PyTorch's Adam.
public enum OracleVerification {
  private static let families:
    [(prefix: String, rows: @Sendable (ReferenceFile) throws -> [VerificationRow])] = [
      ("mlp-", { try PerceptronVerification($0).rows() }),
      ("convhvae-", { try TwoLevelVerification($0).rows() }),
      ("pixelhvae-", { try TwoLevelVerification($0).rows() }),
      ("hvae-", { try TwoLevelVerification($0).rows() }),
      ("sylvester-", { try FlowPosteriorVerification($0).rows() }),
      ("made-gaussian", { try FlowDensityVerification($0).rows() }),
      ("made-mog", { try MixtureDensityVerification($0).rows() }),
      ("made-", { try MaskedDensityVerification($0).rows() }),
      ("maf", { try FlowDensityVerification($0).rows() }),
      ("realnvp-vector", { try FlowDensityVerification($0).rows() }),
      ("realnvp-image", { try ImageCouplingVerification($0).rows() }),
      ("glow-step-authors", { try GlowVerification($0).authorsRows() }),
      ("glow-step", { try GlowVerification($0).stepRows() }),
      ("glow-actnorm-init", { try GlowVerification($0).firstRows() }),
      ("glow-model", { try GlowVerification($0).modelRows() }),
      ("vqvae-ema", { try AveragedCodebookVerification($0).rows() }),
      ("vqvae-sonnet", { try CorrectedCodebookVerification($0).rows() }),
      ("vqvae-model", { try ConvolutionalCodesVerification($0).rows() }),
      ("pixelcnn-gated", { try GatedPixelVerification($0).rows() }),
      ("iaf-conv", { try ConvolutionalFlowVerification($0).rows() }),
      ("vlae", { try LossyVerification($0).rows() }),
      ("dim-local", { try InfoMaxVerification($0).localRows() }),
      ("dim-global", { try InfoMaxVerification($0).globalRows() }),
      ("dim-prior", { try InfoMaxVerification($0).priorRows() }),
      ("csvae", { try SubspaceVerification($0).rows() }),
      ("asvae", { try DensityRatioVerification($0).rows() }),
      ("pwavenet-gaussian", { try DistillationVerification($0).gaussianRows() }),
      ("pwavenet-logistic", { try DistillationVerification($0).logisticRows() }),
      ("deltavae-gaussian", { try CommittedRateVerification($0).posteriorRows() }),
      ("deltavae-ar1", { try CommittedRateVerification($0).processRows() }),
    ]

  /// Whether this code knows the file, by its stem: `mlp-…`, `convhvae-…`, `pixelhvae-…`, `hvae-…` and
  /// `adam`.
  public static func knows(_ stem: String) -> Bool {
    stem == "adam" || families.contains { stem.hasPrefix($0.prefix) }
  }

  /// Compares every quantity of `STEM.safetensors` and `STEM.json` in `folder`. A missing or
  /// altered value makes a row that isn't ok; a malformed file throws `ModelError` or `FileError`.
  public static func verify(_ stem: String, in folder: String) throws -> [VerificationRow] {
    let file = try ReferenceFile(stem, in: folder)
    guard let family = families.first(where: { stem.hasPrefix($0.prefix) }) else {
      return try AdamVerification.rows(file)
    }
    return try family.rows(file)
  }
}
