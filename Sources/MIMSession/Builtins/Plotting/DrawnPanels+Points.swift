import MIMFigures
import MIMScript
import MIMTensor

/// Points of a figure; the engine has an operation of the same name.
typealias Scatter = MIMFigures.Scatter

extension DrawnPanels {
  /// Codes: the two dimensions that `dims=` names.
  mutating func draw(_ codes: CodesObject, _ call: HostCall) throws {
    try points(
      codes.values, labels: codes.labels, classNames: codes.classNames, axis: "z",
      name: "codes of \(codes.source)", call)
    subjects.items = codes.items
  }

  /// An embedding: its axes have no units worth reading in t-SNE and UMAP.
  mutating func draw(_ embedding: EmbeddingObject, _ call: HostCall) throws {
    defer { subjects.items = embedding.subjects.items }
    switch embedding.method {
    case .tsne(let divergence, _, let settings, _):
      try map(embedding, by: "t-SNE", note: "KL \(divergence.text()) nats, \(settings)", call)
    case .umap(let epochs, let settings, _):
      try map(embedding, by: "UMAP", note: "\(epochs) epochs, \(settings)", call)
    case .transform(let name, let divergence, _, let settings, _):
      let start = divergence.map { "KL \($0.text()) nats, " } ?? ""
      try map(embedding, by: name, note: start + settings, call)
    case .pca(let shares):
      try points(
        embedding.points, labels: embedding.labels, classNames: embedding.classNames, axis: "PC ",
        name: "principal components of \(embedding.source)", shares: shares, call)
    }
  }

  /// Several embeddings, a panel each: an animation, where it is saved as one.
  mutating func draw(_ embeddings: [EmbeddingObject], _ call: HostCall) throws {
    var (drawn, first) = ([Panel](), "")
    for embedding in embeddings {
      try draw(embedding, call)
      if drawn.isEmpty { first = altText }
      for place in panels.indices where panels[place].title == nil {
        panels[place].title = embedding.stage
      }
      drawn += panels
    }
    become(.embeddings)
    subjects = PointSubjects()
    panels = drawn
    columns = call.integer("cols")
    altText = "\(embeddings.count) embeddings, the first: \(first)"
  }

  private mutating func map(
    _ embedding: EmbeddingObject, by name: String, note: String, _ call: HostCall
  ) throws {
    try points(
      embedding.points, labels: embedding.labels, classNames: embedding.classNames, axis: nil,
      name: "\(name) of \(embedding.source)", call)
    altText += " (\(note))"
  }

  /// Points in the plane with their classes; a single column becomes a histogram.
  /// - Parameters:
  ///   - axis: what the axes are called before their number; nil: they carry no numbers.
  ///   - columns: the names of the axes, where they have some of their own.
  mutating func points(
    _ points: HostArray<Float>, labels: [Int32]?, classNames: [String]?, axis: String?,
    columns: [String]? = nil, name: String, shares: [Double] = [], _ call: HostCall
  ) throws {
    if points.rowSize == 1 {
      return oneDimension(
        points, labels, classNames, title: columns?.first ?? axis.map { "\($0)\(1.subscriptText)" },
        name: name, call)
    }
    let dims = try dimensions(of: points, axis: axis, call)
    func title(_ index: Int) -> String? {
      if let columns { return columns[index] }
      guard let axis else { return nil }
      let share = shares.indices.contains(index) ? " (\((shares[index] * 100).text(3)) %)" : ""
      let number = axis == "PC " ? "\(index + 1)" : (index + 1).subscriptText
      return "\(axis)\(number)\(share)"
    }
    become(.points)
    let coloring = try coloring(points, labels, classNames, columns: columns, call)
    panels = [
      Panel(
        .scatter(
          Scatter(
            x: points.column(dims.0), y: points.column(dims.1), coloring: coloring,
            size: call.number("size"), legend: call.legend(.right),
            xAxis: call.axis("x", title: title(dims.0)),
            yAxis: call.axis("y", title: title(dims.1)),
            // Columns of a table have units of their own.
            equalAspect: columns == nil, ticks: axis != nil)))
    ]
    altText = "\(points.rowCount) points: \(name)"
    subjects = PointSubjects(name: name, labels: labels, classNames: classNames)
    if case .classes(_, let names) = coloring { altText += ", coloured by \(names.count) classes" }
  }

  private mutating func oneDimension(
    _ points: HostArray<Float>, _ labels: [Int32]?, _ classNames: [String]?, title: String?,
    name: String, _ call: HostCall
  ) {
    become(.histogram)
    var series = [Histogram.Series(name: name, values: points.column(0))]
    if let labels, let classNames, classNames.count <= 8 {
      series = classNames.indices.map { index in
        Histogram.Series(
          name: classNames[index],
          values: labels.indices.filter { Int(labels[$0]) == index }.map {
            Double(points.elements[$0])
          })
      }.filter { !$0.values.isEmpty }
    }
    panels = [
      Panel(
        .histogram(
          Histogram(
            series: series, bins: call.integer("bins"),
            xAxis: call.axis("x", title: title),
            yAxis: call.axis("y", title: "count"),
            legend: call.legend(.inside))))
    ]
    altText = "histogram of \(points.rowCount) numbers: \(name)"
  }

  private func dimensions(
    of points: HostArray<Float>, axis: String?, _ call: HostCall
  ) throws -> (Int, Int) {
    let width = points.rowSize
    guard call.given.contains("dims") else {
      guard width == 2 || axis == "PC " else {
        throw ScriptError(
          "E303", "`\(call.text(at: 0))` has \(width) dimensions, but a picture has only two",
          at: call.span(at: 0),
          notes: [
            "try: plot tsne(\(call.text(at: 0))) color=label, or pca, or dims=[1, 2]"
          ])
      }
      return (0, 1)
    }
    guard let dims = call.option("dims")?.asIntegers, dims.count == 2, dims[0] != dims[1],
      dims.allSatisfy({ (1...width).contains($0) })
    else {
      throw ScriptError(
        "E202", "`dims` takes two different dimensions from 1 to \(width)",
        at: call.span(of: "dims"))
    }
    return (dims[0] - 1, dims[1] - 1)
  }

  private func coloring(
    _ points: HostArray<Float>, _ labels: [Int32]?, _ classNames: [String]?, columns: [String]?,
    _ call: HostCall
  ) throws -> Scatter.Coloring {
    guard call.given.contains("color") else { return byClass(labels, classNames) ?? .single }
    guard let color = call.option("color") else { return .single }
    if let name = color.asText {
      return try byColumn(name, points, labels, classNames, columns: columns, call)
    }
    var numbers = color.asNumbers
    if case .object(let object) = color, let array = object as? ArrayObject {
      numbers = array.values.elements
    }
    guard let numbers, numbers.count == points.rowCount else {
      throw ScriptError(
        "E302", "`color` takes one number for each of the \(points.rowCount) points",
        at: call.span(of: "color"))
    }
    return .values(numbers, title: call.span(of: "color").text)
  }

  private func byColumn(
    _ name: String, _ points: HostArray<Float>, _ labels: [Int32]?, _ classNames: [String]?,
    columns: [String]?, _ call: HostCall
  ) throws -> Scatter.Coloring {
    if name == "label" || name == labelField(call) {
      try Fit.requireLabels(
        labels != nil, of: "`\(call.text(at: 0))`", for: "color=\(name)",
        at: call.span(of: "color"), kind: .failure)
      return byClass(labels, classNames) ?? .single
    }
    if let columns, let place = DatasetObject.fieldNames(ofColumns: columns).firstIndex(of: name) {
      return .values(points.column(place), title: columns[place])
    }
    guard columns == nil, let number = Int(name.drop { !$0.isNumber }),
      (1...points.rowSize).contains(number)
    else {
      throw ScriptError(
        "E109", "there is no column `\(name)`", at: call.span(of: "color"),
        notes: ["try: color=label, or color=none"])
    }
    return .values(points.column(number - 1), title: name)
  }

  /// What the labels' column is called in the table that is drawn.
  private func labelField(_ call: HostCall) -> String? {
    guard case .object(let object)? = call.positional.first,
      let name = (object as? any LabelledObject)?.labelField,
      // A unit of codes may have that name.
      object is ArrayObject || object.columnNames?.last == name
    else { return nil }
    return name
  }

  private func byClass(_ labels: [Int32]?, _ classNames: [String]?) -> Scatter.Coloring? {
    guard let labels else { return nil }
    let names =
      classNames ?? (0...Int(max(0, labels.max() ?? 0))).map { String($0) }
    return .classes(labels.map { Int($0) }, names: names)
  }
}
