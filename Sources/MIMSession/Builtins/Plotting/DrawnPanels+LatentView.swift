import Foundation
import MIMFigures
import MIMModels
import MIMScript
import MIMTensor

extension DrawnPanels {
  /// Models on two-dimensional data: contours of P(x), items and reconstructions; below them
  /// one-standard-deviation ellipses of q(z|x). A panel for each model.
  mutating func latentViews(of models: [ModelObject], _ call: HostCall) throws {
    guard call.text("view") == "xz" else {
      throw ScriptError(
        "E105", "plotting a model needs `view=`", at: call.span(at: 0),
        notes: ["try: plot \(call.text(at: 0)) view=xz, or plot \(call.text(at: 0)).history"])
    }
    if let alone = models.first(where: { $0.specification.flow != nil }) {
      throw ScriptError(
        "E220", "view=xz shows q(z|x), and \(alone.shortText) is a density of items alone",
        at: call.span(at: 0), notes: ["try: plot sample(\(call.text(at: 0)), 500)"])
    }
    if let alone = models.first(where: { $0.specification.encodesAlone }) {
      throw ScriptError(
        "E220", "view=xz shows reconstructions, and \(alone.shortText) is an encoder alone",
        at: call.span(at: 0), notes: ["try: plot encode(\(call.text(at: 0)), toy.test) color=label"]
      )
    }
    become(.latentView)
    let convolution = try call.session.settings.convolution
    var views = try models.map { model in
      var model = model
      model.model.convolution = convolution
      return try view(of: model, call)
    }
    if views.count > 1 {
      let all = views.flatMap(\.posteriors)
      for index in views.indices { views[index].series = all }
    }
    for (model, view) in zip(models, views) {
      var panel = Panel(.latentView(view))
      if models.count > 1 {
        panel.title = model.model.training.map { "epoch \($0.history.count)" } ?? model.shortText
      }
      panels.append(panel)
    }
    columns = call.integer("cols")
    altText = "data and reconstructions above posteriors q(z|x) of \(models[0].shortText)"
  }

  private func view(of model: ModelObject, _ call: HostCall) throws -> LatentView {
    let count = call.integer("n") ?? 500
    let items = try viewItems(of: model, call)
    guard items.split.items.rowSize == 2 else {
      throw ScriptError(
        "E303",
        "view=xz shows two-dimensional items, but these have \(items.split.items.rowSize) values",
        at: call.span(at: 0), notes: ["try: plot tsne(encode(m, data.test)) color=label"])
    }
    let split = items.split.prefix(count)
    let (shown, labels) = (split.items, split.labels)
    let seed = call.seed
    let (encoding, decoding) = try call.located {
      (
        try model.model.encode(shown, labels: labels, seed: seed, threads: call.threads),
        try model.model.reconstruct(
          shown, labels: labels, seed: seed, threads: call.threads)
      )
    }
    let values = shown.flattened
    let reconstructions = decoding.draws.flattened
    return LatentView(
      density: try density(items, around: values, call), dataX: values.column(0),
      dataY: values.column(1), reconstructionX: reconstructions.column(0),
      reconstructionY: reconstructions.column(1), links: call.flag("links"),
      posteriors: try ellipses(encoding, model, call), legend: call.legend(.right) != .none)
  }

  private func viewItems(of model: ModelObject, _ call: HostCall) throws -> ItemsObject {
    if call.argument(1) != nil { return try call.items(at: 1, for: model) }
    guard let dataset = try model.dataset else {
      throw ScriptError(
        "E105", "view=xz needs DATA, because a saved model does not contain its data",
        at: call.span(at: 0),
        notes: ["try: plot \(call.text(at: 0)) toy view=xz"])
    }
    let object = DatasetObject(
      dataset: dataset, pictureShape: model.pictureShape ?? dataset.itemShape, notes: [],
      provenance: model.provenance)
    return object.items(dataset.test ?? dataset.train)
  }

  private func density(
    _ items: ItemsObject, around values: HostArray<Float>, _ call: HostCall
  ) throws -> LatentView.Field? {
    let isAsked = call.given.contains("contours") && call.flag("contours")
    guard let density = try items.source?.dataset.density, items.transform == nil else {
      if isAsked {
        throw ScriptError(
          "E222", "contours need a known density P(x), which only toy data has",
          at: call.span(of: "contours"))
      }
      return nil
    }
    if call.given.contains("contours"), !isAsked { return nil }
    let (columns, rows) = (160, 160)
    let (xRange, yRange) = (Self.range(values.column(0)), Self.range(values.column(1)))
    var points: [Float] = []
    points.reserveCapacity(2 * columns * rows)
    for row in 0..<rows {
      for column in 0..<columns {
        points.append(Float(Self.position(column, columns, xRange)))
        points.append(Float(Self.position(row, rows, yRange)))
      }
    }
    let logs = try call.located {
      try density.logDensity(of: HostArray(points, shape: [columns * rows, 2]))
    }
    return LatentView.Field(
      xRange: xRange, yRange: yRange, columns: columns, rows: rows, values: logs.map { exp($0) })
  }

  private func ellipses(
    _ encoding: Encoding, _ model: ModelObject, _ call: HostCall
  ) throws -> [LatentView.Ellipse] {
    guard call.flag("ellipses") else { return [] }
    guard model.specification.latentSize == 2 else {
      if call.given.contains("ellipses") {
        throw ScriptError(
          "E303",
          "ellipses need two latent units, but this model has \(model.specification.latentSize)",
          at: call.span(of: "ellipses"), notes: ["try: ellipses=false"])
      }
      return []
    }
    let x = encoding.means.column(0)
    let y = encoding.means.column(1)
    let xDeviation = encoding.scales.column(0)
    let yDeviation = encoding.scales.column(1)
    return x.indices.map {
      LatentView.Ellipse(
        x: x[$0], y: y[$0], xDeviation: xDeviation[$0], yDeviation: yDeviation[$0])
    }
  }

  /// The range of values with a margin of a fifth on both sides.
  private static func range(_ values: [Double]) -> ClosedRange<Double> {
    let low = values.min() ?? -1
    let high = values.max() ?? 1
    let margin = max((high - low) * 0.2, 1e-6)
    return (low - margin)...(high + margin)
  }

  private static func position(_ index: Int, _ count: Int, _ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * Double(index) / Double(count - 1)
  }
}
