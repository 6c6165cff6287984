import Foundation
import MIMModels
import MIMTensor

/// Fixture files beside the tests.
enum Fixtures {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures").path
  static let oracle = folder + "/oracle"

  private struct File: Decodable {
    struct Value: Decodable {
      let shape: [Int]
      let elements: [Double]
    }
    let values: [String: Value]
  }

  /// The arrays of a JSON fixture, rounded to single precision.
  static func arrays(_ name: String) throws -> [String: HostArray<Float>] {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).json"))
    return try JSONDecoder().decode(File.self, from: data).values.mapValues {
      HostArray($0.elements.map { Float($0) }, shape: Shape($0.shape))
    }
  }
}

/// A graph run once: for tests of anything that builds nodes.
struct Traced {
  let plan: Plan

  init(
    _ graph: Graph, _ outputs: [Tensor], parameters: [String: HostArray<Float>] = [:],
    seed: UInt64 = 0, step: UInt64 = 0
  ) throws {
    plan = try Plan(
      graph: graph, outputs: outputs, store: ParameterStore(parameters),
      options: PlanOptions(threads: 1, seed: seed))
    plan.run(step: step)
  }

  func callAsFunction(_ tensor: Tensor) -> [Float] { plan.value(of: tensor).elements }
}

/// Whether two arrays agree within a tolerance relative to max(1, |expected|).
func agree(_ found: [Float], _ expected: [Float], tolerance: Float = 1e-5) -> Bool {
  found.count == expected.count
    && zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
}

/// Small data and models that train in moments.
enum Small {
  /// Five Gaussians in the plane, as `toy "4"`.
  static func toy(_ count: Int = 1024, validation: Int? = 512) -> Dataset {
    var means: [Float] = [0, 0]
    for index in 0..<4 {
      let angle = 2 * Double.pi * Double(index) / 5
      means += [Float(cos(angle)), Float(sin(angle))]
    }
    let density = MixtureDensity(
      means: HostArray(means, shape: [5, 2]), scales: HostArray(repeating: 0.25, shape: [5, 2]))
    func split(_ role: DataSplit.Role, _ count: Int) -> DataSplit {
      var stream = RandomStream(seed: 5, stream: "test data \(role.rawValue)")
      let (points, labels) = density.sample(count, using: &stream)
      return DataSplit(role: role, items: points, labels: labels)
    }
    return Dataset(
      name: "toy \"4\"", train: split(.train, count), val: validation.map { split(.val, $0) },
      test: split(.test, 256), valueKind: .real, density: density)
  }

  /// The same points without the density: data like any other.
  static func points(_ count: Int = 1024, validation: Int? = 512) -> Dataset {
    let toy = toy(count, validation: validation)
    return Dataset(name: "points", train: toy.train, val: toy.val, test: toy.test, valueKind: .real)
  }

  /// Random binary (or grey) items of 12 values around four prototypes.
  static func bits(_ count: Int = 512, grey: Bool = false) -> Dataset {
    func split(_ role: DataSplit.Role, _ count: Int) -> DataSplit {
      var stream = RandomStream(seed: 6, stream: "bits \(role.rawValue)")
      var elements: [Float] = []
      for _ in 0..<count {
        let prototype = stream.integer(below: 4)
        for position in 0..<12 {
          let probability = position / 3 == prototype ? 0.9 : 0.1
          elements.append(
            grey ? Float(probability) : (stream.uniform() < probability ? 1 : 0))
        }
      }
      return DataSplit(role: role, items: HostArray(elements, shape: [count, 12]), labels: nil)
    }
    return Dataset(
      name: "bits", train: split(.train, count), val: split(.val, 256), test: split(.test, 100),
      valueKind: grey ? .gray : .binary, binarisation: grey ? .dynamic : .none)
  }

  static func specification(
    _ objective: ObjectiveChoice = .mim, hidden: [Int] = [16]
  ) -> ModelSpecification {
    ModelSpecification(
      objective: objective, itemDimensions: [2], valueKind: .real, latentSize: 2, hidden: hidden)
  }

  static func options(epochs: Int, seed: UInt64 = 1) -> TrainingOptions {
    var options = TrainingOptions.toyProtocol
    // Some of these data sets can't be drawn from.
    options.validation = nil
    options.epochs = epochs
    options.seed = seed
    return options
  }
}
