import MIMTensor

/// A causal convolution over time with weights g v/‖v‖ for each output channel, as WaveNet has it (van den Oord et al. 2016,
/// arXiv:1609.03499, section 2.1): y[t] = b + Σ_j W_j x[t − (k − 1 − j) · dilation], zeros before the first place. For reference files; series are
/// `[batch, time, channels]`.
struct CausalConvolution {
  /// Arrays `NAME.weight_v`, `NAME.weight_g` and `NAME.bias`.
  let name: String
  let inputs: Int
  let outputs: Int
  var kernel = 1
  var dilation = 1

  var parameters: [(name: String, shape: Shape)] {
    [
      ("\(name).weight_v", [outputs, inputs, kernel]), ("\(name).weight_g", [outputs, 1, 1]),
      ("\(name).bias", [outputs]),
    ]
  }

  func apply(_ x: Tensor) -> Tensor {
    let graph = x.graph
    let (batch, time) = (x.shape[0], x.shape[1])
    let v = graph.parameter("\(name).weight_v", shape: [outputs, inputs, kernel])
    let g = graph.parameter("\(name).weight_g", shape: [outputs, 1, 1])
    let length = v.square().sum(axes: [1, 2], keepingDimensions: true).sqrt()
    // Taps that reach before the first place see zeros alone.
    let taps = (0..<kernel).filter { (kernel - 1 - $0) * dilation < time }
    let shifted = taps.map { tap -> Tensor in
      let lag = (kernel - 1 - tap) * dilation
      return x.slice(axis: 1, range: 0..<time - lag).padded(axis: 1, before: lag, to: time)
    }
    let weight = (v * (g / length)).transpose()
      .slice(axis: 1, range: kernel - taps.count..<kernel)
      .reshape([outputs, taps.count * inputs])
    return graph.concatenate(shifted, axis: 2).reshape([batch * time, taps.count * inputs])
      .affine(weight: weight, bias: graph.parameter("\(name).bias", shape: [outputs]))
      .reshape([batch, time, outputs])
  }
}

/// A small WaveNet with a local condition (Ping, Peng and Chen 2019, arXiv:1807.07281, in their public PyTorch port), for reference files.
struct ConditionedWaveNet {
  let prefix: String
  let layers: Int
  let residual: Int
  let gate: Int
  let skip: Int
  let conditioning: Int
  let outputs: Int
  let frontKernel: Int
  let kernel: Int
  /// Whether dilations are powers of the kernel's size, not of 2.
  let dilatesByKernel: Bool

  private func convolution(
    _ part: String, _ inputs: Int, _ outputs: Int, kernel: Int = 1, dilation: Int = 1
  ) -> CausalConvolution {
    CausalConvolution(
      name: prefix + part, inputs: inputs, outputs: outputs, kernel: kernel, dilation: dilation)
  }

  private struct Block {
    let filter: CausalConvolution
    let gate: CausalConvolution
    let filterCondition: CausalConvolution
    let gateCondition: CausalConvolution
    let residual: CausalConvolution
    let skip: CausalConvolution
  }

  private var front: CausalConvolution {
    convolution("front_conv.0.conv", 1, residual, kernel: frontKernel)
  }

  private var blocks: [Block] {
    (0..<layers).map { index in
      let base = dilatesByKernel ? kernel : 2
      let dilation = (0..<index).reduce(1) { product, _ in product * base }
      let name = "res_blocks.\(index)"
      return Block(
        filter: convolution(
          "\(name).filter_conv.conv", residual, gate, kernel: kernel, dilation: dilation),
        gate: convolution(
          "\(name).gate_conv.conv", residual, gate, kernel: kernel, dilation: dilation),
        filterCondition: convolution("\(name).filter_conv_c", conditioning, gate),
        gateCondition: convolution("\(name).gate_conv_c", conditioning, gate),
        residual: convolution("\(name).res_conv", gate, residual),
        skip: convolution("\(name).skip_conv", gate, skip))
    }
  }

  private var last: [CausalConvolution] {
    [
      convolution("final_conv.1.conv", skip, skip),
      convolution("final_conv.3.conv", skip, outputs),
    ]
  }

  var parameters: [(name: String, shape: Shape)] {
    let inner = blocks.flatMap {
      [$0.filter, $0.gate, $0.filterCondition, $0.gateCondition, $0.residual, $0.skip]
    }
    return ([front] + inner + last).flatMap(\.parameters)
  }

  /// `[batch, time, 1]` and a condition `[batch, time, conditioning]` → `[batch, time, outputs]`; place t sees places up to t.
  func apply(_ x: Tensor, condition: Tensor) -> Tensor {
    var place = front.apply(x).relu()
    var sum: Tensor?
    for block in blocks {
      let filter = block.filter.apply(place) + block.filterCondition.apply(condition)
      let gate = block.gate.apply(place) + block.gateCondition.apply(condition)
      let out = filter.tanh() * gate.sigmoid()
      let own = block.skip.apply(out)
      sum = sum.map { $0 + own } ?? own
      place = (place + block.residual.apply(out)) * Float(0.5).squareRoot()
    }
    return last.reduce(sum ?? place) { $1.apply($0.relu()) }
  }
}
