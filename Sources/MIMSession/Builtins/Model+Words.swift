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
        "latent units; with levels=2, of each level, or [z1, z2]"),
      Parameter(
        "levels", .integer(1...2), default: .number(1),
        "latent levels: 1, or 2 for the hierarchy z2 → z1 → x"),
      Parameter(
        "enc", .word(networks.filter { $0.isEncoder }.map(WordSpec.init(component:))),
        defaultText: "mlp(50)",
        "the network of q(z|x); default conv if dec=conv, mlp(300, 300) if levels=2"),
      Parameter(
        "dec", .word(networks.map(WordSpec.init(component:))), defaultText: "mlp(50)",
        "the network of p(x|z); default conv if enc=conv, mlp(300) if levels=2"),
      Parameter(
        "hidden", .list(width),
        "hidden widths of the encoder; the decoder has them in reverse order"),
      Parameter(
        "act",
        .word([
          WordSpec("tanh", "hyperbolic tangent"), WordSpec("relu", "max(0, x)"),
          WordSpec("swish", "x σ(x)"),
        ]), default: .string("tanh"), "the non-linearity (not used in gated layers)"),
      Parameter(
        "min_scale", .number(1e-12...1), default: .number(1e-6), "the smallest value of every scale"
      ),
    ]
  }

  static func densityOptions(_ catalog: Catalog) -> [Parameter] {
    [
      Parameter("beta", .number(0...1e6), default: .number(1), "vae: the weight of the KL term"),
      Parameter(
        "entropy",
        .word([
          WordSpec("keep", "as in the objective"),
          WordSpec(
            "flip", "VAE + H, MIM − H: add the joint-entropy term to a VAE, take it out of a MIM"),
        ]), default: .string("keep"), "the joint-entropy term"),
      Parameter(
        PriorSlot.option, .word(catalog.priors.map(WordSpec.init(component:))),
        default: .string("normal"), "p(z); with levels=2, p(z2)"),
      Parameter(
        MarginalSlot.option, .word(catalog.marginals.map(WordSpec.init(component:))),
        default: .string("marginal"), "q(x)"),
      Parameter(
        PosteriorSlot.option, .word(catalog.posteriors.map(WordSpec.init(component:))),
        defaultText: "normal", "the family of q(z|x); delta for an autoencoder"),
      Parameter(
        LikelihoodSlot.option, .word(catalog.likelihoods.map(WordSpec.init(component:))),
        defaultText: "normal", "the family of p(x|z); bernoulli for pixels of 0 and 1"),
      Parameter(
        FlowSlot.option, .word(catalog.flows.map(WordSpec.init(component:))),
        defaultText: "maf(5)", "kind flow: what p(x) is"),
      Parameter(
        "anchor",
        .word([
          WordSpec("fixed", "N(0, I)"), WordSpec("learned", "the model's prior p(z)"),
        ]), defaultText: "fixed",
        "what the decoder branch draws z from; learned if levels=2, with gradients through z"),
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
