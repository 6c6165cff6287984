/// The mean of each element over ranks. The gradient is that of the mean over ranks of their losses,
/// times their number: what each rank adds to it is averaged afterwards.
package struct RankMean: Operation {
  package let collective: any Collective
  package var name: String { "rankMean" }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    [context.outputGradients[0].meanOverRanks(collective)]
  }
}

extension Tensor {
  /// The mean of each element over the ranks of `collective`, all of which must run the same plan.
  package func meanOverRanks(_ collective: any Collective) -> Tensor {
    applying(RankMean(collective: collective))
  }
}
