import Foundation
import MIMTensor

extension Objective {
  /// −½ (log p(x|z) + log p(z) + β (log q(z|x) + log q(x))): the mean of the cross entropies of
  /// the sample to both joints (Livne, Swersky and Fleet 2019, arXiv:1910.03175, equation 6). In a
  /// two-level model log p(z) is log p(z1|z2) + β log p(z2).
  package static let mutualInformationMachine = Objective(
    formula: "−½ E_M(x,z)[log p(x|z) + log p(z) + β (log q(z|x) + log q(x))]",
    hasDecoderBranch: true
  ) { terms, beta in
    let annealed = terms.annealed(beta)
    return (annealed.logDecodingJoint + beta * annealed.logEncodingJoint) * -0.5
  }

  /// MIM − H: the loss − H_M with H_M = −log(½ p(x,z) + ½ q(x,z)), which leaves the
  /// Jensen–Shannon divergence of the joints (arXiv:1910.04153, section 4, ablation).
  package static let mutualInformationMachineMinusEntropy = Objective(
    formula: "−½ E_M(x,z)[log p(x|z) + log p(z) + β (log q(z|x) + log q(x))] − H_M",
    hasDecoderBranch: true
  ) { terms, beta in
    mutualInformationMachine.itemLoss(terms, beta) - terms.mixtureSurprisal
  }
}

extension Branch {
  /// H_M per item: −log(½ p(x,z) + ½ q(x,z)).
  package var mixtureSurprisal: Tensor {
    -(logDecodingJoint.logAddExp(logEncodingJoint) - Float(log(2.0)))
  }
}
