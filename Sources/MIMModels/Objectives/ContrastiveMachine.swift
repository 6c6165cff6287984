import Foundation
import MIMTensor

/// cMIM, the contrastive mutual information machine (Livne 2025, arXiv:2509.21511): a code must also be told from those of the other items
/// of its batch by its direction.
struct ContrastiveMachine: ObjectiveComponent {
  static let word = "cmim"
  static let summary = "contrastive MIM: codes must also tell the items of a batch apart"
  static let method: MethodNote? = MethodNote(
    "cMIM", words: "model cmim(tau=0.1) DATA", source: "Livne 2025, arXiv:2509.21511",
    use: "codes whose directions tell items apart, for classifiers on codes",
    cost: "as a VAE, and a product batch × z × batch")
  static let arguments = [
    ComponentArgument(
      "tau", .number(1e-3...1e3), usual: .number(0.1), isNamed: true,
      "temperature of the cosine similarities")
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  func objective(_ entropy: EntropyTreatment) -> Objective? {
    entropy == .keep ? .contrastiveMachine(temperature: values.number("tau")) : nil
  }
}

extension Objective {
  /// −(log p(x|z) + log p(k=1|x,z) + ½ (β log q(z|x) + log p(z))) with
  /// log p(k=1|x,z) = 1/τ − log(e^{1/τ} + mean_{j≠i} e^{s_ij/τ}), s the cosine similarity of two codes of the batch.
  package static func contrastiveMachine(temperature: Double) -> Objective {
    Objective(
      formula: "−E_q(x,z)[log p(x|z) + log p(k=1|x,z) + ½ (β log q(z|x) + log p(z))]",
      hasDecoderBranch: false, isPairwise: true
    ) { branch, beta in
      let annealed = branch.annealed(beta)
      let half = (beta * branch.logQZGivenX + annealed.logPZ) * 0.5
      return -(branch.logPXGivenZ + branch.z.contrast(temperature: temperature) + half)
    }
  }
}

extension Tensor {
  /// log p(k=1) of each row of `[n, d]` among the others, by cosine similarities (see `contrastiveMachine`), `[n]`. Precondition: n > 1.
  func contrast(temperature: Double) -> Tensor {
    let count = shape[0]
    let inverse = Float(1 / temperature)
    // A code of zeros has no direction: it is like none of the others.
    let lengths = (square().sum(axes: [1], keepingDimensions: true) + 1e-12).sqrt()
    let directions = self / lengths
    let similarities = directions.matmul(directions, transposeOther: true) * inverse
    // A row beside itself is left out: far below every other similarity.
    let excluded = graph.constant(
      HostArray(
        HostArray.otherRows(count).elements.map { $0 == 0 ? -1e30 : 0 }, shape: [count, count]))
    let others =
      (similarities + excluded).logSumExp(axis: 1) - Float(Foundation.log(Double(count - 1)))
    return inverse - others.logAddExp(graph.scalar(inverse).broadcast(to: [count]))
  }
}

extension ObjectiveChoice {
  /// Contrastive MIM.
  public static func cmim(temperature: Double = 0.1) -> ObjectiveChoice {
    ObjectiveChoice(ContrastiveMachine(["tau": .number(temperature)]))
  }
}
