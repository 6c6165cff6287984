import MIMTensor

/// The weights and biases of a convolution's heads side by side, as its passes see them: every head
/// begins a block of output channels, and those behind its last are zero.
struct PackedParameters {
  let geometry: ConvolutionGeometry
  let weights: UnsafeMutablePointer<Float>
  let bias: UnsafeMutablePointer<Float>

  init(
    _ geometry: ConvolutionGeometry, weights: UnsafeMutablePointer<Float>,
    bias: UnsafeMutablePointer<Float>
  ) {
    self.geometry = geometry
    self.weights = weights
    self.bias = bias
  }

  /// The calls that put the heads' weights, then their biases, in their places.
  func packing(_ parameters: [UnsafeMutablePointer<Float>?]) -> [Instruction] {
    let layout = geometry.outputLayout
    var calls: [Instruction] = []
    if layout.isPadded {
      let channels = layout.storedChannels
      calls.append(.zeroes(weights, channels * geometry.kernelCount))
      if parameters.count > geometry.heads.count { calls.append(.zeroes(bias, channels)) }
    }
    return calls
      + parameters.enumerated().map { .copy($1, to: place($0), count: count($0)) }
  }

  /// The calls that fetch the heads' weights, then their biases, where somebody reads them.
  func unpacking(into outputs: [UnsafeMutablePointer<Float>?]) -> [Instruction] {
    outputs.enumerated().compactMap { index, target in
      target.map { .copy(place(index), to: $0, count: count(index)) }
    }
  }

  /// Where the array of number `index` among weights, then biases, belongs.
  private func place(_ index: Int) -> UnsafeMutablePointer<Float> {
    let before = geometry.heads.prefix(index % geometry.heads.count)
    let channel = ChannelLayout(segments: Array(before), block: geometry.lanes).storedChannels
    return index < geometry.heads.count
      ? weights + channel * geometry.kernelCount : bias + channel
  }

  private func count(_ index: Int) -> Int {
    geometry.heads[index % geometry.heads.count]
      * (index < geometry.heads.count ? geometry.kernelCount : 1)
  }
}
