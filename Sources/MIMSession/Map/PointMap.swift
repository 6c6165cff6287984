import Foundation
import MIMFigures
import MIMModels
import MIMScript
import MIMTensor

/// What an interactive map shows: places, colours, labels and pictures of items, from a figure of points or images.
struct PointMap {
  /// How points are coloured.
  enum Coloring {
    case single
    case classes([Int], names: [String])
    case values([Double], title: String?)
  }

  let title: String
  /// What it shows, in a sentence.
  let about: String
  /// Coordinates; one that is not finite has no place in the map.
  let x: [Double]
  let y: [Double]
  let coloring: Coloring
  /// The class of each item; nil where there are none.
  let labels: [Int]?
  let classNames: [String]
  /// The place of each item in the table that it was read from, from 1; nil for others.
  let rows: [Int]?
  /// What those rows are called; nil without `id=`.
  let lineNames: LineNames?
  /// The titles of the axes; nil: the axes carry no numbers.
  let axes: [String]?
  /// Whether a unit is equally long on both axes.
  let hasEqualUnits: Bool
  /// Diameter of a point in points, where the statement says it.
  let size: Double?
  /// Whether the items are images in rows and columns.
  let isGrid: Bool
  /// The items' images.
  let pictures: PictureArray?

  /// The number of items.
  var count: Int { x.count }

  /// The maps of a figure, one for each panel.
  /// - Throws: E220 for a panel that shows neither points nor images in rows.
  static func all(of figure: FigureObject, at span: Span) throws -> [PointMap] {
    let panels = figure.figure.panels
    guard panels.count > 1 else {
      guard let panel = panels.first else { throw refusal("it has no panels", at: span) }
      return [
        try PointMap(
          panel, subjects: figure.subjectsOfPanels[0], otherTitle: figure.figure.title, at: span)
      ]
    }
    return try zip(panels, figure.subjectsOfPanels).enumerated().map { number, panel in
      do {
        return try PointMap(panel.0, subjects: panel.1, otherTitle: "Panel \(number + 1)", at: span)
      } catch let error as ScriptError {
        let name = panel.0.title.map { " (\($0))" } ?? ""
        throw ScriptError(
          error.code, "\(error.message); that is panel \(number + 1)\(name) of \(panels.count)",
          at: span,
          notes: [
            "every panel of a map (.html) has to show points or images in rows",
            "leave this panel out of the figure, or save the figure as a picture: save=\"NAME.png\"",
          ])
      }
    }
  }

  /// - Parameter otherTitle: where the panel has none.
  /// - Throws: E220 for a panel that shows neither points nor images in rows.
  private init(
    _ panel: Panel, subjects: PointSubjects, otherTitle: String?, at span: Span
  ) throws {
    about = subjects.about ?? ""
    title = panel.title ?? otherTitle ?? subjects.name ?? "Map"
    switch panel.content {
    case .scatter(let scatter):
      (x, y) = (scatter.x.scaled(by: scatter.xAxis), scatter.y.scaled(by: scatter.yAxis))
      coloring =
        switch scatter.coloring {
        case .single: .single
        case .classes(let classes, let names): .classes(classes, names: names)
        case .values(let values, let title, _): .values(values, title: title)
        }
      axes = scatter.ticks ? [scatter.xAxis.text("x"), scatter.yAxis.text("y")] : nil
      hasEqualUnits = scatter.equalAspect
      size = scatter.size
      isGrid = false
      pictures = try subjects.pictures(count: scatter.x.count)
    case .images(let grid) where grid.arrangement == .rows:
      let images = PictureArray(grid)
      let columns = grid.columns ?? Int(Double(images.count).squareRoot().rounded(.up))
      x = (0..<images.count).map { Double($0 % max(1, columns)) }
      y = (0..<images.count).map { -Double($0 / max(1, columns)) }
      (coloring, axes, hasEqualUnits, size, isGrid) = (.single, nil, true, nil, true)
      pictures = images
    case .images: throw PointMap.refusal("it shows pairs of images", at: span)
    default: throw PointMap.refusal("it shows something else", at: span)
    }
    let items = try subjects.items?.items
    let count = x.count
    let known = items?.tableColumns == nil ? subjects.rowIdentity?.places : items?.split.places
    rows = known?.count == count ? known?.map { Int($0) + 1 } : nil
    lineNames = items?.split.count == count ? items?.lineNames : nil
    if case .classes(let classes, let names) = coloring {
      (labels, classNames) = (classes, names)
    } else if let known = subjects.labels, known.count == x.count {
      labels = known.map { Int($0) }
      classNames = subjects.classNames ?? []
    } else {
      (labels, classNames) = (nil, [])
    }
  }

  private static func refusal(_ reason: String, at span: Span) -> ScriptError {
    ScriptError(
      "E220", "this figure cannot be a map: \(reason)", at: span,
      notes: ["maps (.html) show points or images in rows; try: save=\"NAME.png\""])
  }

  /// What an item's class is called; nil for an item without one.
  func className(_ label: Int) -> String {
    classNames.indices.contains(label) ? classNames[label] : "\(label)"
  }
}

/// What the points or images of a figure stand for: a map tells it when somebody points at one.
struct PointSubjects: Sendable, Codable {
  /// What the picture shows, in a sentence.
  var about: String?
  /// What they are called together: `codes of mnist.test`.
  var name: String?
  /// One class number each.
  var labels: [Int32]?
  /// The names of the classes.
  var classNames: [String]?
  /// The items themselves, for their images.
  var items: HeldItems?
  /// Which lines of a file they are, where that is known without the items.
  var rowIdentity: RowIdentity?

  /// The images of `count` points; nil where the items are no images.
  fileprivate func pictures(count: Int) throws -> PictureArray? {
    guard let items = try items?.items, items.split.count == count else { return nil }
    return try PictureArray(
      items.split.items, kind: items.valueKind, transform: items.transform,
      shape: items.pictureShape)
  }
}

extension [Double] {
  /// Coordinates as they are laid out: of a logarithmic axis the decimal logarithms.
  fileprivate func scaled(by axis: Axis) -> [Double] {
    axis.scale == .log ? map { $0 > 0 ? log10($0) : .nan } : self
  }
}

extension Axis {
  /// The title on the map.
  fileprivate func text(_ other: String) -> String {
    let title = title ?? other
    return scale == .log ? "log₁₀ \(title)" : title
  }
}
