import MIMTensor

/// A step the other way round: f⁻¹ in place of f.
struct InverseStep: FlowStep {
  /// f.
  let step: any FlowStep

  init(_ step: any FlowStep) { self.step = step }

  private func turned(_ result: FlowResult) -> FlowResult {
    FlowResult(result.value, logDeterminant: -result.logDeterminant)
  }

  func forward(_ value: Tensor) -> FlowResult { turned(step.inverse(value)) }
  func inverse(_ value: Tensor) -> FlowResult { turned(step.forward(value)) }
  var parts: [Tensor] { step.parts }
  func rebuilt(from parts: [Tensor]) -> any FlowStep { InverseStep(step.rebuilt(from: parts)) }
}
