import MIMTensor

extension Tensor {
  /// x, and eˣ − 1 below 0 (Clevert et al. 2016, arXiv:1511.07289).
  func elu() -> Tensor { relu() + (minimum(graph.scalar(0)).exp() - 1) }
}
