import Foundation
import MIMModels
import MIMTensor
import Testing

/// A prior of somebody else's: N(shift, I).
private struct ShiftedPrior: PriorComponent {
  static let word = "shifted"
  static let summary = "N(shift, I)"
  static let arguments = [
    ComponentArgument("shift", .number(-9...9), usual: .number(1), "the mean")
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var description: String { "N(\(values.number("shift")), I)" }

  func density(for specification: ModelSpecification) -> (any PriorDensity)? {
    Density(shift: Float(values.number("shift")), size: specification.topSize)
  }

  private struct Density: PriorDensity {
    let shift: Float
    let size: Int
    var parameters: [ParameterDeclaration] { [] }
    var layers: [LayerDescription] { [] }

    func distribution(
      in graph: Graph, batch: Int, pseudoInputs: DiagonalGaussian?
    ) -> any Distribution {
      let zero = graph.constant(HostArray(repeating: 0, shape: [batch, size]))
      return DiagonalGaussian(mean: zero + shift, logScale: zero, minScale: 0)
    }
  }
}

@Suite("Catalogue of components")
struct CatalogTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/first-version")

  @Test("no slot has one word twice, and each word says what it is")
  func words() {
    let catalog = Catalog.standard
    let slots: [[any Component.Type]] = [
      catalog.objectives, catalog.posteriors, catalog.priors, catalog.marginals,
      catalog.likelihoods, catalog.flows, catalog.networks,
    ]
    for types in slots {
      #expect(Set(types.map { $0.word }).count == types.count)
      for type in types {
        #expect(!type.summary.isEmpty, "\(type)")
        #expect(type.arguments.allSatisfy { !$0.summary.isEmpty }, "\(type)")
      }
    }
  }

  @Test("choices are written as scripts have them")
  func text() {
    #expect("\(NetworkChoice.mlp([300, 200]))" == "mlp(300, 200)")
    #expect("\(NetworkChoice.mlp([]))" == "mlp()")
    #expect(
      "\(NetworkChoice.pixelcnn(layers: 8, channels: 64))" == "pixelcnn(layers=8, channels=64)")
    #expect("\(PriorChoice.gmm(3))" == "gmm(3)")
    #expect(
      "\(PriorChoice.vampprior(PseudoInputs(5)))" == "vampprior(5, init=normal(0.05, 0.01))")
    #expect(
      "\(PriorChoice.vampprior(PseudoInputs(5, start: .data)))" == "vampprior(5, init=data)")
  }

  @Test(
    "the text of the first version is read",
    arguments: ["mlp(300, 200)", "mlp()", "conv", "pixelcnn(layers=8, channels=64)"])
  func networkText(text: String) throws {
    let json = Data("\"\(text)\"".utf8)
    #expect("\(try JSONDecoder().decode(NetworkChoice.self, from: json))" == text)
  }

  @Test(
    "what isn't a choice is refused",
    arguments: [
      "gmm", "gmm(x)", "gmm(0)", "gmm(1001)", "gmm(3", "gmm(3))", "vampprior(5, init=x)", "",
    ])
  func badText(text: String) {
    let json = Data("\"\(text)\"".utf8)
    #expect(throws: ModelError.self) { try JSONDecoder().decode(PriorChoice.self, from: json) }
  }

  @Test("a word with its arguments goes into JSON and back")
  func json() throws {
    let choices: [PriorChoice] = [
      .normal, .gmm(3), .vampprior(PseudoInputs(5, start: .data)),
      .vampprior(PseudoInputs(7, start: .normal(mean: 0, deviation: 2))),
    ]
    for choice in choices {
      let data = try JSONEncoder().encode(choice)
      #expect(try JSONDecoder().decode(PriorChoice.self, from: data) == choice)
    }
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(PriorChoice.gmm(3)))
    let members = try #require(object as? [String: Any])
    #expect(members["word"] as? String == "gmm")
    #expect((members["arguments"] as? [String: Int]) == ["K": 3])
  }

  @Test("arguments out of range name the argument and its range")
  func ranges() {
    #expect {
      try PriorChoice("gmm", ["K": .integer(2000)])
    } throws: { "\($0)".contains("K takes a whole number from 1 to 1000") }
    #expect { try PriorChoice("gmm") } throws: { "\($0)".contains("K is missing") }
    #expect { try PriorChoice("gmm", ["L": .integer(2)]) } throws: { "\($0)".contains("L") }
    #expect { try PriorChoice("ggm") } throws: { "\($0)".contains("vampprior") }
    #expect {
      var specification = Small.specification()
      specification.prior = .gmm(0)
      try specification.validate()
    } throws: { "\($0)".contains("prior=gmm(0)") }
  }

  @Test(
    "a prior from outside samples, trains, is shown, and is read again by a catalogue that has it")
  func stranger() throws {
    var catalog = Catalog.standard
    catalog.priors.append(ShiftedPrior.self)
    var specification = Small.specification(.vae)
    specification.prior = try PriorChoice("shifted", ["shift": .number(3)], in: catalog)
    let model = try Model(specification: specification, seed: 1)
    let codes = try model.sample(4000).codes
    let mean = codes.elements.reduce(0) { $0 + Double($1) } / Double(codes.elements.count)
    #expect(abs(mean - 3) < 0.06)
    var options = TrainingOptions()
    options.epochs = 1
    options.batch = 64
    let trained = try Trainer.train(model, on: Small.toy(128, validation: 64), options: options)
    #expect(try trained.summary().densities.contains("p(z): N(3.0, I)"))
    let bytes = try trained.safetensors()
    let again = try Model(safetensors: bytes, path: "m", catalog: catalog)
    #expect(again.specification == specification)
    #expect {
      try Model(safetensors: bytes, path: "m")
    } throws: { "\($0)".contains("prior=shifted") }
  }

  @Test(
    "models of the first version open",
    arguments: ["flat-mixtures", "two-level-pixelcnn", "two-level-mlp", "trained"])
  func firstVersion(name: String) throws {
    let path = Self.folder.appending(path: "\(name).safetensors").path
    let model = try Model(contentsOf: path)
    let choices: [String: String] = [
      "flat-mixtures": "gmm(3) gmm(2) gmm(2) gmm(2)",
      "two-level-pixelcnn": "vampprior(2, init=data) marginal normal bernoulli",
      "two-level-mlp": "vampprior(2, init=normal(0.05, 0.01)) vampprior(2) normal bernoulli",
      "trained": "marginal marginal normal normal",
    ]
    let s = model.specification
    #expect("\(s.prior) \(s.marginal) \(s.posterior) \(s.likelihood)" == choices[name])
    let again = try Model(safetensors: model.safetensors(), path: "again")
    #expect(again.specification == s)
    #expect(again.parameters == model.parameters)
  }
}
