import MIMTensor

/// Compares our models with reference files of the MIM authors' implementation.
public enum OracleVerification {
  /// Whether this code knows the file, by its stem: `mlp-…` and `adam`.
  public static func knows(_ stem: String) -> Bool { stem == "adam" || stem.hasPrefix("mlp-") }

  /// Compares every quantity of `STEM.safetensors` and `STEM.json` in `folder`. A missing or
  /// altered value makes a row that isn't ok; a malformed file throws.
  public static func verify(_ stem: String, in folder: String) throws -> [VerificationRow] {
    throw ModelError.unusableRequest(reason: "not built yet")
  }
}
