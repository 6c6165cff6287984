import MIMFigures
import MIMModels
import MIMScript
import MIMTensor

extension DrawnPanels {
  /// The largest number of images that a grid shows.
  private static let mostImages = 400

  /// Items of a data set: images in a grid, else points or a histogram.
  mutating func draw(_ items: ItemsObject, _ call: HostCall) throws {
    let pictures = try PictureArray(
      items.split.prefix(Self.mostImages).items, kind: items.valueKind, transform: items.transform,
      shape: items.pictureShape)
    guard let pictures else {
      try points(
        items.inOwnUnits.flattened, labels: items.split.labels,
        classNames: items.split.classNames, axis: "x", columns: items.tableColumns,
        name: items.name, call)
      subjects.items = HeldItems(items)
      return
    }
    let shown = items.replacing(items.split.prefix(Self.mostImages))
    subjects = PointSubjects(
      name: items.name, labels: shown.split.labels, classNames: items.split.classNames,
      items: HeldItems(shown))
    if items.split.count > Self.mostImages {
      call.host.message("only the first \(Self.mostImages) of \(items.split.count) items are shown")
    }
    grid(pictures, columns: call.integer("cols"), call)
    altText = "\(pictures.count) items of \(items.name)"
  }

  /// What a decoder made: images in a grid, else points.
  mutating func draw(_ decoded: DecodedObject, _ call: HostCall) throws {
    let isPaired = call.flag("pairs")
    if isPaired, decoded.originals == nil {
      throw ScriptError(
        "E220", "`pairs=true` needs reconstructions, which have originals",
        at: call.span(of: "pairs"),
        notes: ["try: plot reconstruct(m, take(mnist.test, 32)) pairs=true"])
    }
    let shown = isPaired ? decoded.paired : decoded.shown
    subjects = PointSubjects(
      name: "\(decoded.origin.rawValue) of \(decoded.source)",
      labels: isPaired ? nil : decoded.labels, classNames: decoded.classNames)
    altText = "\(decoded.origin.rawValue) of \(decoded.source), \(decoded.count) items"
    if let pictures = try PictureArray(
      shown, kind: decoded.valueKind, transform: decoded.transform, shape: decoded.pictureShape)
    {
      let limit = Self.mostImages * 25
      guard pictures.count <= limit else {
        throw ScriptError(
          "E221", "\(pictures.count) images are too many for one picture", at: call.span(at: 0),
          notes: ["try: take(\(call.text(at: 0)), 100)"])
      }
      return grid(pictures, columns: call.integer("cols") ?? decoded.columns, call)
    }
    guard let originals = decoded.originals, decoded.width == 2 else {
      return try points(
        decoded.inOwnUnits(decoded.shown).flattened, labels: decoded.labels,
        classNames: decoded.classNames, axis: "x", columns: decoded.tableColumns,
        name: decoded.source, call)
    }
    pointPairs(
      decoded.inOwnUnits(originals).flattened, decoded.inOwnUnits(decoded.shown).flattened, call)
  }

  private mutating func grid(_ pictures: PictureArray, columns: Int?, _ call: HostCall) {
    let isPaired = call.flag("pairs")
    become(.images)
    panels = [
      Panel(
        .images(
          ImageGrid(
            pixels: pictures.pixels, imageWidth: pictures.width, imageHeight: pictures.height,
            channels: pictures.channels, columns: columns,
            arrangement: isPaired ? .pairs : .rows, valueRange: pictures.range,
            rowLabels: isPaired ? ["data", "model"] : [])))
    ]
  }

  /// Two-dimensional items and their reconstructions, joined.
  private mutating func pointPairs(
    _ originals: HostArray<Float>, _ reconstructions: HostArray<Float>, _ call: HostCall
  ) {
    become(.pointPairs)
    panels = [
      Panel(
        .latentView(
          LatentView(
            dataX: originals.column(0), dataY: originals.column(1),
            reconstructionX: reconstructions.column(0), reconstructionY: reconstructions.column(1),
            links: true, legend: call.legend(.right) != .none)))
    ]
  }
}

extension DecodedObject {
  /// Original, reconstruction, original, …: `[2n, …]`.
  fileprivate var paired: HostArray<Float> {
    guard let originals else { return shown }
    let size = originals.rowSize
    var elements: [Float] = []
    elements.reserveCapacity(2 * originals.count)
    for row in 0..<count {
      elements += originals.elements[row * size..<(row + 1) * size]
      elements += decoding.means.elements[row * size..<(row + 1) * size]
    }
    let shape = Shape([2 * count] + decoding.means.shape.dimensions.dropFirst())
    return HostArray(elements, shape: shape)
  }
}

extension HostArray<Float> {
  /// A column of a table `[rows, columns]`.
  func column(_ index: Int) -> [Double] {
    stride(from: index, to: count, by: Swift.max(1, rowSize)).map { Double(elements[$0]) }
  }
}
