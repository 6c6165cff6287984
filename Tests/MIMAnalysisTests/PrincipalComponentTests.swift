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
