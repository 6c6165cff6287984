import MIMFigures
import MIMScript
import MIMTensor

/// The panels that a `plot` statement amounts to.
struct DrawnPanels {
  /// The panels.
  var panels: [Panel] = []
  /// Panels in a row, where it matters.
  var columns: Int?
  /// The text alternative for readers who cannot see the picture.
  var altText = ""
  /// What the points or images stand for, where it is known.
  var subjects = PointSubjects()
  /// What kind of picture it is, for errors: `a grid of images`.
  private var kind = ""
  /// The options that mean something for it.
  private var meaningful: [String] = []

  /// Chooses the kind of picture by what is drawn.
  init(_ call: HostCall) throws {
    switch call.argument(0) {
    case .object(let object): try draw(object, call)
    case .table(let table): try lines(of: table, call)
    case .list(let elements): try draw(elements, call)
    case .range(let range): try histogram(of: range.numbers, call)
    default: throw DrawnPanels.nothingToDraw(call)
    }
    try refuseOthers(call)
    if let title = call.text("title"), let first = panels.indices.first {
      panels[first].title = title
      altText = "\(title): \(altText)"
    }
  }

  /// Says what kind of picture it became.
  mutating func become(_ kind: Kind) {
    self.kind = kind.rawValue
    meaningful = kind.options
  }

  /// Options that mean nothing for this kind of picture are mistakes.
  private func refuseOthers(_ call: HostCall) throws {
    let everywhere = ["title", "width", "height", "font", "dpi", "save", "format", "force"]
    for option in call.given.sorted() where !(meaningful + everywhere).contains(option) {
      throw ScriptError(
        "E220", "`\(option)=` has no effect for \(kind)", at: call.span(of: option),
        label: "leave it out",
        notes: meaningful.isEmpty ? [] : ["here: " + meaningful.joined(separator: " ")])
    }
  }

  private mutating func draw(_ object: any HostObject, _ call: HostCall) throws {
    switch object {
    case let items as ItemsObject: try draw(items, call)
    case let data as DatasetObject: try draw(data.items(data.dataset.train), call)
    case let decoded as DecodedObject: try draw(decoded, call)
    case let codes as CodesObject: try draw(codes, call)
    case let embedding as EmbeddingObject: try draw(embedding, call)
    case let array as ArrayObject: try draw(array, call)
    case let history as HistoryObject: try lines(of: history, call)
    case let information as InformationObject: try curve(of: information, call)
    case let information as InformationTableObject: pairs(of: information, call)
    case let model as ModelObject: try latentViews(of: [model], call)
    case let figure as FigureObject:
      become(.figure)
      panels = figure.figure.panels
      columns = call.integer("cols") ?? figure.figure.columns
      altText = figure.altText
      subjects = figure.subjects
    default: throw DrawnPanels.nothingToDraw(call)
    }
  }

  private mutating func draw(_ elements: [Value], _ call: HostCall) throws {
    let models = elements.compactMap { $0.asObject(ModelObject.self) }
    if !models.isEmpty, models.count == elements.count {
      return try latentViews(of: models, call)
    }
    let embeddings = elements.compactMap { $0.asObject(EmbeddingObject.self) }
    if !embeddings.isEmpty, embeddings.count == elements.count {
      return try draw(embeddings, call)
    }
    if let numbers = Value.list(elements).asNumbers, !numbers.isEmpty {
      return try histogram(of: numbers, call)
    }
    let rows = elements.compactMap { element -> [Double]? in
      if case .list = element { element.asNumbers } else { nil }
    }
    guard rows.count == elements.count, let first = rows.first, !first.isEmpty,
      rows.allSatisfy({ $0.count == first.count })
    else { throw DrawnPanels.nothingToDraw(call) }
    try heatMap(of: rows, call)
  }

  static func nothingToDraw(_ call: HostCall) -> ScriptError {
    ScriptError(
      "E303", "plot cannot draw \((call.argument(0)?.typeName ?? "none").withArticle)",
      at: call.span(at: 0),
      notes: [
        "plot draws items, decoded items, codes, embeddings (also a list), histories, tables, models (view=xz), "
          + "columns, and lists of numbers"
      ])
  }

  /// A column, or one against another; an array of several columns as points of two of them.
  private mutating func draw(_ array: ArrayObject, _ call: HostCall) throws {
    guard let other = call.argument(1)?.asObject(ArrayObject.self) else {
      guard array.values.rowSize > 1 else { return try histogram(of: array.values.elements, call) }
      let values = HostArray(array.values.elements.map { Float($0) }, shape: array.values.shape)
      return try points(
        values, labels: nil, classNames: nil, axis: "x", name: call.text(at: 0), call)
    }
    let (x, y) = (array.values, other.values)
    for (place, values) in [x, y].enumerated() where values.rowSize != 1 {
      throw ScriptError(
        "E302", "`\(call.text(at: place))` has \(values.rowSize) numbers in a row, not 1",
        at: call.span(at: place), notes: ["try: plot \(call.text(at: place)) dims=[1, 2]"])
    }
    guard x.rowCount == y.rowCount else {
      throw ScriptError(
        "E302",
        "`\(call.text(at: 0))` has \(x.rowCount) numbers and `\(call.text(at: 1))` \(y.rowCount)",
        at: call.span(at: 1))
    }
    try call.requireSameRows(0, 1)
    let pairs = zip(x.elements, y.elements).flatMap { [Float($0), Float($1)] }
    // Columns of other lines have no classes in common.
    let classes = array.classes == other.classes ? array.classes : nil
    try points(
      HostArray(pairs, shape: [x.rowCount, 2]), labels: classes?.labels,
      classNames: classes?.names, axis: "x",
      columns: [call.text(at: 0), call.text(at: 1)],
      name: "\(call.text(at: 1)) against \(call.text(at: 0))", call)
    subjects.rowIdentity = array.rowIdentity ?? other.rowIdentity
  }

  private mutating func histogram(of numbers: [Double], _ call: HostCall) throws {
    let name = call.text(at: 0)
    become(.histogram)
    panels = [
      Panel(
        .histogram(
          Histogram(
            series: [Histogram.Series(name: name, values: numbers)], bins: call.integer("bins"),
            xAxis: call.axis("x", title: name), yAxis: call.axis("y", title: "count"))))
    ]
    altText = "histogram of \(numbers.count) numbers"
  }
}

extension HostCall {
  /// The axis `x` or `y` with the statement's title and scale.
  func axis(_ name: String, title: String?) -> Axis {
    let scale = text("\(name)scale").flatMap(Axis.Scale.init(rawValue:)) ?? .linear
    return Axis(text("\(name)label") ?? title, scale: scale)
  }

  /// The legend's place.
  func legend(_ initial: LegendPosition) -> LegendPosition {
    guard given.contains("legend") else { return initial }
    return text("legend").flatMap(LegendPosition.init(rawValue:)) ?? .none
  }
}

extension DrawnPanels {
  /// The kinds of picture.
  enum Kind: String {
    case images = "a grid of images"
    case points = "points"
    case embeddings = "a list of embeddings"
    case pointPairs = "items and reconstructions in the plane"
    case histogram = "a histogram"
    case heatMap = "a heat map"
    case tableHeatMap = "a heat map of a table"
    case history = "a history"
    case table = "a table"
    case latentView = "view=xz of a model"
    case figure = "a finished figure"

    /// The options that mean something for it, beside those of every picture.
    var options: [String] {
      let axes = ["xlabel", "ylabel", "xscale", "yscale"]
      return switch self {
      case .images: ["cols", "pairs"]
      case .points: ["color", "dims", "size", "legend"] + axes
      case .embeddings: ["color", "dims", "size", "legend", "cols"] + axes
      case .pointPairs: ["pairs", "legend"]
      case .histogram: ["bins", "x", "legend", "where"] + axes
      case .heatMap: ["range", "xlabel", "ylabel"]
      case .tableHeatMap: ["x", "y", "heat", "where", "range", "xlabel", "ylabel"]
      case .history: ["x", "y", "split", "where", "legend"] + axes
      case .table: ["x", "y", "color", "error", "points", "where", "cols", "legend"] + axes
      case .latentView: ["view", "contours", "ellipses", "links", "n", "cols", "legend"]
      case .figure: ["cols"]
      }
    }
  }
}
