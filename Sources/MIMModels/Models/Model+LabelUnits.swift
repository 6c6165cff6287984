import MIMTensor

extension Model {
  /// The numbers of the units of codes that hold the class, for a class: 1 at its own for a decoder that sees it, else the mean of p(w|y). Throws for models without such units, and for a class that there isn't.
  public func labelMeans(of name: String) throws -> [Float] {
    let names = try labelNames()
    guard let label = names.firstIndex(of: name), let attributes = specification.attributes else {
      throw ModelError.unusableRequest(
        reason: "there is no class \"\(name)\"; the classes are \(names.joined(separator: ", "))")
    }
    guard specification.heldClasses == 0 else {
      return names.indices.map { $0 == label ? 1 : 0 }
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

  /// The classes that codes `[n, latent]` begin with, for a decoder that sees them: the unit with the largest number. Nil for other models.
  public func heldLabels(of codes: HostArray<Float>) -> [Int32]? {
    let units = specification.heldClasses
    guard units > 0, codes.shape.rank == 2, codes.rowSize >= units else { return nil }
    return (0..<codes.rowCount).map { row in
      let own = codes.row(row).prefix(units)
      return Int32(own.enumerated().max { $0.element < $1.element }?.offset ?? 0)
    }
  }

  /// The classes of codes `[n, latent]` that were drawn for the class of this name, or for any class: those that codes begin with, else the
  /// one that was asked for. Nil where neither says any.
  public func drawnLabels(of codes: HostArray<Float>, asked name: String?) -> [Int32]? {
    if let held = heldLabels(of: codes) { return held }
    guard let name, let label = specification.labelNames?.firstIndex(of: name) else { return nil }
    return [Int32](repeating: Int32(label), count: codes.rowCount)
  }

  private func labelNames() throws -> [String] {
    guard let names = specification.labelNames, specification.labelUnits > 0 else {
      throw ModelError.unusableRequest(
        reason: "a model of kind `\(specification.objective.word)` has no units for the class; "
          + "use kind csvae, or dec=gatedpixelcnn(labels=yes)")
    }
    return names
  }
}
