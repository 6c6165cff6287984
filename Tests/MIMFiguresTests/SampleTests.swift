import Foundation
import MIMFigures
import Testing

@Suite struct SampleTests {
  /// With `MIM_FIGURE_SAMPLES=FOLDER` every sample is also written there, to be looked at.
  @Test("every kind of figure renders in every format", arguments: Samples.all.map(\.name))
  func renders(name: String) throws {
    let figure = try #require(Samples.all.first { $0.name == name }).figure
    let folder = ProcessInfo.processInfo.environment["MIM_FIGURE_SAMPLES"]
    for format in FigureFormat.allCases {
      let bytes = try figure.render(format, dpi: folder == nil ? 100 : 300)
      #expect(bytes.count > 1_000)
      if let folder { try figure.write(to: "\(folder)/\(name).\(format.rawValue)") }
    }
    #expect(try figure.notes().isEmpty)
  }
}
