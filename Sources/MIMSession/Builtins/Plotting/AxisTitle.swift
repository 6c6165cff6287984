import MIMScript

/// What axes are called, with their units.
enum AxisTitle {
  /// The title of a column's axis.
  static func text(_ column: Table.Column) -> String { column.title ?? text(named: column.name) }

  /// The title of an axis of numbers that `evaluate` and `train` name so.
  static func text(named name: String) -> String {
    switch name {
    case "mi": "mutual information (nats)"
    case "nll": "NLL (nats)"
    case "elbo": "ELBO (nats)"
    case "rmse": "RMSE"
    case "rmse_free": "RMSE, free-running"
    case "nmi": "NMI"
    case "loss": "loss (nats)"
    case "recon": "−log p(x|z) (nats)"
    case "kl", "kl_qp": "KL(q(z|x) ‖ p(z)) (nats)"
    case "kl_pq": "KL(p(z) ‖ q(z|x)) (nats)"
    case "h_enc", "h_dec", "h_m": "entropy \(name) (nats)"
    case "mi_q": "I_q(x; z) (nats)"
    case "rate": "rate (nats)"
    case "distortion": "distortion (nats)"
    case "seconds": "training (s)"
    case "lr": "learning rate"
    case "beta": "β"
    case "hidden": "hidden units"
    case "z": "latent units"
    case "active": "active units"
    case "collapse": "share of collapsed units"
    default: classifier(name) ?? name
    }
  }

  private static func classifier(_ name: String) -> String? {
    guard name.hasPrefix("knn"), let k = Int(name.dropFirst(3)) else { return nil }
    return "\(k)-NN accuracy"
  }
}
