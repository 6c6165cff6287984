import Foundation
import MIMModels
import MIMScript
import MIMTensor
import Testing

@Suite("Verbs: files for other programs, and checkpoints")
struct BuiltinsFilesTests {
  private static let fixtures = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures").path

  private func lines(_ bench: BuiltinsBench, _ name: String) throws -> [Substring] {
    try String(contentsOfFile: "\(bench.folder.path)/out/\(name)", encoding: .utf8)
      .split(separator: "\n")
  }

  @Test("format=projector writes vectors and labels without headers, and a square sprite of images")
  func projector() throws {
    let bench = try BuiltinsBench()
    let codes = bench.run(
      """
      o = load omniglot "\(Self.fixtures)/omniglot/chardata.mat" binarize=dynamic seed=1
      m0 = model vae o z=3 hidden=[8]
      z = encode m0 o.test
      save z "latent" format=projector
      save take(z, 5) "few" format=[npz, projector]
      """)
    #expect(codes.isEmpty, "\(bench.output.codes)")
    let vectors = try lines(bench, "latent/vectors.tsv")
    #expect(vectors.count == 12)
    #expect(vectors.allSatisfy { $0.split(separator: "\t").compactMap { Float($0) }.count == 3 })
    let metadata = try lines(bench, "latent/metadata.tsv")
    #expect(metadata.prefix(4) == ["01/01", "02/02", "03/01", "01/02"])
    let config = try lines(bench, "latent/projector_config.pbtxt").joined()
    #expect(config.contains("sprite.png") && config.contains("single_image_dim: 28"))
    // 12 pictures of 28 × 28: four in a row, four rows.
    let sprite = try FileReader.bytes(of: "\(bench.folder.path)/out/latent/sprite.png")
    #expect(sprite[16..<24].elementsEqual([0, 0, 0, 112, 0, 0, 0, 112]))
    #expect(try lines(bench, "few/vectors.tsv").count == 5)
    #expect(AtomicFile.exists("\(bench.folder.path)/out/few.npz"))
  }

  @Test("unlabelled points have neither labels nor a sprite; tables cannot be projected")
  func projectorWithoutPictures() throws {
    let bench = try BuiltinsBench()
    #expect(
      bench.run(
        """
        toy = load toy "4" n=64
        m0 = model mim toy z=2 hidden=[8]
        save encode(m0, toy.test) "latent" format=projector
        save sample(m0, 4) "drawn" format=projector
        """) == [])
    #expect(!AtomicFile.exists("\(bench.folder.path)/out/latent/sprite.png"))
    #expect(!AtomicFile.exists("\(bench.folder.path)/out/drawn/metadata.tsv"))
    #expect(bench.run("save evaluate(m0, toy, nll) \"s\" format=projector") == ["E220"])
    #expect(bench.run("save m0 \"m\" format=projector") == ["E220"])
    #expect(bench.run("save m0 \"m.npz\" format=pytorch") == ["E220"])
  }

  @Test("weights of PyTorch open into a model and go back as they were")
  func pyTorch() throws {
    let bench = try BuiltinsBench()
    let weights = "\(Self.fixtures)/pytorch/gaussian.safetensors"
    let codes = bench.run(
      """
      toy = load toy "4" n=64
      m0 = model mim toy z=3 enc=mlp(7, 5) dec=mlp(6) act=tanh
      m = load "\(weights)" into=m0
      s = evaluate m toy rmse
      save m "w" format=pytorch
      save m "whole"
      """)
    #expect(codes.isEmpty)
    let written = try SafeTensors(contentsOf: "\(bench.folder.path)/out/w.safetensors")
    #expect(try written.tensors == SafeTensors(contentsOf: weights).tensors)
    #expect(bench.run("a = load \"\(weights)\"") == ["E522"])
    #expect(bench.run("a = load \"\(weights)\" into=model(mim, toy, z=2)") == ["E522"])
    #expect(bench.run("a = load toy \"4\" into=m0") == ["E220"])
    #expect(bench.run("a = load \"\(weights)\" into=m0 val=3") == ["E220"])
  }

  @Test(
    "the same line goes on from its checkpoint; what differs is said; force starts anew",
    arguments: [
      "train m0 toy batch=64 seed=3",
      "distill model(flow, toy, flow=iaf(1, hidden=4), seed=1) t0 items=256 batch=64 seed=3",
    ])
  func checkpoints(verb: String) throws {
    let bench = try BuiltinsBench()
    let prelude =
      "toy = load toy \"4\" n=256 seed=1\nm0 = model mim toy z=2 hidden=[8] seed=1\n"
      + "t0 = model flow toy flow=made(hidden=4) seed=1\n"
    let train = "m = \(verb) checkpoint=\"runs/m\""
    #expect(bench.run(prelude + "w = \(verb) epochs=6") == [])
    #expect(bench.run(train + " epochs=3") == [])
    #expect(bench.run(train + " epochs=6") == [])
    #expect(bench.json("m") == bench.json("w")?.replacing("\"w\"", with: "\"m\""))
    #expect(bench.run(train + " epochs=6 lr=0.01") == ["E523"])
    #expect(bench.run(train + " epochs=6 lr=0.01 force=true") == [])
    #expect(bench.run("a = load \"runs/m.safetensors\"") == [])
    #expect(bench.number("a.epochs") == 6)
    #expect(bench.run("save m0 \"plain\"\n" + train.replacing("runs/m", with: "plain")) == ["E523"])
  }
}
