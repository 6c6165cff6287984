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
      ("deltavae-gaussian", 24), ("deltavae-ar1", 9), ("made-orderings", 39), ("made-direct", 10),
      ("made-gaussian", 15), ("made-mog", 14), ("maf", 60), ("realnvp-vector", 120),
      ("asvae", 29), ("vqvae-ema", 19), ("csvae", 38), ("dim-local", 70), ("dim-global", 9),
      ("pixelcnn-gated", 35), ("vqvae-model", 98), ("iaf-conv", 41),
      ("dim-prior", 17), ("vlae", 50), ("vqvae-sonnet", 16), ("glow-step-lu", 19),
      ("glow-step-plain", 17), ("glow-step-additive", 14), ("glow-step-authors", 16),
      ("glow-actnorm-init", 4), ("glow-model", 60), ("realnvp-image", 400),
      ("pwavenet-gaussian", 220), ("pwavenet-logistic", 17),
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

  @Test("what a method's file holds and nobody compares is off: arrays, numbers and whole sections")
  func strangers() throws {
    let stranger = StoredArray.float32(HostArray([1], shape: [1]))
    for (stem, name) in [
      ("sylvester-planar", "out.something"), ("maf", "param.9.beta"), ("made-mog", "buffer.mask"),
      ("made-direct", "x2"), ("deltavae-ar1", "inputgrad.kl.z2"), ("maf", "grad.nll_eval.9.beta"),
    ] {
      try altered(stem) {
        $0.tensors[name] = stranger
      } expecting: {
        $0.filter { !$0.ok }.map(\.quantity) == [name]
      }
    }
    try altered(
      "maf",
      json: { $0.replacingOccurrences(of: "\"nll_eval\"", with: "\"other\": 1, \"nll_eval\"") }
    ) { _ in
    } expecting: {
      $0.filter { !$0.ok }.map(\.quantity) == ["values.other"]
    }
    try altered(
      "made-mog", json: { $0.replacingOccurrences(of: "\"note\"", with: "\"more\": 1, \"note\"") }
    ) { _ in
    } expecting: {
      $0.filter { !$0.ok }.map(\.quantity) == ["more"]
    }
  }

  @Test(
    "in a method's file, each altered input, mask, number and gradient is off, and so is a missing gradient"
  )
  func alteredMethods() throws {
    for (stem, name) in [
      ("made-direct", "mask.1"), ("made-mog", "buffer.final_layer.mask"),
      ("maf", "out.eval.x_from_u"),
      ("made-gaussian", "inputgrad.nll.x"), ("realnvp-vector", "grad.nll_train.3.log_gamma"),
      ("deltavae-gaussian", "out.sigma"), ("deltavae-ar1", "inputgrad.kl.alpha"),
      ("made-orderings", "out.ensemble_log_prob"), ("asvae", "grad.model_loss.enc_ls.bias"),
      ("vqvae-ema", "out.smoothed.codebook.2"), ("dim-local", "inputgrad.dv.local"),
      ("dim-local", "grad.jsd.local_net.block_ln.1.weight"), ("dim-local", "out.m"),
      ("dim-global", "inputgrad.infonce.l"), ("dim-prior", "grad.discriminator.2.weight"),
      ("vlae", "grad.loss.convs.1.weight"), ("vlae", "out.window"), ("vlae", "buffer.convs.1.mask"),
      ("glow-step-lu", "grad.nll.invconv.upper"), ("glow-step-plain", "out.W"),
      ("glow-step-authors", "inputgrad.nll.x"), ("glow-actnorm-init", "out.logs"),
      ("pwavenet-gaussian", "out.upsampled"), ("pwavenet-gaussian", "out.teacher_nll"),
      ("pwavenet-gaussian", "grad.loss.student.iafs.0.front_conv.0.conv.weight_v"),
      ("pwavenet-logistic", "out.cross_entropy"),
      ("pwavenet-logistic", "grad.kl.student.0.a.weight"), ("glow-model", "out.z"),
      ("glow-model", "buffer.prior_h"),
      ("realnvp-image", "out.eval.y_from_z"),
      ("realnvp-image", "out.after.flows.in_couplings.0.st_net.in_norm.running_var"),
      ("vqvae-sonnet", "out.ema.codebook.1"), ("vqvae-sonnet", "inputgrad.probe.z.0"),
      ("pixelcnn-gated", "grad.nll.layers.1.vert_stack.weight"), ("pixelcnn-gated", "out.logits"),
      ("vqvae-model", "grad.loss.decoder.6.weight"), ("vqvae-model", "out.indices"),
      ("iaf-conv", "mask.layer_out"), ("iaf-conv", "inputgrad.kl.context"),
    ] {
      try altered(stem) {
        $0.tensors[name] = $0.tensors[name].map { shifted($0) }
      } expecting: {
        $0.filter { !$0.ok }.map(\.quantity) == [name]
      }
    }
    let gradient = "grad.nll_eval.1.beta"
    try altered("maf") {
      $0.tensors[gradient] = nil
    } expecting: {
      $0.filter { !$0.ok }.map(\.quantity) == [gradient]
    }
    try altered(
      "deltavae-gaussian", json: { $0.replacingOccurrences(of: "1.1016", with: "1.1036") }
    ) {
      _ in
    } expecting: {
      $0.filter { !$0.ok }.map(\.quantity) == ["bounds.0.01.upper"]
    }
  }

  @Test("a method's file with arrays of other shapes, or sizes out of range, throws")
  func malformedMethods() throws {
    let one = StoredArray.float32(HostArray([1], shape: [1]))
    for (stem, name) in [
      ("maf", "x"), ("maf", "u_given"), ("maf", "buffer.1.running_mean"), ("maf", "param.1.beta"),
      ("made-direct", "degree.1"), ("made-mog", "param.final_layer.weight"),
      ("realnvp-vector", "mask.0"), ("deltavae-ar1", "alpha"), ("deltavae-gaussian", "mean_raw"),
      ("dim-local", "local"), ("dim-local", "param.local_net.linear_shortcut.weight"),
      ("dim-global", "m"), ("dim-prior", "param.2.weight"), ("vlae", "eps_z"),
      ("glow-step-lu", "buffer.invconv.p"), ("glow-model", "u"),
      ("pwavenet-gaussian", "conditioning"),
      ("pwavenet-gaussian", "param.teacher.upsample_conv.0.weight_v"),
      ("pwavenet-logistic", "z_samples"), ("realnvp-image", "z_given"),
      ("realnvp-image", "param.flows.in_couplings.0.rescale.weight_g"),
      ("vlae", "param.zconv.1.weight"), ("vqvae-sonnet", "weight"),
      ("pixelcnn-gated", "label"), ("vqvae-model", "x"), ("iaf-conv", "context"),
    ] {
      #expect(throws: ModelError.self, "\(stem) \(name)") {
        try altered(stem) { $0.tensors[name] = one }
      }
    }
    for (stem, from, to) in [
      ("maf", "\"steps\": 3", "\"steps\": 0"),
      ("made-mog", "\"components\": 3", "\"components\": -1"),
      ("deltavae-ar1", "\"dims\": 3", "\"dims\": 99999999"),
      ("deltavae-gaussian", "\"delta\": 0.15", "\"delta\": -3"),
      ("made-orderings", "\"orderings\": 4", "\"orderings\": 0"),
      ("dim-local", "\"batch\": 4", "\"batch\": 1"),
      ("dim-global", "\"units\": 7", "\"units\": 99999999"),
      ("vlae", "row 3, column 3", "row 33, column 3"), ("vlae", "\"layers\": 3", "\"layers\": 0"),
      ("vqvae-sonnet", "\"updates\": 3", "\"updates\": -3"),
      ("pixelcnn-gated", "\"classes\": 4", "\"classes\": 2"),
      ("vqvae-model", "\"size\": 8", "\"size\": 0"), ("iaf-conv", "\"kernel\": 3", "\"kernel\": 4"),
      ("glow-step-plain", "\"channels\": 4", "\"channels\": 3"),
      ("pwavenet-gaussian", "\"length\": 16", "\"length\": 1"),
      ("pwavenet-logistic", "\"samples\": 4", "\"samples\": 0"),
      ("glow-model", "\"levels\": 2", "\"levels\": 5"),
      ("realnvp-image", "\"scales\": 2", "\"scales\": 0"),
    ] {
      #expect(throws: ModelError.self, "\(stem) \(to)") {
        try altered(stem, json: { $0.replacingOccurrences(of: from, with: to) }) { _ in }
      }
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
