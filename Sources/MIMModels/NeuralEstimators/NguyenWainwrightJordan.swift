import Foundation
import MIMTensor

extension PairObjective {
  /// The bound of Nguyen, Wainwright & Jordan (2010, IEEE Trans. Inf. Theory 56, 5847; f-GAN's KL, Poole et al. 2019,
  /// arXiv:1905.06922, equation 7). Unlike Donsker and Varadhan's it is unbiased in every batch; its variance grows
  /// with exp I:
  ///
  ///     I(x; z) ≥ E_q(x,z)[f] − E_q(x)q(z)[exp(f − 1)]
  static let nguyenWainwrightJordan = PairObjective(
    name: "nwj", loss: { ($0.logMeanExp - 1).exp() - $0.positive.mean() },
    bound: .ofAll(value: { $0 - exp($1 - 1) }, slope: { -exp($0 - 1) }))
}
