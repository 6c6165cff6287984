import MIMFigures
import Testing

@Suite struct DescriptionTests {
  @Test("a figure without panels is refused by name")
  func noPanels() {
    #expect(throws: FigureError.self) { try Figure([]).render(.png) }
  }
}
