import Foundation
import MIMTensor

extension PairObjective {
  /// Donsker & Varadhan's bound (1983; as a bound by a critic: Belghazi et al. 2018, arXiv:1801.04062, equation 5),
  /// trained on all combinations of a batch, with the gradient of the bound itself:
  ///
  ///     I(x; z) ≥ E_q(x,z)[f] − log E_q(x)q(z)[exp f]
  static let donskerVaradhan = PairObjective(
    name: "dv", loss: { $0.logMeanExp - $0.positive.mean() },
    bound: .ofAll(value: { $0 - $1 }, slope: { _ in -1 }))
}
