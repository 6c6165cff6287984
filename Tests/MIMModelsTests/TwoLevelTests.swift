import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Two-level models against PyTorch")
struct TwoLevelReferenceTests {
  @Test(
    "losses, terms, intermediates and every gradient of tiny models",
    arguments: [
      ("convhvae-8x12", "convhvae", 300), ("pixelhvae-3x8x8", "pixelhvae", 200),
      ("hvae-4x4", "hvae", 100),
    ])
  func verifies(stem: String, family: String, atLeast count: Int) throws {
    let rows = try TwoLevelFixture(stem).verify(family)
    #expect(rows.count >= count)
    for row in rows where !row.ok {
      Issue.record("\(row.quantity): \(row.ours) for \(row.reference), error \(row.error)")
    }
  }

  @Test("a changed weight, and a changed mask, make rows that aren't ok")
  func alterations() throws {
    let fixture = try TwoLevelFixture("pixelhvae-3x8x8")
    let changed = try fixture.verify("pixelhvae") {
      $0["param.q_z1_layers_z2.0.g.weight"]?.elements[0] += 0.3
    }
    #expect(changed.contains { $0.quantity == "forward_eval.z1_q_mean" && !$0.ok })
    let masked = try fixture.verify("pixelhvae") { $0["param.pixelcnn.0.mask"]?.elements[4] = 1 }
    #expect(masked.filter { !$0.ok }.map(\.quantity) == ["param.pixelcnn.0.mask"])
    #expect(throws: ModelError.self) {
      try fixture.verify("pixelhvae") { $0["param.p_z1_mean.linear.bias"] = nil }
    }
  }
}
