import Foundation
import MIMModels
import MIMTensor
import Testing

/// The tasks of the Beyond-Normal benchmark against its authors' program: Tests/Fixtures/bmi.
@Suite struct BenchmarkTaskTests {
  private static let fixture = Fixtures.folder + "/bmi/tasks.safetensors"

  private func arrays() throws -> [String: StoredArray] {
    try SafeTensors(contentsOf: Self.fixture).tensors
  }

  @Test("there are 40 tasks, each with the information that the benchmark states")
  func information() throws {
    let arrays = try arrays()
    #expect(BenchmarkTask.all.count == 40 && Set(BenchmarkTask.all.map(\.name)).count == 40)
    for task in BenchmarkTask.all {
      let stated = try #require(arrays["\(task.name).mi"], "\(task.name)").doubles.elements[0]
      #expect(abs(task.information - stated) < 1e-6, "\(task.name): \(task.information) \(stated)")
      #expect(arrays["\(task.name).x"]?.shape[1] == task.xWidth, "\(task.name)")
      #expect(arrays["\(task.name).y"]?.shape[1] == task.yWidth, "\(task.name)")
    }
  }

  @Test("the tasks have the values of the paper's table")
  func published() {
    for (name, value) in [
      ("1v1-normal-0.75", 0.4133), ("1v1-additive-0.1", 1.7094), ("1v1-additive-0.75", 0.3333),
      ("student-identity-1-1-1", 0.2242), ("multinormal-dense-2-2-0.5", 0.2939),
      ("multinormal-dense-50-50-0.5", 1.6243), ("multinormal-sparse-5-5-2-2.0", 1.0217),
      ("spiral-normal_cdf-multinormal-sparse-25-25-2-2.0", 1.0217),
      ("student-identity-2-2-1", 0.4319), ("student-identity-5-5-3", 0.2985),
      ("asinh-student-identity-5-5-2", 0.4482),
    ] {
      #expect(abs((BenchmarkTask.named(name)?.information ?? 0) - value) < 6e-5, "\(name)")
    }
  }

  @Test(
    "draws have the quantiles of the benchmark's own draws, alone and together, within sampling error"
  )
  func quantiles() throws {
    let arrays = try arrays()
    let (count, theirCount) = (10_000, 100_000.0)
    for task in BenchmarkTask.all {
      let (x, y) = task.sample(count, seed: 3)
      let quantiles = try #require(arrays["\(task.name).quantiles"]).doubles
      let columns = projections(x, y)
      #expect(quantiles.rowCount == columns.count)
      for (column, values) in columns.enumerated() {
        for (place, share) in [0.05, 0.25, 0.5, 0.75, 0.95].enumerated() {
          let quantile = quantiles.elements[column * 5 + place]
          let below = Double(values.count { $0 < quantile }) / Double(count)
          let error = (share * (1 - share) * (1 / Double(count) + 1 / theirCount)).squareRoot()
          // Some 3,500 comparisons: 5 standard errors is once in 500 runs.
          #expect(
            abs(below - share) < 5 * error, "\(task.name), column \(column): \(below) for \(share)")
        }
      }
    }
  }

  private func projections(_ x: HostArray<Double>, _ y: HostArray<Double>) -> [[Double]] {
    let (first, second) = (columns(x), columns(y))
    let (a, b, c, d) = (first[0], second[0], first[first.count - 1], second[second.count - 1])
    let squares = { (all: [[Double]]) in
      a.indices.map { row in all.reduce(0.0) { $0 + $1[row] * $1[row] } }
    }
    return first + second + [squares(first), squares(second)]
      + [zip(a, b).map { $0 + $1 }, zip(a, b).map { $0 - $1 }, zip(a, b).map { $0 * $1 }]
      + [zip(c, d).map { $0 + $1 }, zip(c, d).map { $0 * $1 }]
  }

  private func columns(_ array: HostArray<Double>) -> [[Double]] {
    (0..<array.rowSize).map { column in
      stride(from: column, to: array.count, by: array.rowSize).map { array.elements[$0] }
    }
  }

  @Test("a task is found by its name and by its title, with x for ×")
  func names() {
    #expect(
      BenchmarkTask.named("Swiss roll 2 x 1")?.name == "swissroll_x-normal_cdf-1v1-normal-0.75")
    #expect(BenchmarkTask.named("1v1-normal") == nil)
  }

  @Test("the same seed draws the same rows, another one others")
  func seeds() {
    let task = BenchmarkTask.all[0]
    #expect(task.sample(20, seed: 1).x == task.sample(20, seed: 1).x)
    #expect(task.sample(20, seed: 1).x != task.sample(20, seed: 2).x)
  }
}
