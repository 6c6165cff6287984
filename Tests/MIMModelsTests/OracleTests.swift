import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("The authors' reference numbers")
struct OracleTests {
  @Test(
    "every density, draw, loss and full gradient is within the tolerance",
    arguments: [
      ("mlp-d2-z2-h50", 103), ("mlp-d20-z10-h20-relu", 103), ("mlp-d5-z3-h7-swish-3layers", 103),
      ("adam", 4), ("sylvester-planar", 51), ("sylvester-orthogonal", 60), ("sylvester-iaf", 80),
    ])
  func verifies(stem: String, count: Int) throws {
    let rows = try OracleVerification.verify(stem, in: Fixtures.oracle)
    #expect(rows.count >= count)
    for row in rows where !row.ok {
      Issue.record("\(row.quantity): \(row.ours) for \(row.reference), error \(row.error)")
    }
  }

  @Test("knows its files by their stem")
  func stems() {
    #expect(OracleVerification.knows("adam") && OracleVerification.knows("mlp-d2-z2-h50"))
    #expect(OracleVerification.knows("convhvae-standard"))
    #expect(OracleVerification.knows("pixelhvae-vampprior") && !OracleVerification.knows("ksg"))
  }

  @Test("an altered or missing array, and an altered number, each make a row that isn't ok")
  func alterations() throws {
    let stem = "mlp-d5-z3-h7-swish-3layers"
    try altered(stem) {
      $0.tensors["z"] = $0.tensors["z"].map { shifted($0) }
    } expecting: {
      $0.contains { $0.quantity == "z" && !$0.ok }
    }
    let gradient = "grad.decoder_branch.mim.p_x_given_z.0.weight"
    try altered(stem) {
      $0.tensors[gradient] = nil
    } expecting: {
      $0.contains { $0.quantity == gradient && !$0.ok }
    }
    let zero = "grad.encoder_branch.mim_minus_H.p_x_given_z.0.bias"
    try altered(stem) {
      $0.tensors[zero] = $0.tensors[zero].map { shifted($0) }
    } expecting: {
      $0.contains { $0.quantity == zero && !$0.ok }
    }
    try altered(stem, json: { $0.replacingOccurrences(of: "13.978", with: "13.988") }) { _ in
    } expecting: {
      $0.filter { !$0.ok }.map(\.quantity) == ["encoder_branch.mim"]
    }
    try altered("adam") {
      $0.tensors["adam.final.1"] = nil
    } expecting: {
      $0.filter { !$0.ok }.map(\.quantity) == ["adam.final.1"]
    }
  }

  @Test("a reference that lacks its inputs or its numbers throws")
  func malformed() throws {
    let stem = "mlp-d5-z3-h7-swish-3layers"
    #expect(throws: ModelError.self) { try altered(stem) { $0.tensors["x"] = nil } }
    #expect(throws: ModelError.self) {
      try altered(stem) { $0.tensors["param.p_x_given_z.0.bias"] = nil }
    }
    for (from, to) in [
      ("\"batch\": 32", "\"batch\": -1"), ("\"layers\": 3", "\"layers\": 0"),
      ("\"z_dim\": 3", "\"z_dim\": 9223372036854775807"), ("swish", "gelu"), ("{", "["),
      ("\"hidden\": 7", "\"hidden\": 123456789"),
    ] {
      #expect(throws: ModelError.self, "\(to)") {
        try altered(stem, json: { $0.replacingOccurrences(of: from, with: to) }) { _ in }
      }
    }
    #expect(throws: ModelError.self) {
      try altered("adam", json: { $0.replacingOccurrences(of: "8", with: "-8") }) { _ in }
    }
    #expect(throws: FileError.self) {
      try OracleVerification.verify("mlp-missing", in: Fixtures.oracle)
    }
  }

  private func shifted(_ array: StoredArray) -> StoredArray {
    var floats = array.floats
    floats.elements[0] += 0.01
    return .float32(floats)
  }

  /// Verifies a copy of a reference with changed arrays and text.
  private func altered(
    _ stem: String, json changeText: (String) -> String = { $0 },
    _ change: (inout SafeTensors) -> Void,
    expecting accept: ([VerificationRow]) -> Bool = { _ in true }
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = "\(Fixtures.oracle)/\(stem)"
    var file = try SafeTensors(contentsOf: source + ".safetensors")
    change(&file)
    try file.write(to: folder.appending(path: "\(stem).safetensors").path)
    let text = try String(contentsOfFile: source + ".json", encoding: .utf8)
    try AtomicFile.write(changeText(text), to: folder.appending(path: "\(stem).json").path)
    let rows = try OracleVerification.verify(stem, in: folder.path)
    let accepted = accept(rows)
    #expect(accepted, "\(rows.filter { !$0.ok }.map(\.quantity))")
  }
}
