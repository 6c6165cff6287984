import Foundation
import MIMAnalysis
import MIMTensor
import Testing

@Suite struct PrincipalComponentTests {
  @Test("agrees with scikit-learn, signs included")
  func agreesWithScikitLearn() throws {
    let fixture = try Fixtures.load("analysis")
    let points = try fixture.doubles("points")
    let fitted = try PrincipalComponents(fitting: points, count: 3)
    #expect(
      try deviation(fitted.components, fixture.doubles("pca.components").elements) < 1e-12)
    #expect(
      try deviation(fitted.explainedVariance, fixture.doubles("pca.variance").elements) < 1e-11)
    #expect(
      try deviation(fitted.explainedVarianceRatio, fixture.doubles("pca.ratio").elements) < 1e-13)
    let coordinates = try fitted.transform(points)
    #expect(
      try deviation(coordinates.elements, fixture.doubles("pca.coordinates").elements) < 1e-11)
  }

  @Test("agrees where there are fewer points than dimensions")
  func widePoints() throws {
    let fixture = try Fixtures.load("analysis")
    let fitted = try PrincipalComponents(fitting: fixture.doubles("wide"), count: 11)
    #expect(
      try deviation(fitted.components, fixture.doubles("wide.components").elements) < 1e-10)
    #expect(
      try deviation(fitted.explainedVariance, fixture.doubles("wide.variance").elements) < 1e-11)
  }

  @Test("all components give the points back", arguments: [(40, 7), (5, 9), (64, 33), (300, 150)])
  func inverse(count: Int, dimensions: Int) throws {
    let points = normalDraws(count, dimensions, seed: 30)
    let fitted = try PrincipalComponents(fitting: points, count: min(count, dimensions))
    let back = try fitted.inverse(fitted.transform(points))
    #expect(deviation(back.elements, points.elements) < 1e-10)
    for first in 0..<fitted.count {
      for second in 0...first {
        let product = (0..<dimensions).reduce(0) {
          $0 + fitted.components[first * dimensions + $1]
            * fitted.components[second * dimensions + $1]
        }
        #expect(abs(product - (first == second ? 1 : 0)) < 1e-10)
      }
    }
  }

  /// Points for which few of many components are found by iteration.
  private var waves: HostArray<Double> {
    HostArray(
      (0..<300 * 240).map { place in
        let (i, j) = (Double(place / 240), Double(place % 240))
        return sin(1.3 * i + 0.7 * j + 0.011 * i * j) / (1 + j).squareRoot()
      }, shape: [300, 240])
  }

  @Test("few of many components agree with scikit-learn's full solver")
  func fewOfMany() throws {
    let fixture = try Fixtures.load("umap")
    let fitted = try PrincipalComponents(fitting: waves, count: 10)
    let components = try fixture.doubles("waves.components").elements
    #expect(deviation(fitted.components, components) < 1e-9)
    let variance = try fixture.doubles("waves.variance").elements
    #expect(deviation(fitted.explainedVariance, variance) < 1e-12)
    let ratio = try fixture.doubles("waves.ratio").elements
    #expect(deviation(fitted.explainedVarianceRatio, ratio) < 1e-12)
  }

  @Test("few of many components have the same bits for every thread count")
  func sameBits() throws {
    let one = try PrincipalComponents(fitting: waves, count: 10, threads: 1)
    for threads in [2, 5] {
      #expect(try one == PrincipalComponents(fitting: waves, count: 10, threads: threads))
    }
  }

  @Test("eigenvalues that are all alike, repeated or 0 give orthonormal components too")
  func hardSpectra() throws {
    // Independent columns of one scale, forty directions in 240 columns, and one that is alone.
    let draws = normalDraws(400, 240, seed: 33)
    var flat = draws
    var repeated = draws
    for place in flat.elements.indices {
      let (row, column) = (place / 240, place % 240)
      flat.elements[place] = row % 240 == column ? 1 : 0
      repeated.elements[place] = draws.elements[row * 240 + column % 40]
    }
    var alone = draws
    for place in alone.elements.indices where place % 240 == 7 { alone.elements[place] *= 1e6 }
    for points in [draws, flat, repeated, alone] {
      let fitted = try PrincipalComponents(fitting: points, count: 20)
      let back = HostArray(fitted.components, shape: [20, 240])
      for first in 0..<20 {
        for second in 0...first {
          let product = zip(back.row(first), back.row(second)).reduce(0) { $0 + $1.0 * $1.1 }
          #expect(abs(product - (first == second ? 1 : 0)) < 1e-9)
        }
      }
      #expect(fitted.explainedVariance == fitted.explainedVariance.sorted(by: >))
      // What lies along a component varies as much as its eigenvalue says.
      let along = try fitted.transform(points)
      for index in [0, 19] {
        let values = (0..<400).map { along.elements[$0 * 20 + index] }
        let variance = values.reduce(0) { $0 + $1 * $1 } / 399
        #expect(abs(variance - fitted.explainedVariance[index]) < 1e-9 * max(1, variance))
      }
    }
  }

  @Test("constant columns and equal points have no variance")
  func degenerate() throws {
    let same = HostArray<Float>(repeating: 3, shape: [6, 4])
    let fitted = try PrincipalComponents(fitting: same, count: 4)
    #expect(fitted.explainedVariance == [0, 0, 0, 0])
    #expect(fitted.explainedVarianceRatio == [0, 0, 0, 0])
    #expect(try fitted.transform(same).elements.allSatisfy { $0 == 0 })
    let wide = HostArray<Float>(repeating: 3, shape: [3, 8])
    #expect(try PrincipalComponents(fitting: wide, count: 3).components.count == 24)
  }

  @Test("refuses component counts and points that do not fit")
  func refusals() throws {
    let points = normalDraws(6, 3, seed: 31)
    for count in [-2, 0, 4] {
      #expect(
        throws: AnalysisError.partCount(part: "components", requested: count, largest: 3)
      ) {
        try PrincipalComponents(fitting: points, count: count)
      }
    }
    #expect(throws: AnalysisError.self) {
      try PrincipalComponents(fitting: normalDraws(1, 3, seed: 31), count: 1)
    }
    let fitted = try PrincipalComponents(fitting: points, count: 2)
    #expect(throws: AnalysisError.self) { try fitted.transform(normalDraws(2, 4, seed: 1)) }
    #expect(throws: AnalysisError.self) { try fitted.inverse(normalDraws(2, 3, seed: 1)) }
  }
}
