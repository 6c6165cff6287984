import Foundation
import MIMModels
import MIMTensor
import Testing

/// Files that PyTorch wrote, and files for PyTorch (Tests/References/pytorch_exchange.py).
@Suite("Weights of PyTorch")
struct PyTorchWeightsTests {
  private static let folder = Fixtures.folder + "/pytorch"

  /// What PyTorch computed with these weights.
  private struct Numbers: Decodable {
    let x: [Float]
    let mean: [Float]
    let scale: [Float]
    let decoded: [Float]
  }

  private func golden(_ name: String) throws -> Numbers {
    let data = try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/golden.json"))
    return try #require(JSONDecoder().decode([String: Numbers].self, from: data)[name])
  }

  /// A fresh model of the module in the reference script.
  private func model(_ name: String) throws -> Model {
    let isBinary = name == "bernoulli"
    var specification = ModelSpecification(
      objective: .mim, itemDimensions: isBinary ? [1, 4, 4] : [2],
      valueKind: isBinary ? .binary : .real, latentSize: isBinary ? 2 : 3,
      activation: isBinary ? .relu : .tanh)
    specification.encoder = .mlp(isBinary ? [9, 4] : [7, 5])
    specification.decoder = .mlp(isBinary ? [8] : [6])
    return try Model(specification: specification, seed: 1)
  }

  private func path(_ name: String) -> String { "\(Self.folder)/\(name).safetensors" }

  @Test(
    "a model trained there computes here what it computed there",
    arguments: ["gaussian", "bernoulli"])
  func opens(_ name: String) throws {
    let fresh = try model(name)
    let loaded = try fresh.taking(weightsOf: path(name))
    let expected = try golden(name)
    let x = HostArray(expected.x, shape: [5, expected.x.count / 5])
    let encoding = try loaded.encode(x)
    #expect(agree(encoding.means.elements, expected.mean, tolerance: 2e-6))
    #expect(agree(encoding.scales.elements, expected.scale, tolerance: 2e-6))
    #expect(
      agree(try loaded.decode(encoding.means).means.elements, expected.decoded, tolerance: 2e-6))
    #expect(loaded.training == nil && loaded.specification == fresh.specification)
  }

  @Test("what is written for PyTorch holds the same arrays under the same names, and no others")
  func writes() throws {
    for name in ["gaussian", "bernoulli"] {
      let loaded = try model(name).taking(weightsOf: path(name))
      let written = try SafeTensors(bytes: loaded.pyTorchWeights(), path: "w")
      #expect(try written.tensors == SafeTensors(contentsOf: path(name)).tensors)
      #expect(written.metadata == ["format": "pt"])
    }
  }

  @Test("prefixes, half precision and PyTorch's buffers are understood")
  func spellings() throws {
    let file = try SafeTensors(contentsOf: path("gaussian"))
    let fresh = try model("gaussian")
    let expected = try fresh.taking(weights: file, path: "w").parameters
    var prefixed = SafeTensors()
    for (name, value) in file.tensors { prefixed.tensors["module.\(name)"] = value }
    prefixed.tensors["epoch"] = .int64(HostArray([3], shape: []))
    #expect(try fresh.taking(weights: prefixed, path: "w").parameters == expected)
    var doubled = file
    for (name, value) in file.tensors { doubled.tensors[name] = .float64(value.doubles) }
    doubled.tensors["norm.num_batches_tracked"] = .int64(HostArray([3], shape: []))
    #expect(try fresh.taking(weights: doubled, path: "w").parameters == expected)
    let own = try SafeTensors(bytes: fresh.safetensors(), path: "own")
    #expect(try fresh.taking(weights: own, path: "w").parameters == fresh.parameters)
  }

  @Test("masks and running statistics go to PyTorch and back; another mask is refused")
  func pixelModel() throws {
    let specification = BinaryPictures.specification(
      .vae, decoder: .pixelcnn(layers: 2, channels: 4))
    let model = try Model(specification: specification, seed: 3)
    let written = try SafeTensors(bytes: model.pyTorchWeights(), path: "w")
    #expect(
      written.tensors["pixelcnn.0.mask"]?.shape == written.tensors["pixelcnn.0.weight"]?.shape)
    #expect(written.tensors["pixelcnn.1.running_var"] != nil)
    var reference = SafeTensors()
    for (name, value) in written.tensors { reference.tensors["param.\(name)"] = value }
    reference.tensors["grad.pixelcnn.0.weight"] = .float32(HostArray([1], shape: [1]))
    let other = try Model(specification: specification, seed: 4)
    #expect(try other.taking(weights: reference, path: "w").parameters == model.parameters)
    let shape = try #require(written.tensors["pixelcnn.0.mask"]?.shape)
    reference.tensors["param.pixelcnn.0.mask"] = .float32(HostArray(repeating: 1, shape: shape))
    #expect(throws: ModelError.self) { try other.taking(weights: reference, path: "w") }
  }

  @Test("weights of another model are refused by the name that does not fit")
  func refuses() throws {
    let fresh = try model("gaussian")
    let file = try SafeTensors(contentsOf: path("gaussian"))
    let bias = "q_z_given_x.0.bias"
    func refuses(_ words: String, _ change: (inout SafeTensors) -> Void) {
      var changed = file
      change(&changed)
      #expect {
        try fresh.taking(weights: changed, path: "w.safetensors")
      } throws: { "\($0)".contains(words) && "\($0)".contains("w.safetensors") }
    }
    refuses("\(bias) is missing") { $0.tensors[bias] = nil }
    refuses("\(bias) is [3], not [7]") {
      $0.tensors[bias] = .float32(HostArray(repeating: 0, shape: [3]))
    }
    refuses("stray isn't part") { $0.tensors["stray"] = .float32(HostArray([1], shape: [1])) }
    refuses("type I32") { $0.tensors[bias] = .int32(HostArray(repeating: 0, shape: [7])) }
    refuses("NaN") { $0.tensors[bias] = .float32(HostArray(repeating: .nan, shape: [7])) }
    refuses("is missing") { $0.tensors = [:] }
  }

  @Test("opened without a model, the error says which model the weights are of")
  func recognises() throws {
    #expect {
      try Model(contentsOf: path("bernoulli"))
    } throws: {
      "\($0)".contains("model KIND DATA z=2 enc=mlp(9, 4) dec=mlp(8) act=tanh|relu|swish")
        && "\($0)".contains("into=m0")
    }
    var mixed = ModelSpecification(
      objective: .mim, itemDimensions: [2], valueKind: .real, latentSize: 2, hidden: [5])
    (mixed.posterior, mixed.prior, mixed.marginal) = (.gmm(3), .gmm(4), .learned)
    let weights = try Model(specification: mixed, seed: 1).pyTorchWeights()
    #expect {
      try Model(safetensors: weights, path: "w")
    } throws: { "\($0)".contains("posterior=gmm(3) prior=gmm(4) qx=learned") }
  }
}
