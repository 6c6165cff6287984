import MIMTensor

/// What training minimises: a function of a branch's terms and of β. An objective is one file
/// with one value of this type, and one line in `Objective.of`.
package struct Objective: Sendable {
  /// As a formula for people.
  package let formula: String
  /// Whether the decoder branch is added once β is full.
  package let hasDecoderBranch: Bool
  /// The loss of each item in nats, `[batch]`; β is a scalar tensor.
  package let itemLoss: @Sendable (_ terms: Branch, _ beta: Tensor) -> Tensor

  /// The objective that a specification names.
  package static func of(_ specification: ModelSpecification) -> Objective {
    switch (specification.objective, specification.entropy) {
    case (.ae, _): .autoencoder
    case (.vae, .keep): .variationalAutoencoder
    case (.vae, .flip): .variationalAutoencoderPlusEntropy
    case (.mim, .keep): .mutualInformationMachine
    case (.mim, .flip): .mutualInformationMachineMinusEntropy
    case (.amim, .keep): Objective.mutualInformationMachine.asymmetric
    case (.amim, .flip): Objective.mutualInformationMachineMinusEntropy.asymmetric
    }
  }

  /// The encoder branch alone.
  package var asymmetric: Objective {
    Objective(
      formula: formula.replacingMixture(with: "q(x,z)"), hasDecoderBranch: false,
      itemLoss: itemLoss)
  }
}

extension String {
  fileprivate func replacingMixture(with sample: String) -> String {
    split(separator: "M(x,z)", omittingEmptySubsequences: false).joined(separator: sample)
  }
}
