import MIMAnalysis
import MIMModels

extension ProbeKind {
  /// A multilayer perceptron, which stops by a tenth of the rows that it learns from.
  static let network = ProbeKind(
    name: "mlp", summary: "a multilayer perceptron with ReLU layers, stopped by a tenth set aside",
    settings: [
      Setting("width", usual: 64, in: 1...65_536, "width of the hidden layers"),
      Setting("layers", usual: 1, in: 1...16, "hidden layers"),
      Setting("epochs", usual: 100, in: 1...1_000_000, "the most passes over the rows"),
      Setting("lr", usual: 1e-3, in: 1e-9...1, isWhole: false, "Adam's learning rate"),
    ],
    method: { _, settings in
      let widths = [String](
        repeating: "\(Int(settings["width"] ?? 64))", count: Int(settings["layers"] ?? 1))
      return "mlp \(widths.joined(separator: ", "))"
    },
    predict: { task in
      var options = NetworkProbeOptions()
      options.width = Int(task.number("width", 64))
      options.layers = Int(task.number("layers", 1))
      options.epochs = Int(task.number("epochs", 100))
      options.learningRate = task.number("lr", 1e-3)
      options.seed = task.seed
      options.threads = task.threads ?? 1
      let target: NetworkProbe.Target =
        switch task.target {
        case .classes(let labels, let count): .classes(labels, count: count)
        case .numbers(let numbers): .numbers(numbers)
        }
      let network = try NetworkProbe(
        learning: task.trainingRows, target: target, options: options,
        shouldStop: task.shouldStop)
      let found = try network.predictions(of: task.testRows)
      if case .classes = task.target { return .probabilities(found) }
      return .numbers(found)
    })
}
