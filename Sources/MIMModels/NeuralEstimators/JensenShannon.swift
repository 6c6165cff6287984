import Foundation
import MIMTensor

extension PairObjective {
  /// A critic trained by the Jensen–Shannon divergence, which is smooth where others explode (Hjelm et al. 2019,
  /// arXiv:1808.06670, equation 4), and the bound of Nguyen, Wainwright & Jordan with f + 1, which is tight at its
  /// optimum f = log q(x, z)/q(x)q(z) (Poole et al. 2019, arXiv:1905.06922, section 2.4):
  ///
  ///     trained:   E_q(x,z)[softplus(−f)] + E_q(x)q(z)[softplus(f)]
  ///     measured:  I(x; z) ≥ 1 + E_q(x,z)[f] − E_q(x)q(z)[exp f]
  static let jensenShannon = PairObjective(
    name: "js",
    loss: { scores in
      (-scores.positive).softplus().mean() + scores.meanOverOthers { $0.softplus() }
    }, bound: .ofAll(value: { 1 + $0 - exp($1) }, slope: { -exp($0) }))
}
