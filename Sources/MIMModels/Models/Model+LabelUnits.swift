import MIMTensor

extension Model {
  /// The mean of p(w|y) of a class, one number for each unit of w. Throws for models without such units, and for a class that there isn't.
  public func labelMeans(of name: String) throws -> [Float] {
    let names = try labelNames()
    guard let label = names.firstIndex(of: name), let attributes = specification.attributes else {
      throw ModelError.unusableRequest(
        reason: "there is no class \"\(name)\"; the classes are \(names.joined(separator: ", "))")
    }
    return LabelSubspace(
      attributes: attributes, units: specification.labelUnits, width: specification.latentSize
    ).means(of: label)
  }

  /// Codes `[n, latent]` with these numbers in the place of their units of w. Throws for models without such units, for codes of another
  /// width, and for another count of numbers.
  public func settingLabelUnits(
    of codes: HostArray<Float>, to values: [Float]
  ) throws -> HostArray<Float> {
    _ = try labelNames()
    let (units, width) = (specification.labelUnits, specification.latentSize)
    guard codes.shape.rank == 2, codes.rowSize == width else {
      throw ModelError.otherLatentSize(expected: width, found: codes.rowSize)
    }
    guard values.count == units, values.allSatisfy(\.isFinite) else {
      throw ModelError.unusableRequest(
        reason: "w has \(values.count) number\(values.count == 1 ? "" : "s"), but this model has "
          + "\(units) units for the class; give a finite number for each")
    }
    let elements = (0..<codes.rowCount).flatMap { values + codes.row($0).dropFirst(units) }
    return HostArray(elements, shape: codes.shape)
  }

  private func labelNames() throws -> [String] {
    guard let names = specification.labelNames, specification.labelUnits > 0 else {
      throw ModelError.unusableRequest(
        reason: "a model of kind `\(specification.objective.word)` has no units for the class; "
          + "use kind csvae")
    }
    return names
  }
}
