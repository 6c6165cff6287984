import Foundation

/// The bounds on mutual information that a critic, a trained network, is fitted to.
public enum NeuralEstimator: String, Sendable, CaseIterable {
  /// Donsker and Varadhan's bound with a joint critic (MINE).
  case mine
  /// Donsker and Varadhan's bound with all combinations of a batch.
  case donskerVaradhan = "dv"
  /// The bound of Nguyen, Wainwright and Jordan.
  case nguyenWainwrightJordan = "nwj"
  /// The contrastive bound (InfoNCE): with a separable critic, and with a joint one where halves are measured.
  case infoNCE = "infonce"
  /// A critic trained by the Jensen–Shannon divergence.
  case jensenShannon = "js"

  /// The bound with a critic of its own.
  func bound(xWidth: Int, zWidth: Int, hidden: [Int], split: CriticSplit) -> any CriticBound {
    func pairwise(_ objective: PairObjective) -> PairwiseBound {
      PairwiseBound(objective, xWidth: xWidth, zWidth: zWidth, hidden: hidden)
    }
    return switch self {
    case .mine: MINE(xWidth: xWidth, zWidth: zWidth, hidden: hidden)
    case .donskerVaradhan: pairwise(.donskerVaradhan)
    case .nguyenWainwrightJordan: pairwise(.nguyenWainwrightJordan)
    case .infoNCE where split == .halves: pairwise(.contrastive)
    case .infoNCE: InfoNCE(xWidth: xWidth, zWidth: zWidth, hidden: hidden)
    case .jensenShannon: pairwise(.jensenShannon)
    }
  }
}

/// Which points train a critic, which choose the step, and which the bound is measured on.
public enum CriticSplit: Sendable, Equatable {
  /// 60 % train, 20 % choose the step, and 20 % that neither saw are measured: a lower bound in expectation.
  case thirds
  /// One half trains, the other one stops the training (two looks without a better value, one every 250 steps) and is
  /// measured: that of the Beyond-Normal benchmark (Czyż et al. 2023, arXiv:2306.11078). As the best look counts, the
  /// value can lie slightly above the bound.
  case halves
}

/// How a critic is trained.
public struct NeuralEstimatorOptions: Sendable, Equatable {
  /// Optimiser steps.
  public var steps = 2000
  /// Which points train, choose and are measured.
  public var split = CriticSplit.thirds
  /// Pairs in a batch; nil: 128, or less where there are few points.
  public var batch: Int?
  /// The widths of a critic's hidden layers, ReLU.
  public var hidden = [64, 64]
  /// Adam's learning rate.
  public var learningRate = 1e-3
  /// Splits the points, starts the weights and picks the batches.
  public var seed: UInt64 = 0
  /// The threads that products may use.
  public var threads = 1

  /// The defaults.
  public init() {}
}

/// A lower bound on I(x; z) in nats, found by training a critic and measured on points that took
/// no part in its training.
public struct NeuralEstimate: Sendable, Equatable {
  /// Which bound.
  public let estimator: NeuralEstimator
  /// The bound in nats; it may be slightly negative.
  public let value: Double
  /// The standard error of `value` over the points it was measured on; the critic is taken as
  /// given.
  public let standardError: Double
  /// The number of points it was measured on.
  public let count: Int
  /// Pairs in a batch.
  public let batch: Int
  /// The step whose critic did best on the points set aside for the choice.
  public let bestStep: Int
  /// The rows that each row was contrasted with: by InfoNCE with a separable critic those of a batch, else all.
  public let contrasts: Int
  /// The value that cannot be exceeded (InfoNCE) or trusted (the others), the logarithm of ``contrasts``, in nats.
  public var ceiling: Double { log(Double(contrasts)) }

  /// Why the value may be far too small; nil when nothing speaks against it.
  public var warning: String? {
    let (value, ceiling) = ((100 * value).rounded() / 100, (100 * ceiling).rounded() / 100)
    return switch estimator {
    case _ where self.value < -0.1 - 3 * standardError:
      "\(value) is below 0: the critic did not learn; use a smaller lr= or more items"
    case .infoNCE where self.value > self.ceiling - 1:
      "\(value) is close to log \(contrasts) = \(ceiling), the largest value of InfoNCE for "
        + (contrasts == count
          ? "\(count) rows; read it as a lower bound, or use more rows"
          : "batches of \(batch); read it as a lower bound, or use a larger batch=")
    case _ where self.value > self.ceiling - 1:
      "\(value) is close to log \(count) = \(ceiling); above that, no lower bound from \(count) "
        + "points can be trusted (McAllester & Stratos 2020)"
    default: nil
    }
  }
}
