import MIMTensor

/// A point on a codebook: each vector of an encoding becomes its nearest code (van den Oord et al. 2017, arXiv:1711.00937, equations 1 and 2).
/// Gradients pass straight through to the encoding. As a distribution over codes it has the probability 1 at its own.
struct VectorQuantized: Distribution {
  /// z_e, `[batch, units]`.
  let encoded: Tensor
  let book: Codebook
  /// One row for each vector: 1 for its code, `[batch · vectors, K]`.
  let choice: Tensor
  /// The codes e, `[K, dim]`.
  private let codes: Tensor
  /// z_e and its nearest codes, a row for each vector.
  private let rows: Tensor
  private let nearest: Tensor

  init(encoded: Tensor, book: Codebook) {
    self.encoded = encoded
    self.book = book
    codes = book.codes(in: encoded.graph)
    rows = encoded.reshape([encoded.count / book.dim, book.dim])
    choice = Codebook.choice(of: rows, among: codes)
    nearest = choice.matmul(codes)
  }

  /// z_q, `[batch, units]`.
  private var quantized: Tensor { nearest.reshape(encoded.shape) }

  var mean: Tensor? { quantized }
  var standardDeviation: Tensor? { encoded * 0 }
  var entropy: Tensor? { (encoded * 0).sum(axes: [1]) }
  var parts: [Tensor] { [encoded] }

  func rebuilt(from parts: [Tensor]) -> any Distribution {
    VectorQuantized(encoded: parts[0], book: book)
  }

  /// 0 at the own codes, and far below every probability elsewhere.
  func logDensity(of value: Tensor) -> Tensor {
    let distance = (value - quantized).square().sum(axes: [1])
    return distance.greater(value.graph.scalar(0)) * -1e30
  }

  /// z_q with the gradient of z_e.
  func draw(from noise: NoiseSource, stream: String) -> Draw {
    let value = quantized.stopGradient() + (encoded - encoded.stopGradient())
    return Draw(value, logDensity: (encoded.stopGradient() * 0).sum(axes: [1]))
  }

  /// β ‖z_e − sg[e]‖², and where gradients move the codes, ‖sg[z_e] − e‖² (equation 3), each summed over an item's vectors.
  var extraLosses: [ExtraLoss] {
    func perItem(_ squares: Tensor) -> Tensor {
      squares.reshape(encoded.shape).sum(axes: [1])
    }
    let commitment = perItem((rows - nearest.stopGradient()).square()) * book.commitment
    guard book.average == nil else { return [ExtraLoss("commitment", commitment)] }
    let codebook = perItem((rows.stopGradient() - choice.matmul(codes)).square())
    return [ExtraLoss("commitment", commitment), ExtraLoss("codebook", codebook)]
  }

  func statisticUpdates(_ collective: any Collective) -> [Update] {
    book.updates(rows: rows.stopGradient(), choice: choice, collective)
  }
}
