import Foundation
import MIMTensor

/// The scores of codes beside features of all items of a batch, and the bounds of information that Deep InfoMax takes from them (Hjelm et al.
/// 2019, arXiv:1808.06670, equations 2, 4 and 5), as losses. A code and the features of its own item are a draw of the joint distribution; with
/// features of another item, a draw of the product of the marginals.
package struct FeatureScores {
  /// u `[codes i, items j · places]`: the code of item i beside each place of item j.
  let scores: Tensor
  /// 1 where i = j, of the same shape.
  private let own: Tensor
  private let batch: Int
  private let places: Int

  /// Of codes `[batch, units]` and features `[batch · places, units]`, item by item; their dot products are the scores. Precondition: two items
  /// or more.
  package init(codes: Tensor, features: Tensor) {
    let (batch, places) = (codes.shape[0], features.shape[0] / codes.shape[0])
    precondition(batch > 1, "one item has no other to be compared with")
    (self.batch, self.places) = (batch, places)
    scores = codes.matmul(features, transposeOther: true)
    let others = codes.graph.constant(HostArray.otherRows(batch))
    own = (1 - others).reshape([batch, batch, 1]).broadcast(to: [batch, batch, places])
      .reshape([batch, batch * places])
  }

  /// The mean over the own item's places.
  func meanOfOwn(_ values: Tensor) -> Tensor {
    (values * own).sum() * Float(1 / (Double(batch) * Double(places)))
  }

  /// The mean over the other items' places.
  func meanOfOthers(_ values: Tensor) -> Tensor {
    (values * (1 - own)).sum() * Float(1 / (Double(batch) * Double(batch - 1) * Double(places)))
  }

  /// Jensen–Shannon (equation 4), shifted so that it is 0 where all scores are: E_others[sp(u) − log 2] − E_own[log 2 − sp(−u)] with
  /// sp(u) = log(1 + eᵘ).
  package var jensenShannon: Tensor {
    let shift = Float(log(2.0))
    return meanOfOthers(scores.softplus() - shift) - meanOfOwn(shift - (-scores).softplus())
  }

  /// Donsker and Varadhan (equation 2): log E_others[eᵘ] − E_own[u].
  package var donskerVaradhan: Tensor {
    let sum = others.reshape([1, batch * batch * places]).logSumExp(axis: -1).reshape([])
    let pairs = Double(batch) * Double(batch - 1) * Double(places)
    return sum - Float(log(pairs)) - meanOfOwn(scores)
  }

  /// InfoNCE (equation 5): −log of the share that eᵘ of an own place has in its sum with all places of the other items.
  package var infoNCE: Tensor { contrast(among: others) }

  /// The same with a fixed score in the place of the own item's among the others, as the authors' code has it.
  package func infoNCE(ownScore: Float) -> Tensor {
    contrast(among: scores * (1 - own) + own * ownScore)
  }

  private func contrast(among others: Tensor) -> Tensor {
    let sums = others.logSumExp(axis: -1, keepingDimensions: true).broadcast(to: scores.shape)
    return meanOfOwn(scores.logAddExp(sums) - scores)
  }

  /// The scores with those of the own item far below all others: exp makes them 0.
  private var others: Tensor { scores - own * 1e9 }
}
