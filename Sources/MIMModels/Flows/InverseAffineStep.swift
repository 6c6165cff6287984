import MIMTensor

/// y_d = u_d e^{a_d} + m_d with (m, a) of u before d by a masked network: a step of an inverse autoregressive flow as Parallel WaveNet has
/// it (van den Oord et al. 2018, arXiv:1711.10433, equation 5). A draw with its density takes one pass, the density of a given y a pass for
/// each unit.
struct InverseAffineStep: FlowStep, Sendable {
  /// Two numbers for each unit: m and a.
  let network: MaskedNetwork

  /// m and a.
  func coefficients(_ u: Tensor) -> (mean: Tensor, logScale: Tensor) {
    let parts = network.apply(u)
    return (parts[0], parts[1])
  }

  /// u e^a + m.
  func forward(_ value: Tensor) -> FlowResult {
    let (mean, logScale) = coefficients(value)
    return FlowResult(
      value * logScale.exp() + mean, logDeterminant: logScale.sum(axes: [1]))
  }

  /// u_d = (y_d − m_d) e^{−a_d}, one unit after another.
  func inverse(_ value: Tensor) -> FlowResult {
    let (u, logScales) = network.unitByUnit(value.graph, batch: value.shape[0]) { parts, unit in
      let logScale = parts[1].column(unit)
      return ((value.column(unit) - parts[0].column(unit)) * (-logScale).exp(), logScale)
    }
    return FlowResult(u, logDeterminant: logScales.sum(axes: [1]))
  }
}
