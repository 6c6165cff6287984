import Foundation
import MIMTensor

/// The mutual information machine (Livne, Swersky and Fleet 2019, arXiv:1910.03175).
struct MutualInformationMachine: ObjectiveComponent {
  static let word = "mim"
  static let summary = "mutual information machine: encoder and decoder branch"
  static let method: MethodNote? = MethodNote(
    "MIM", words: "model mim DATA", source: "Livne et al. 2019, arXiv:1910.03175",
    use: "codes that keep x; encoding and decoding agree in both directions",
    cost: "two branches: about twice a VAE")
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  func objective(_ entropy: EntropyTreatment) -> Objective? {
    entropy == .keep ? .mutualInformationMachine : .mutualInformationMachineMinusEntropy
  }
}

/// The same by its encoder branch alone.
struct AsymmetricMutualInformationMachine: ObjectiveComponent {
  static let word = "amim"
  static let summary = "asymmetric MIM: encoder branch only"
  static let method: MethodNote? = MethodNote(
    "A-MIM", words: "model amim DATA", source: "Livne et al. 2019, arXiv:1910.03175",
    use: "codes that keep x, where the decoder can't be drawn from in training",
    cost: "as a VAE")
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  func objective(_ entropy: EntropyTreatment) -> Objective? {
    entropy == .keep
      ? .asymmetricMutualInformationMachine : .machineMinusEntropy(over: .encoder)
  }
}

extension Objective {
  /// Which samples (x, z) the expectation is over.
  fileprivate enum Sample: String {
    /// Half of the encoder's, half of the decoder's.
    case mixture = "M(x,z)"
    /// The encoder's.
    case encoder = "q(x,z)"
  }

  /// −½ (log p(x|z) + log p(z) + β (log q(z|x) + log q(x))): the mean of the cross entropies of
  /// the sample to both joints (Livne, Swersky and Fleet 2019, arXiv:1910.03175, equation 6). In a
  /// two-level model log p(z) is log p(z1|z2) + β log p(z2).
  package static let mutualInformationMachine = machine(over: .mixture)

  /// MIM − H: the loss − H_M with H_M = −log(½ p(x,z) + ½ q(x,z)), which leaves the
  /// Jensen–Shannon divergence of the joints (arXiv:1910.04153, section 4, ablation).
  package static let mutualInformationMachineMinusEntropy = machineMinusEntropy(over: .mixture)

  /// The same over the encoder's sample alone.
  package static let asymmetricMutualInformationMachine = machine(over: .encoder)

  private static func terms(_ sample: Sample) -> String {
    "−½ E_\(sample.rawValue)[log p(x|z) + log p(z) + β (log q(z|x) + log q(x))]"
  }

  fileprivate static func machine(over sample: Sample) -> Objective {
    Objective(
      formula: terms(sample), hasDecoderBranch: sample == .mixture, usesMarginal: true,
      itemLoss: machineLoss)
  }

  fileprivate static func machineMinusEntropy(over sample: Sample) -> Objective {
    Objective(
      formula: terms(sample) + " − H_M", hasDecoderBranch: sample == .mixture,
      usesMarginal: true, isUnboundedDuringWarmup: true
    ) { branch, beta in machineLoss(branch, beta) - branch.mixtureSurprisal }
  }

  @Sendable private static func machineLoss(_ branch: Branch, _ beta: Tensor) -> Tensor {
    let annealed = branch.annealed(beta)
    return (annealed.logDecodingJoint + beta * annealed.logEncodingJoint) * -0.5
  }
}

extension Branch {
  /// H_M per item: −log(½ p(x,z) + ½ q(x,z)).
  package var mixtureSurprisal: Tensor {
    -(logDecodingJoint.logAddExp(logEncodingJoint) - Float(log(2.0)))
  }
}

extension ObjectiveChoice {
  /// Symmetric mutual information machine: encoder and decoder branch.
  public static var mim: ObjectiveChoice { ObjectiveChoice(MutualInformationMachine([:])) }

  /// Asymmetric mutual information machine: encoder branch only.
  public static var amim: ObjectiveChoice {
    ObjectiveChoice(AsymmetricMutualInformationMachine([:]))
  }
}
