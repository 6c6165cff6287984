import MIMTensor

/// The last layer of an image decoder: features of each pixel, or of the whole item, become
/// p(x|z) in the form that the likelihood has there.
package struct PixelHead: Sendable {
  /// What the features are: channels of an image, or a vector.
  enum Features: Sendable {
    case image(ImageSize)
    case vector(Int)
  }
  let name: String
  let form: GatedForm
  let features: Features
  /// The numbers in an item, and its channels.
  let item: Int
  let channels: Int

  private var parts: [String] {
    form.hasLogVariance ? ["\(name)_mean", "\(name)_logvar"] : ["\(name)_mean"]
  }

  /// The 1×1 convolutions that it consists of behind an image.
  var convolutionNames: [String] { parts.map { "\($0).conv" } }

  package var parameters: [ParameterDeclaration] {
    parts.flatMap { part in
      switch features {
      case .image(let size):
        ParameterDeclaration.convolution(
          "\(part).conv", [channels, size.channels, 1, 1], hasBias: true)
      case .vector: linear(part).parameters
      }
    }
  }

  package var descriptions: [LayerDescription] {
    parts.enumerated().map { index, part in
      let maps =
        switch features {
        case .image(let size): "\(size.text) → \(channels)×\(size.height)×\(size.width), 1×1"
        case .vector(let width): "\(width) → \(item)"
        }
      let count = parameters.filter { $0.name.hasPrefix(part + ".") }.reduce(0) {
        $0 + $1.shape.count
      }
      return LayerDescription(
        name: part, description: maps + (index == 0 ? ", mean" : ", log-variance"),
        parameterCount: count)
    }
  }

  /// `features` `[batch, …]` → the distribution of items `[batch, item]`.
  package func distribution(of features: Tensor) -> any Distribution {
    form.distribution(parts.map { output($0, features) })
  }

  private func linear(_ part: String) -> Linear {
    guard case .vector(let width) = features else { preconditionFailure("an image has no vector") }
    return Linear(name: "\(part).linear", inputs: width, outputs: item, initializer: .he)
  }

  private func output(_ part: String, _ x: Tensor) -> Tensor {
    let graph = x.graph
    return graph.scope(part) {
      switch features {
      case .vector: return linear(part).apply(x)
      case .image(let size):
        let weight = graph.parameter(
          "\(part).conv.weight", shape: [channels, size.channels, 1, 1])
        let bias = graph.parameter("\(part).conv.bias", shape: [channels])
        return x.convolution(heads: [(weight, bias)], stride: 1, padding: 0)
          .reshape([x.shape[0], item])
      }
    }
  }
}
