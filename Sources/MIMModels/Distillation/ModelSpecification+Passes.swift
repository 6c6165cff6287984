import MIMTensor

extension ModelSpecification {
  /// The most passes of a network, one after another, that the density of given items may take in a plan: more take minutes to make.
  private static let mostInversions = 1024

  /// The network that a step of training runs, as far as it is known without a teacher.
  var costedNetwork: any LatentVariableModel {
    guard let density = dataDensity, density.inversions > 0 else { return network() }
    return DistillationModel(
      student: DensityModel(self, density: density), teacher: nil, options: DistillationOptions())
  }

  /// Throws where training by the density of given items would take a pass for each value in each step.
  func requireQuickDensity() throws {
    guard let density = dataDensity, density.inversions > 0 else { return }
    throw ModelError.unusableOption(
      name: FlowSlot.option, value: flow.map { "\($0)" } ?? "",
      reason: "its density of a given item takes a pass for each value; "
        + "let it learn from a teacher, distill STUDENT TEACHER, or use flow=maf(5)")
  }

  /// Throws where even one density of given items would take too many passes.
  func requireFeasibleDensity() throws {
    guard let density = dataDensity, density.inversions > Self.mostInversions else { return }
    throw ModelError.unusableRequest(
      reason: "the density of given items and their codes under flow=\(flow?.word ?? "") take "
        + "\(density.inversions) passes one after another, and at most \(Self.mostInversions) are made; "
        + "use `sample`, or fewer steps")
  }
}
