import Foundation

extension ModelMetric {
  /// H_enc = −E[log q(z|x) + log q(x)].
  static let encodingEntropy = meanOfDensities(
    "h_enc", summary: "cross entropy to the encoding joint, −E[log q(z|x) + log q(x)]",
    method: "one draw z ~ q(z|x) per item", missing: missingMarginal
  ) { terms, item in -(terms.logQZGivenX[item] + terms.logQX[item]) }

  /// H_dec = −E[log p(x|z) + log p(z)].
  static let decodingEntropy = meanOfDensities(
    "h_dec", summary: "cross entropy to the decoding joint, −E[log p(x|z) + log p(z)]",
    method: "one draw z ~ q(z|x) per item"
  ) { terms, item in -(terms.logPXGivenZ[item] + terms.logPZ[item]) }

  /// H_M = −E[log(½ q(x,z) + ½ p(x,z))].
  static let mixtureEntropy = meanOfDensities(
    "h_m", summary: "cross entropy to the mixture, −E[log(½ q(x,z) + ½ p(x,z))]",
    method: "one draw z ~ q(z|x) per item", missing: missingMarginal
  ) { terms, item in
    let encoding = terms.logQZGivenX[item] + terms.logQX[item]
    let decoding = terms.logPXGivenZ[item] + terms.logPZ[item]
    let larger = max(encoding, decoding)
    return log(2) - larger - log(exp(encoding - larger) + exp(decoding - larger))
  }
}
