import Foundation
import MIMFigures

/// A small deterministic generator for test data (SplitMix64).
struct TestRandom: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  mutating func normal() -> Double {
    (-2 * log(1 - uniform())).squareRoot() * cos(2 * Double.pi * uniform())
  }
}

/// Figures like those of the experiments, on synthetic data.
enum Samples {
  static let all: [(name: String, figure: Figure)] = [
    ("images", images), ("pairs", pairs), ("scatter10", scatter(classes: 10, count: 3_000)),
    ("scatter5", scatter(classes: 5, count: 400)),
    ("scatter26", scatter(classes: 26, count: 1_500)), ("values", values), ("sweep", sweep),
    ("sweeps", sweeps), ("loss", loss), ("lograte", logAxes), ("histogram", histogram),
    ("histogram2", twoHistograms), ("heat", heat), ("confusion", confusion), ("toy", toy),
    ("toys", toys), ("paper", paper),
  ]

  /// Seven-segment digits with soft strokes, 28 × 28.
  static func digits(_ count: Int, noise: Double = 0, seed: UInt64 = 1) -> [Float] {
    let segments: [[Int]] = [
      [0, 1, 2, 4, 5, 6], [2, 5], [0, 2, 3, 4, 6], [0, 2, 3, 5, 6], [1, 2, 3, 5],
      [0, 1, 3, 5, 6], [0, 1, 3, 4, 5, 6], [0, 2, 5], [0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 5, 6],
    ]
    let ends: [(Double, Double, Double, Double)] = [
      (8, 5, 20, 5), (8, 5, 8, 14), (20, 5, 20, 14), (8, 14, 20, 14), (8, 14, 8, 23),
      (20, 14, 20, 23), (8, 23, 20, 23),
    ]
    var random = TestRandom(seed: seed)
    var pixels: [Float] = []
    for index in 0..<count {
      let slant = 0.2 * random.normal()
      for y in 0..<28 {
        for x in 0..<28 {
          let shifted = Double(x) + slant * (Double(y) - 14)
          let distance =
            segments[index % 10].map { segment -> Double in
              let end = ends[segment]
              let nearX = min(max(shifted, end.0), end.2)
              let nearY = min(max(Double(y), end.1), end.3)
              return hypot(shifted - nearX, Double(y) - nearY)
            }.min() ?? 9
          let value = 1 / (1 + exp(2.5 * (distance - 1.6))) + noise * random.normal()
          pixels.append(Float(min(max(value, 0), 1)))
        }
      }
    }
    return pixels
  }

  static var images: Figure {
    Figure(
      Panel(.images(ImageGrid(pixels: digits(100), imageWidth: 28, imageHeight: 28, columns: 10))),
      recipe: "plot take(mnist.train, 100, per_class=10) cols=10")
  }

  static func pairGrid(_ pairs: Int) -> ImageGrid {
    let clean = digits(pairs)
    let noisy = digits(pairs, noise: 0.12, seed: 9)
    var pixels: [Float] = []
    for index in 0..<pairs {
      pixels += clean[index * 784..<(index + 1) * 784]
      pixels += noisy[index * 784..<(index + 1) * 784]
    }
    return ImageGrid(
      pixels: pixels, imageWidth: 28, imageHeight: 28, columns: 8, arrangement: .pairs,
      rowLabels: ["data", "model"])
  }

  static var pairs: Figure { Figure(Panel(.images(pairGrid(32)), title: "Reconstructions, A-MIM")) }

  static let fashion = [
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
    "Ankle boot",
  ]

  static func embedding(classes: Int, count: Int) -> (x: [Double], y: [Double], labels: [Int]) {
    var random = TestRandom(seed: 5)
    let centers = (0..<classes).map { index in
      let angle = 2.4 * Double(index)
      let radius = 12 * Double(index + 1).squareRoot()
      return (radius * cos(angle), radius * sin(angle))
    }
    var x: [Double] = []
    var y: [Double] = []
    var labels: [Int] = []
    for index in 0..<count {
      let label = index % classes
      let bend = random.normal()
      x.append(centers[label].0 + 4 * bend + 1.5 * random.normal())
      y.append(centers[label].1 + 2 * bend * bend - 2 + 2.5 * random.normal())
      labels.append(label)
    }
    return (x, y, labels)
  }

  static func scatter(classes: Int, count: Int) -> Figure {
    let points = embedding(classes: classes, count: count)
    let names =
      classes == 10 ? fashion : (0..<classes).map { "\(classes > 20 ? "letter" : "mode") \($0)" }
    return Figure(
      Panel(
        .scatter(
          Scatter(
            x: points.x, y: points.y, coloring: .classes(points.labels, names: names),
            legend: .right, xAxis: Axis("t-SNE 1"), yAxis: Axis("t-SNE 2"), equalAspect: true,
            ticks: classes < 6)), title: "A-MIM, Fashion-MNIST test, perplexity 30, seed 0"))
  }

  static var values: Figure {
    let points = embedding(classes: 7, count: 800)
    return Figure(
      Panel(
        .scatter(
          Scatter(
            x: points.x, y: points.y,
            coloring: .values(
              zip(points.x, points.y).map { hypot($0, $1) }, title: "NLL (nats)"),
            xAxis: Axis("z₁"), yAxis: Axis("z₂"), equalAspect: true))))
  }

  static func sweepChart(_ title: String, _ scale: Double, log: Bool = false) -> LineChart {
    let widths: [Double] = [5, 20, 50, 100, 200, 300, 400, 500]
    let mim = [4.9, 6.75, 6.8, 6.82, 6.85, 6.86, 6.88, 6.9].map { $0 * scale }
    let vae = [0.02, 0.2, 0.93, 1.2, 1.41, 1.44, 1.46, 1.47].map { $0 * scale }
    return LineChart(
      series: [
        .init(
          name: "MIM", x: widths, y: mim,
          spread: [1.9, 0.2, 0.1, 0.08, 0.06, 0.05, 0.05, 0.04].map { $0 * scale }),
        .init(
          name: "VAE", x: widths, y: vae,
          spread: [0.02, 0.15, 0.2, 0.16, 0.1, 0.08, 0.06, 0.06].map { $0 * scale }),
      ], spreadMeaning: "mean ± sd, n = 10", xAxis: Axis("hidden units"), yAxis: Axis(title))
  }

  static var sweep: Figure {
    Figure(Panel(.lines(sweepChart("mutual information (nats)", 1))))
  }

  static var sweeps: Figure {
    Figure(
      [
        Panel(.lines(sweepChart("MI (nats)", 1))), Panel(.lines(sweepChart("NLL (nats)", 4e3))),
        Panel(.lines(sweepChart("RMSE", 1e-5))), Panel(.lines(sweepChart("5-NN accuracy", 0.14))),
      ], columns: 2, width: 6.75)
  }

  static var loss: Figure {
    var random = TestRandom(seed: 3)
    let epochs = (1...200).map(Double.init)
    func curve(_ start: Double, _ end: Double, _ noise: Double) -> [Double] {
      epochs.map { end + (start - end) * exp(-$0 / 22) + noise * random.normal() }
    }
    return Figure(
      Panel(
        .lines(
          LineChart(
            series: [
              .init(name: "loss, train", x: epochs, y: curve(210, 82, 0.6)),
              .init(name: "loss, val", x: epochs, y: curve(215, 86, 1.2), dashed: true),
              .init(name: "kl, train", x: epochs, y: curve(2, 26, 0.2)),
              .init(name: "kl, val", x: epochs, y: curve(2, 25, 0.4), dashed: true),
            ], xAxis: Axis("epoch"), yAxis: Axis("nats per item")))))
  }

  static var logAxes: Figure {
    let sizes = [1e2, 3e2, 1e3, 3e3, 1e4, 3e4, 1e5]
    return Figure(
      Panel(
        .lines(
          LineChart(
            series: [
              .init(name: "exact", x: sizes, y: sizes.map { 2e-8 * $0 * $0 }),
              .init(name: "Barnes–Hut", x: sizes, y: sizes.map { 3e-7 * $0 * log2($0) }),
            ], xAxis: Axis("points", scale: .log), yAxis: Axis("seconds", scale: .log)))))
  }

  static var histogram: Figure {
    var random = TestRandom(seed: 8)
    return Figure(
      Panel(
        .histogram(
          Histogram(
            series: [
              .init(name: "test", values: (0..<4_000).map { _ in 85 + 12 * random.normal() })
            ],
            xAxis: Axis("NLL (nats)")))))
  }

  static var twoHistograms: Figure {
    var random = TestRandom(seed: 8)
    return Figure(
      Panel(
        .histogram(
          Histogram(
            series: [
              .init(name: "MIM", values: (0..<4_000).map { _ in 88 + 9 * random.normal() }),
              .init(name: "VAE", values: (0..<3_000).map { _ in 79 + 14 * random.normal() }),
            ], density: true, xAxis: Axis("NLL (nats)")))))
  }

  static var heat: Figure {
    let values = (0..<20 * 30).map { index -> Double in
      let x = Double(index % 30) / 29 - 0.5
      let y = Double(index / 30) / 19 - 0.5
      return exp(-8 * (x * x + y * y)) + 0.2 * sin(9 * x)
    }
    return Figure(
      Panel(
        .heatMap(
          HeatMap(
            values: values, rows: 20, columns: 30, valueTitle: "log p(x|z) (nats)",
            xAxis: Axis("z₁", range: -3...3), yAxis: Axis("z₂", range: -2...2)))))
  }

  static var confusion: Figure {
    var random = TestRandom(seed: 2)
    let values = (0..<100).map { index in
      index / 10 == index % 10
        ? Double(800 + random.next() % 190) : Double(random.next() % 40)
    }
    return Figure(
      Panel(
        .heatMap(
          HeatMap(
            values: values, rows: 10, columns: 10, valueRange: 0...1_000, valueTitle: "items",
            rowsFromTop: true, columnLabels: fashion, rowLabels: fashion, cellValues: true,
            xAxis: Axis("cluster"), yAxis: Axis("class"))), title: "k-means on codes"))
  }

  static func toyView(deviation: Double, error: Double, count: Int = 500) -> LatentView {
    var random = TestRandom(seed: 4)
    let centers =
      [(0.0, 0.0)]
      + (0..<4).map { index in
        (cos(2 * Double.pi * Double(index) / 5), sin(2 * Double.pi * Double(index) / 5))
      }
    var view = LatentView(
      density: LatentView.Field(xRange: -2...2, yRange: -2...2) { x, y in
        centers.reduce(0) { sum, center in
          sum + exp(-((x - center.0) * (x - center.0) + (y - center.1) * (y - center.1)) / 0.125)
        }
      })
    for index in 0..<count {
      let center = centers[index % 5]
      let x = center.0 + 0.25 * random.normal()
      let y = center.1 + 0.25 * random.normal()
      view.dataX.append(x)
      view.dataY.append(y)
      view.reconstructionX.append(x * (1 - error) + error * 0.3 * random.normal())
      view.reconstructionY.append(y * (1 - error) + error * 0.3 * random.normal())
      view.posteriors.append(
        .init(
          x: 1.4 * tanh(x) + 0.3 * y, y: 1.2 * y - 0.2 * x,
          xDeviation: deviation * (1 + 0.3 * random.uniform()), yDeviation: deviation))
    }
    view.links = error > 0.1
    return view
  }

  static var toy: Figure { Figure(Panel(.latentView(toyView(deviation: 0.03, error: 0.01)))) }

  static var toys: Figure {
    Figure(
      [
        Panel(.latentView(toyView(deviation: 0.03, error: 0.01)), title: "MIM, 50 units"),
        Panel(.latentView(toyView(deviation: 0.4, error: 0.5)), title: "VAE, 50 units"),
        Panel(.latentView(toyView(deviation: 0.02, error: 0.01)), title: "VAE + H, 50 units"),
        Panel(.latentView(toyView(deviation: 0.97, error: 0.95)), title: "MIM − H, 50 units"),
      ], columns: 4, width: 6.75)
  }

  static var paper: Figure {
    let points = embedding(classes: 10, count: 2_500)
    return Figure(
      [
        Panel(
          .images(ImageGrid(pixels: digits(64), imageWidth: 28, imageHeight: 28, columns: 8)),
          title: "Samples"),
        Panel(.images(pairGrid(32)), title: "Reconstruction"),
        Panel(
          .scatter(
            Scatter(
              x: points.x, y: points.y,
              coloring: .classes(points.labels, names: (0..<10).map(String.init)), legend: .none,
              xAxis: Axis("t-SNE 1"), yAxis: Axis("t-SNE 2"), equalAspect: true, ticks: false)),
          title: "Latent"),
      ], columns: 3, width: 6.75, recipe: "fig = figure cols=3 width=6.75 font=8 { … }")
  }
}
