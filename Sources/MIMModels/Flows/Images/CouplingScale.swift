import MIMTensor

/// A scale of multi-scale Real NVP (Dinh et al. 2017, arXiv:1605.08803, section 3.6): three couplings by checkerboards, three by channels
/// of squeezed images, then half of the numbers become codes; the last scale has four checkerboards alone. Arrays have the names of a
/// public PyTorch port behind a prefix.
struct CouplingScale {
  let image: ImageSize
  let inner: [MaskedImageCoupling]
  /// None at the last scale.
  let outer: [MaskedImageCoupling]

  /// All scales of an image, the first of them with couplings of `width` channels.
  static func all(
    _ count: Int, prefix: String, image: ImageSize, width: Int, blocks: Int,
    statistics: NormalizationStatistics
  ) -> [CouplingScale] {
    var (place, width, prefix) = (image, width, prefix)
    return (0..<count).map { index in
      let isLast = index == count - 1
      let squeezed = PixelOrder.squeeze(place).moved
      func couplings(
        _ name: String, _ image: ImageSize, _ width: Int, _ masks: [MaskedImageCoupling.Mask]
      ) -> [MaskedImageCoupling] {
        masks.enumerated().map { number, mask in
          MaskedImageCoupling(
            name: "\(prefix)\(name).\(number)", image: image, mask: mask, width: width,
            blocks: blocks, statistics: statistics)
        }
      }
      let scale = CouplingScale(
        image: place,
        inner: couplings(
          "in_couplings", place, width,
          (0..<(isLast ? 4 : 3)).map { .checkerboard(keepsTopLeft: $0 % 2 == 1) }),
        outer: isLast
          ? []
          : couplings(
            "out_couplings", squeezed, 2 * width,
            (0..<3).map { .channels(keepsFirst: $0 % 2 == 1) }))
      prefix += "next_block."
      width *= 2
      place = squeezed
      place.channels /= 2
      return scale
    }
  }

  var parameters: [ParameterDeclaration] { (inner + outer).flatMap(\.parameters) }

  /// As a level of a flow.
  var level: MultiScaleFlow.Level {
    guard !outer.isEmpty else {
      return MultiScaleFlow.Level(steps: inner, output: image, prior: .standard)
    }
    let squeeze = PixelOrder.squeeze(image)
    let parting = PixelOrder.squeezeByPlace(image)
    let squeezed: [any FlowStep] = [squeeze] + outer
    return MultiScaleFlow.Level(
      steps: inner + squeezed + [InverseStep(squeeze), parting], output: parting.moved,
      prior: .standard)
  }
}
