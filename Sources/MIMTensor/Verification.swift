/// One compared quantity of a reference file: what `mim-repl verify` prints as a line.
public struct VerificationRow: Sendable, Hashable {
  /// The reference file, by name.
  public let file: String
  /// What was compared, for example `encoder_branch.mim`.
  public let quantity: String
  /// The reference value; for an array its Euclidean norm.
  public let reference: Double
  /// Our value; for an array its Euclidean norm. NaN where it couldn't be computed.
  public let ours: Double
  /// The deviation, in the measure that `tolerance` bounds.
  public let error: Double
  /// The largest allowed `error`.
  public let tolerance: Double
  /// Whether the error is finite and within the tolerance.
  public var ok: Bool { error.isFinite && error <= tolerance }

  /// A comparison that was made: the numbers as they are.
  /// `error` must be in the measure of `tolerance`.
  public init(
    file: String, quantity: String, reference: Double, ours: Double, error: Double,
    tolerance: Double
  ) {
    self.file = file
    self.quantity = quantity
    self.reference = reference
    self.ours = ours
    self.error = error
    self.tolerance = tolerance
  }

  /// The row of a number: |ours − reference| against `tolerance`.
  public static func number(
    file: String, quantity: String, reference: Double, ours: Double, tolerance: Double
  ) -> VerificationRow {
    VerificationRow(
      file: file, quantity: quantity, reference: reference, ours: ours,
      error: abs(ours - reference), tolerance: tolerance)
  }

  /// The row of a quantity that the file lacks: never ok.
  public static func missing(file: String, quantity: String) -> VerificationRow {
    VerificationRow(
      file: file, quantity: quantity, reference: .nan, ours: .nan, error: .infinity, tolerance: 0)
  }
}
