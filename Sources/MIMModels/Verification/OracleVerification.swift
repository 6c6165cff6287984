import MIMTensor

/// Compares our models and optimisers with reference files: values of the MIM authors'
/// implementation and of PyTorch's Adam.
public enum OracleVerification {
  /// Whether this code knows the file, by its stem: `mlp-…` and `adam`.
  public static func knows(_ stem: String) -> Bool { stem == "adam" || stem.hasPrefix("mlp-") }

  /// Compares every quantity of `STEM.safetensors` and `STEM.json` in `folder`. A missing or
  /// altered value makes a row that isn't ok; a malformed file throws `ModelError` or `FileError`.
  public static func verify(_ stem: String, in folder: String) throws -> [VerificationRow] {
    let file = try ReferenceFile(stem, in: folder)
    return stem == "adam"
      ? try AdamVerification.rows(file) : try PerceptronVerification(file).rows()
  }
}
