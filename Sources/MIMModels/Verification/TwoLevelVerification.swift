import Foundation
import MIMTensor

/// `convhvae-*`, `pixelhvae-*`: the two-level image models' intermediates, losses and gradients.
struct TwoLevelVerification {
  private struct Configuration: Decodable {
    let model: String
    let batch: Int
    let z1: Int
    let z2: Int
    let prior: String
    let pseudoInputs: Int
    /// The extents of an image, `[height, width]` or `[channels, height, width]`; the authors' 28×28
    /// where they are left out.
    let image: [Int]?
    let layers: Int?
    let channels: Int?
    let hidden: [Int]?

    private enum CodingKeys: String, CodingKey {
      case model, batch, z1, z2, prior, image, layers, channels, hidden
      case pseudoInputs = "pseudo_inputs"
    }
  }

  /// The numbers of one loss.
  struct Entry: Decodable {
    struct Gradient: Decodable {
      let norm: Double
      let sum: Double
      let first: [Double]
    }
    let beta: Double
    let train: Bool
    let loss: [Double]
    let reconstruction: [Double]
    let divergence: [Double]
    let gradients: [String: Gradient]

    private enum CodingKeys: String, CodingKey {
      case beta, train, loss
      case reconstruction = "RE"
      case divergence = "KL"
      case gradients = "grad"
    }
  }

  /// The whole file: its configuration, and every entry by its name.
  private struct Numbers: Decodable {
    private struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }
    let configuration: Configuration
    let entries: [String: Entry]

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: Key.self)
      let name = Key(stringValue: "config")
      configuration = try values.decode(Configuration.self, forKey: name)
      var entries: [String: Entry] = [:]
      for key in values.allKeys where key.stringValue != name.stringValue {
        entries[key.stringValue] = try values.decode(Entry.self, forKey: key)
      }
      self.entries = entries
    }
  }

  let file: ReferenceFile
  let specification: ModelSpecification
  let network: TwoLevelModel
  let store: ParameterStore
  let batch: Int
  private let entries: [String: Entry]

  init(_ file: ReferenceFile) throws {
    self.file = file
    let numbers = try file.decode(Numbers.self)
    let configuration = numbers.configuration
    entries = numbers.entries
    batch = configuration.batch
    specification = try Self.specification(configuration, file)
    network = TwoLevelModel(specification)
    store = ParameterStore()
    for parameter in network.parameters {
      let value = try file.required("param.\(parameter.name)", shape: parameter.shape)
      if parameter.role != .mask { try store.set(parameter.name, to: value) }
    }
  }

  private static func specification(
    _ configuration: Configuration, _ file: ReferenceFile
  ) throws -> ModelSpecification {
    guard (1...10_000).contains(configuration.batch) else {
      throw file.unreadable("its config has a batch that can't be used")
    }
    let networks: (NetworkChoice, NetworkChoice)
    switch configuration.model {
    case "convHVAE_2level": networks = (.conv, .conv)
    case "PixelHVAE_2level":
      networks = (
        .conv,
        .pixelcnn(layers: configuration.layers ?? 8, channels: configuration.channels ?? 64)
      )
    case "HVAE_2level":
      let hidden = configuration.hidden ?? [300, 300]
      networks = (.mlp(hidden), .mlp(Array(hidden.suffix(1))))
    default: throw file.unreadable("its model \(configuration.model) is unknown")
    }
    var specification = ModelSpecification(
      objective: .amim, itemDimensions: configuration.image ?? [28, 28], valueKind: .binary,
      latentSizes: [configuration.z1, configuration.z2], encoder: networks.0, decoder: networks.1)
    switch configuration.prior {
    case "standard": break
    case "vampprior": specification.prior = .vampprior(PseudoInputs(configuration.pseudoInputs))
    default: throw file.unreadable("its prior \(configuration.prior) is unknown")
    }
    do { try specification.validate() } catch { throw file.unreadable("\(error)") }
    return specification
  }

  func rows() throws -> [VerificationRow] {
    try maskRows() + forwardRows()
      + entries.sorted { $0.key < $1.key }.flatMap { try rows(of: $0.value, name: $0.key) }
  }

  private func maskRows() -> [VerificationRow] {
    network.parameters.filter { $0.role == .mask }.map { mask in
      file.elements(
        "param.\(mask.name)",
        mask.initializer.values(shape: mask.shape, name: mask.name, seed: 0), tolerance: 0,
        relative: false)
    }
  }

  private func rows(of entry: Entry, name: String) throws -> [VerificationRow] {
    let objective: Objective
    let isMIM = name.hasPrefix("amim")
    if isMIM {
      objective = .asymmetricMutualInformationMachine
    } else if name.hasPrefix("vae") {
      objective = .variationalAutoencoder
    } else {
      return [.missing(file: file.name, quantity: name)]
    }
    let offset = isMIM ? constantOffset(beta: entry.beta) : 0
    let run = try TwoLevelRun(self, objective: objective, entry: entry)
    var rows = [
      ("loss", entry.loss, run.loss.map { $0 - offset }),
      ("RE", entry.reconstruction, run.reconstruction), ("KL", entry.divergence, run.divergence),
    ].map { quantity, reference, ours in
      file.numbers("\(name).\(quantity)", reference, ours)
    }
    for (parameter, gradient) in run.gradients {
      rows += gradientRows("\(name).grad.\(parameter)", entry.gradients[parameter], gradient)
    }
    return rows
  }

  /// The reference leaves −½ d log 2π out of normal log-densities: what that makes in the loss.
  private func constantOffset(beta: Double) -> Double {
    let (z1, z2) = (specification.latentSizes[0], specification.latentSizes[1])
    return 0.25 * (1 + beta) * (Double(z1) + beta * Double(z2)) * log(2 * Double.pi)
  }

  /// Norm 1e-4 relative; sum and first elements within 1e-4 · norm.
  private func gradientRows(
    _ name: String, _ reference: Entry.Gradient?, _ ours: HostArray<Float>
  ) -> [VerificationRow] {
    guard let reference else { return [.missing(file: file.name, quantity: name)] }
    let tolerance = 1e-4 * reference.norm
    let sum = ours.elements.reduce(0) { $0 + Double($1) }
    let first = zip(reference.first, ours.elements).map { abs($0 - Double($1)) }.max() ?? 0
    return [
      .number(
        file: file.name, quantity: "\(name).norm", reference: reference.norm, ours: ours.norm,
        tolerance: tolerance),
      .number(
        file: file.name, quantity: "\(name).sum", reference: reference.sum, ours: sum,
        tolerance: tolerance),
      VerificationRow(
        file: file.name, quantity: "\(name).first", reference: reference.first.first ?? .nan,
        ours: Double(ours.elements.first ?? .nan),
        error: reference.first.count == min(4, ours.count) ? first : .infinity,
        tolerance: tolerance),
    ]
  }
}
