import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("The authors' reference numbers")
struct OracleTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/oracle").path

  @Test(
    "every density, draw, loss and full gradient is within the tolerance",
    arguments: ["mlp-d2-z2-h50", "mlp-d20-z10-h20-relu", "mlp-d5-z3-h7-swish-3layers", "adam"])
  func verifies(stem: String) throws {
    let rows = try OracleVerification.verify(stem, in: Self.folder)
    #expect(rows.count >= (stem == "adam" ? 4 : 70))
    for row in rows where !row.ok {
      Issue.record("\(row.quantity): \(row.ours) for \(row.reference), error \(row.error)")
    }
  }
}
