import MIMModels
import MIMTensor

/// A VAE whose KL term is drawn to C nats (Burgess et al. 2018, arXiv:1804.03599, equation 3, with one draw of z):
/// −log p(x|z) + β |log q(z|x) − log p(z) − C|.
struct CapacityAutoencoder: ObjectiveComponent {
  static let word = "capacity"
  static let summary = "VAE whose KL term is drawn to C nats"
  static let arguments = [
    ComponentArgument("C", .number(0...1000), usual: .number(5), "nats per item")
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  func objective(_ entropy: EntropyTreatment) -> Objective? {
    guard entropy == .keep else { return nil }
    let capacity = Float(values.number("C"))
    return Objective(
      formula: "E_q(x,z)[−log p(x|z) + β |log q(z|x) − log p(z) − \(capacity)|]",
      hasDecoderBranch: false
    ) { branch, beta in
      beta * (branch.logQZGivenX - branch.logPZ - capacity).abs() - branch.logPXGivenZ
    }
  }
}
