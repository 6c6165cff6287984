import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Models in files")
struct ModelFileTests {
  private func trained() throws -> Model {
    try Trainer.train(
      Model(specification: Small.specification(), seed: 2), on: Small.toy(256, validation: 100),
      options: Small.options(epochs: 3))
  }

  @Test("a model comes back whole: the same bytes, recipe, history and optimiser state")
  func roundTrip() throws {
    let model = try trained()
    let bytes = try model.safetensors()
    let loaded = try Model(safetensors: bytes, path: "m")
    #expect(try loaded.safetensors() == bytes)
    #expect(loaded.specification == model.specification)
    let sameParameters = loaded.parameters == model.parameters
    #expect(sameParameters)
    #expect(loaded.training?.options == model.training?.options)
    #expect(loaded.training?.history.epochs == model.training?.history.epochs)
    let sameState = loaded.training?.optimizerState == model.training?.optimizerState
    #expect(sameState)
    let fresh = try Model(specification: Small.specification(.vae), seed: 2)
    #expect(try Model(safetensors: fresh.safetensors(), path: "f").training == nil)
  }

  @Test("every specification survives its JSON")
  func specifications() throws {
    var specification = ModelSpecification(
      objective: .amim, itemDimensions: [1, 28, 28], valueKind: .gray, latentSize: 40,
      hidden: [300, 200], activation: .swish)
    specification.prior = .gmm(7)
    specification.posterior = .gmm(2)
    specification.transform = try DataTransform(steps: [
      .scale(shift: [Float](repeating: 1, count: 784), scale: [Float](repeating: 2, count: 784))
    ])
    let data = try JSONEncoder().encode(specification)
    #expect(try JSONDecoder().decode(ModelSpecification.self, from: data) == specification)
  }

  @Test("files are written whole and read again; a missing one is named")
  func files() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "models/m.safetensors").path
    let model = try trained()
    try model.write(to: path)
    #expect(try Model(contentsOf: path).parameters == model.parameters)
    #expect(throws: FileError.missing(path: path + "x")) { try Model(contentsOf: path + "x") }
  }

  @Test("a file cut short at any length throws")
  func truncated() throws {
    let bytes = try trained().safetensors()
    for length in stride(from: 0, to: bytes.count, by: 97) {
      #expect(throws: (any Error).self) {
        try Model(safetensors: Array(bytes[..<length]), path: "cut")
      }
    }
  }

  @Test("one flipped bit anywhere is an error that names the file")
  func flippedBits() throws {
    let bytes = try trained().safetensors()
    for bit in stride(from: 0, to: bytes.count * 8, by: bytes.count * 8 / 400 | 1) {
      var flipped = bytes
      flipped[bit / 8] ^= 1 << (bit % 8)
      #expect { try Model(safetensors: flipped, path: "m.safetensors") } throws: {
        "\($0)".contains("m.safetensors")
      }
    }
  }

  @Test("a file of the version before checksums opens")
  func withoutChecksum() throws {
    let model = try trained()
    var file = try SafeTensors(bytes: model.safetensors(), path: "m")
    file.metadata[SafeTensors.checksumKey] = nil
    #expect(throws: ModelError.self) { try Model(safetensors: file.encoded(), path: "m") }
    file.metadata["mim.format"] = "1"
    let read = try Model(safetensors: file.encoded(), path: "m")
    #expect(try read.safetensors() == model.safetensors())
  }

  @Test("tensors without a recipe are called what they are")
  func foreign() throws {
    let tensors = SafeTensors(
      tensors: ["weight": .float32(HostArray(repeating: 0, shape: [2]))], metadata: ["format": "pt"]
    )
    #expect {
      try Model(safetensors: tensors.encoded(), path: "a.safetensors")
    } throws: {
      "\($0)".contains(
        "it contains tensors but no mim-repl model (no `mim.specification` in its metadata)")
    }
  }

  @Test("hostile or foreign content throws and never traps")
  func hostile() throws {
    let file = try SafeTensors(bytes: trained().safetensors(), path: "m")
    func refuses(_ change: (inout SafeTensors) -> Void) throws {
      var changed = file
      change(&changed)
      let bytes = try changed.encoded()
      #expect(throws: (any Error).self) { try Model(safetensors: bytes, path: "changed") }
    }
    func rewrites(_ key: String, _ from: String, _ to: String) throws {
      let text = try #require(file.metadata[key])
      #expect(text.contains(from), "\(from)")
      try refuses { $0.metadata[key] = text.replacingOccurrences(of: from, with: to) }
    }
    try refuses { $0.metadata = [:] }
    try refuses { $0.metadata["mim.format"] = "3" }
    try refuses { $0.metadata["mim.specification"] = "[[[[" }
    try refuses { $0.tensors["q_z_given_x.0.weight"] = nil }
    try refuses { $0.tensors["stray"] = .float32(HostArray(repeating: 0, shape: [1])) }
    try refuses {
      $0.tensors["q_z_given_x.0.weight"] = .float32(HostArray(repeating: 0, shape: [2, 16]))
    }
    try refuses {
      $0.tensors["q_z_given_x.0.bias"] = .float64(HostArray(repeating: 0, shape: [16]))
    }
    try refuses {
      $0.tensors["q_z_given_x.0.bias"] = .float32(HostArray(repeating: .nan, shape: [16]))
    }
    try refuses { $0.tensors["optimizer.steps"] = .float32(HostArray(repeating: 0, shape: [9])) }
    try refuses { $0.tensors["optimizer.x.firstMoment"] = $0.tensors["optimizer.steps"] }
    let specification = "mim.specification"
    try rewrites(specification, "\"latentSizes\":[2]", "\"latentSizes\":[9223372036854775807]")
    try rewrites(specification, "\"latentSizes\":[2]", "\"latentSizes\":[-2]")
    try rewrites(specification, "\"latentSizes\":[2]", "\"latentSizes\":[]")
    try rewrites(specification, "\"latentSizes\":[2]", "\"latentSizes\":[1,1,1,1,1,1,1]")
    try rewrites(specification, "[2]", "[9223372036854775807,9223372036854775807]")
    try rewrites(specification, "[2]", "[]")
    try rewrites(specification, "\"WIDTH\":[16]", "\"WIDTH\":[99999999999999999999]")
    try rewrites(specification, "\"WIDTH\":[16]", "\"WIDTH\":[1000000,1000000]")
    try rewrites(specification, "\"WIDTH\":[16]", "\"WIDTH\":{\"word\":\"x\"}")
    try rewrites(specification, "\"word\":\"mlp\"", "\"word\":\"mpl\"")
    try rewrites(
      specification, "\"prior\":\"normal\"",
      "\"prior\":{\"word\":\"gmm\",\"arguments\":{\"K\":-1}}")
    try rewrites(specification, "\"prior\":\"normal\"", "\"prior\":\"gmm(999999999)\"")
    try rewrites(specification, "\"beta\":1", "\"beta\":1e999")
    try rewrites("mim.training", "\"epoch\":3,", "\"epoch\":9223372036854775807,")
    try rewrites("mim.training", "\"batch\":128", "\"batch\":-128")
    try rewrites("mim.training", "\"step\":", "\"step\":1844674407370955161")
  }
}
