import MIMModels
import MIMScript

/// The catalogue of components as words of the language: each word, its arguments, ranges and usual values, from the components'
/// own descriptions.
extension HostFunction {
  private static let width: ParameterType = .integer(1...1_048_576)

  static func architectureOptions(_ catalog: Catalog) -> [Parameter] {
    let networks = catalog.networks
    return [
      Parameter(
        "z", .any(of: [width, .list(width)]), default: .number(2),
        "latent units; at levels=2 of each level, or [z1, z2]"),
      Parameter(
        "levels", .integer(1...2), default: .number(1),
        "latent levels: 1, or 2 for z2 above z1 above x"),
      Parameter(
        "enc", .word(networks.filter { $0.isEncoder }.map(WordSpec.init(component:))),
        defaultText: "mlp(50)",
        "the network of q(z|x); conv beside dec=conv, mlp(300, 300) at levels=2"),
      Parameter(
        "dec", .word(networks.map(WordSpec.init(component:))), defaultText: "mlp(50)",
        "the network of p(x|z); conv beside enc=conv, mlp(300) at levels=2"),
      Parameter(
        "hidden", .list(width), "hidden widths of the encoder; reversed for the decoder"),
      Parameter(
        "act",
        .word([
          WordSpec("tanh", "hyperbolic tangent"), WordSpec("relu", "max(0, x)"),
          WordSpec("swish", "x σ(x)"),
        ]), default: .string("tanh"), "the non-linearity; gated layers have none other"),
      Parameter(
        "min_scale", .number(1e-12...1), default: .number(1e-6), "the floor of every scale"),
    ]
  }

  static func densityOptions(_ catalog: Catalog) -> [Parameter] {
    [
      Parameter("beta", .number(0...1e6), default: .number(1), "the weight of the KL term (vae)"),
      Parameter(
        "entropy",
        .word([
          WordSpec("keep", "as the objective has it"),
          WordSpec("flip", "VAE + H, MIM − H: the joint entropy's part changes sides"),
        ]), default: .string("keep"), "the joint-entropy regulariser"),
      Parameter(
        PriorSlot.option, .word(catalog.priors.map(WordSpec.init(component:))),
        default: .string("normal"), "p(z); p(z2) at levels=2"),
      Parameter(
        MarginalSlot.option, .word(catalog.marginals.map(WordSpec.init(component:))),
        default: .string("marginal"), "q(x)"),
      Parameter(
        PosteriorSlot.option, .word(catalog.posteriors.map(WordSpec.init(component:))),
        defaultText: "normal", "the family of q(z|x); an autoencoder has delta"),
      Parameter(
        LikelihoodSlot.option, .word(catalog.likelihoods.map(WordSpec.init(component:))),
        defaultText: "normal", "the family of p(x|z); bernoulli for pixels"),
      Parameter(
        "anchor",
        .word([
          WordSpec("fixed", "N(0, I)"), WordSpec("learned", "the model's own p(z)"),
        ]), defaultText: "fixed",
        "where the decoder branch draws z from; learned at levels=2, with gradients through z"),
    ]
  }
}

extension WordSpec {
  init(component type: any Component.Type) {
    self.init(type.word, parameters: type.arguments.map(Parameter.init(argument:)), type.summary)
  }

  fileprivate init(word: ArgumentWord) {
    self.init(word.name, parameters: word.arguments.map(Parameter.init(argument:)), word.summary)
  }
}

extension Parameter {
  fileprivate init(argument: ComponentArgument) {
    let usual = argument.usual.flatMap(Value.init(argument:))
    switch argument.type {
    case .integer(let range):
      self.init(argument.name, .integer(range), default: usual, argument.summary)
    case .number(let range):
      self.init(argument.name, .number(range), default: usual, argument.summary)
    case .integers(let range, _):
      self.init(argument.name, .integer(range), repeats: true, argument.summary)
    case .word(let words):
      self.init(
        argument.name, .word(words.map(WordSpec.init(word:))), default: usual,
        argument.summary)
    case .trainingItems(let words):
      self.init(
        argument.name,
        .any(of: [.object(["items", "data set"]), .word(words.map(WordSpec.init(word:)))]),
        isOptional: true, argument.summary)
    }
  }
}

extension Value {
  fileprivate init?(argument: ArgumentValue) {
    switch argument {
    case .integer(let number): self = .number(Double(number))
    case .number(let number): self = .number(number)
    case .word(let name, _): self = .string(name)
    case .integers: return nil
    }
  }
}

extension ArgumentValues {
  /// What a script wrote behind a component's word; what it left out stays out.
  init(_ word: WordCall, _ arguments: [ComponentArgument]) {
    self.init()
    for (index, argument) in arguments.enumerated() {
      if case .integers = argument.type {
        values[argument.name] = MIMScript.Value.list(word.positional.flatMap(\.asElements))
          .asIntegers
          .map { .integers($0) }
        continue
      }
      let given =
        index < word.positional.count ? word.positional[index] : word.named[argument.name]
      values[argument.name] = given.flatMap { ArgumentValue($0, argument.type) }
    }
  }
}

extension ArgumentValue {
  fileprivate init?(_ value: Value, _ type: ArgumentType) {
    switch type {
    case .integer:
      guard let number = value.asInteger else { return nil }
      self = .integer(number)
    case .number:
      guard let number = value.asNumber else { return nil }
      self = .number(number)
    case .integers: return nil
    case .word(let words):
      guard let word = value.asWord else { return nil }
      self.init(word, words)
    case .trainingItems(let words):
      guard let word = value.asWord, case .word = value else {
        // A data set or items: their numbers reach the model by another way.
        self = .word("data", [:])
        return
      }
      self.init(word, words)
    }
  }

  private init(_ word: WordCall, _ words: [ArgumentWord]) {
    let arguments = words.first { $0.name == word.name }?.arguments ?? []
    self = .word(word.name, ArgumentValues(word, arguments))
  }
}
