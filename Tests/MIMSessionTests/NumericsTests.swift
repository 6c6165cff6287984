import Foundation
import MIMCPU
import MIMFormats
import MIMScript
import MIMSession
import Testing

import struct MIMFormats.SHA256

/// The bits of small computations on each instruction set, which kept results stand on: a change here that nobody tells the
/// cache of would mix results of two kinds.
@Suite(
  "Bits of small computations",
  .enabled(if: MachineData.hasFashion, "Fashion-MNIST isn't on this machine; help data"))
struct NumericsTests {
  /// Statements whose values are computed in this order; those after the first line of each group use names above.
  private static let code = """
    toy = load toy "4" n=512 seed=1
    m0 = model mim toy z=2 hidden=[16] seed=2
    m = train m0 toy epochs=3 batch=64 warmup=1 seed=3
    losses = m.history
    v = train(model(vae, toy, z=2, hidden=[16], act=relu, seed=2), toy, epochs=2, batch=64, \
    seed=3, optimizer=adam_norm_grad)
    a = train(model(amim, toy, z=3, hidden=[8, 8], act=tanh, posterior=gmm(2), prior=gmm(3), \
    seed=2), toy, epochs=2, batch=64, seed=3)
    iaf = train(model(vae, toy, z=2, hidden=[8], posterior=iaf, prior=maf, seed=2), toy, \
    epochs=1, batch=64, seed=3)
    sylvester = train(model(vae, toy, z=3, hidden=[8], posterior=sylvester, prior=realnvp, \
    seed=2), toy, epochs=1, batch=64, seed=3)
    planar = train(model(vae, toy, z=2, hidden=[8], posterior=planar, seed=2), toy, epochs=1, \
    batch=64, seed=3)
    vamp = train(model(mim, toy, z=2, hidden=[8], prior=vampprior(5), seed=2), toy, epochs=1, \
    batch=64, seed=3)
    flip = train(model(mim, toy, z=2, hidden=[8], posterior=triangular, entropy=flip, seed=2), \
    toy, epochs=1, batch=64, seed=3)
    points = take toy.test 256
    z = encode m toy.test seed=4
    means = encode m toy.test codes=mean seed=4
    e = evaluate m toy nll elbo rmse mi knn(5) nmi(seed=1) seed=5
    nll = e.nll
    elbo = e.elbo
    rmse = e.rmse
    mi_ksg = e.mi
    knn5 = e.knn5
    nmi = e.nmi
    some = take z 200
    embedded = tsne some perplexity=10 iters=60 seed=1
    distances = neighbors(z, k=3).distances
    axes = pca z
    b = load bmi "1v1-normal-0.75" n=300 seed=1
    bmi_x = b.x.values
    ksg = mi(b.x, b.y).value
    mixture = mi(b.x, b.y, estimator=mixture).value
    gaussian = mi(b.x, b.y, estimator=gaussian).value
    matrix = mi_table(z).values
    correlation = total_correlation(z).value
    decoded = decode m z seed=6
    reconstruction = reconstruct v toy.test seed=6
    drawn = sample a 64 seed=6
    between = interpolate m take(toy.test, 4) steps=4
    f = load fashion limit=40 val=40 binarize=dynamic seed=1
    c0 = model mim f z=4 levels=2 enc=conv dec=conv prior=vampprior(4) seed=2
    c = train c0 f epochs=1 batch=20 seed=3
    q0 = model amim f z=[3, 2] levels=2 enc=conv dec=pixelcnn(layers=2, channels=16) seed=2
    q = train q0 f epochs=1 batch=20 seed=3
    image_codes = encode c f.test seed=4
    pixels = sample q 2 seed=6
    components = load(fashion, limit=40, val=40, pca=5, seed=1).train
    affine = load(fashion, limit=40, val=40, dequantize=true, augment=affine, seed=1).train
    bound = evaluate(q, f, elbo, nll(samples=4, n=8, batch=4), seed=5).elbo
    """

  /// Names whose values are only used by others.
  private static let helpers: Set<String> = ["e", "b", "f", "some", "toy"]
  private static let fixture = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/numerics.json")

  @Test("are those of this revision on the instruction set in use")
  func bits() throws {
    let found = try digests()
    #expect(found.count >= 40)
    let set = InstructionSet.inUse.rawValue
    // How the fixture is made: MIM_RECORD_NUMERICS=1 with MIM_ISA on each set.
    if ProcessInfo.processInfo.environment["MIM_RECORD_NUMERICS"] != nil {
      return try record(found, for: set)
    }
    let fixture = try fixtureContent()
    #expect(
      fixture.revision == numericsRevision,
      "the fixture is of revision \(fixture.revision): record it on every set")
    let expected = try #require(fixture.sets[set], "nothing is recorded for \(set)")
    for (name, digest) in found.sorted(by: { $0.key < $1.key }) {
      #expect(
        expected[name] == digest,
        """
        \(name) has other bits on \(set). If that is meant, raise numericsRevision in \
        Sources/MIMSession/RunStore/EngineVersion.swift, so that no kept result of the old kind is \
        used, and record the fixture on every set; else find out why.
        """)
    }
    #expect(Set(expected.keys) == Set(found.keys))
  }

  private struct Fixture: Codable {
    var revision: Int
    var sets: [String: [String: String]]
  }

  private func fixtureContent() throws -> Fixture {
    try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: Self.fixture))
  }

  private func record(_ digests: [String: String], for set: String) throws {
    var fixture = (try? fixtureContent()) ?? Fixture(revision: numericsRevision, sets: [:])
    if fixture.revision != numericsRevision {
      fixture = Fixture(revision: numericsRevision, sets: [:])
    }
    fixture.sets[set] = digests
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(fixture).write(to: Self.fixture)
  }

  /// The beginnings of the SHA-256 of the values' numbers.
  private func digests() throws -> [String: String] {
    let folder = try TemporaryFolder()
    let output = CollectedOutput()
    let session = Session(
      settings: SessionSettings(outputFolder: folder.path), output: output)
    session.evaluate(Source(name: "numerics", text: Self.code))
    #expect(output.codes == [], "\(output.error.last ?? "")")
    var result: [String: String] = [:]
    for (name, value) in session.bindings where !Self.helpers.contains(name) && name != "ans" {
      result[name] = String(try digest(of: value, named: name, session, folder).prefix(16))
    }
    return result
  }

  /// Objects by what `save` writes of them, in formats that are not ours; other values by the bits of their numbers.
  private func digest(
    of value: Value, named name: String, _ session: Session, _ folder: TemporaryFolder
  ) throws -> String {
    guard case .object(let object) = value else {
      var bytes: [UInt8] = []
      append(value, to: &bytes)
      #expect(!bytes.isEmpty, "\(name)")
      return SHA256.hexadecimal(of: bytes)
    }
    let file =
      switch object.typeName {
      case "model": "\(name).safetensors"
      case "history": "\(name).csv"
      default: "\(name).npy"
      }
    let format = object.typeName == "model" ? " format=pytorch" : ""
    session.evaluate(Source(name: "save", text: "save \(name) \"\(file)\"\(format)"))
    let data = try #require(
      FileManager.default.contents(atPath: folder.path + "/" + file), "\(name) was not saved")
    return SHA256.hexadecimal(of: [UInt8](data))
  }

  private func append(_ value: Value, to bytes: inout [UInt8]) {
    switch value {
    case .number(let number): withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes += $0 }
    case .list(let elements): elements.forEach { append($0, to: &bytes) }
    case .table(let table): table.rows.joined().forEach { append($0, to: &bytes) }
    case .none: bytes.append(0)
    default: break
    }
  }
}
