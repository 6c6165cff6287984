import MIMModels
import Testing

@Suite("Training protocol")
struct TrainingProtocolTests {
  @Test("the Noam learning rate rises to W and falls as √(W/e)")
  func noam() {
    var options = TrainingOptions.toyProtocol
    options.warmup = 4
    let schedule = EpochSchedule(options, specification: Small.specification())
    #expect(abs(schedule.learningRate(1) - 0.25e-3) < 1e-12)
    #expect(abs(schedule.learningRate(4) - 1e-3) < 1e-12)
    #expect(abs(schedule.learningRate(16) - 0.5e-3) < 1e-12)
    options.schedule = .constant
    let constant = EpochSchedule(options, specification: Small.specification())
    #expect(constant.learningRate(1) == 1e-3 && constant.learningRate(100) == 1e-3)
  }

  @Test("β rises from β/W to β over W epochs, and the decoder branch starts at W")
  func beta() {
    var specification = Small.specification()
    specification.beta = 2
    let schedule = EpochSchedule(.toyProtocol, specification: specification)
    #expect((1...4).map(schedule.beta) == [2.0 / 3, 4.0 / 3, 2, 2])
    #expect((1...4).map(schedule.runsDecoderBranch) == [false, false, true, true])
    var options = TrainingOptions.toyProtocol
    options.warmupBeta = 0
    let full = EpochSchedule(options, specification: specification)
    #expect(full.beta(1) == 2 && full.runsDecoderBranch(1))
    let asymmetric = EpochSchedule(.toyProtocol, specification: Small.specification(.amim))
    #expect(!asymmetric.runsDecoderBranch(10))
  }

  /// The epochs taken until the patience ran out, the best one, and which became best.
  private func selected(
    _ options: TrainingOptions, _ losses: [Double]
  ) -> (stop: Int, best: Int?, improved: [Int]) {
    var selection = EpochSelection(options, hasValidation: true)
    var improved: [Int] = []
    for (index, loss) in losses.enumerated() {
      if selection.notes(loss, epoch: index + 1) { improved.append(index + 1) }
      if selection.isExhausted { return (index + 1, selection.bestEpoch, improved) }
    }
    return (losses.count, selection.bestEpoch, improved)
  }

  @Test("A and B: the best epoch is one of e ≥ W, and training stops when e − best > W")
  func toyRule() {
    let losses: [Double] = [1, 0, 9, 8, 7, 7, 7.5, 7.1, 7.2, 7.3]
    let (stop, best, improved) = selected(.toyProtocol, losses)
    #expect(stop == 9 && best == 5 && improved == [3, 4, 5])
  }

  @Test("C: any epoch may be best, and the count stays 0 before W")
  func imageRule() {
    var options = TrainingOptions.imageProtocol
    options.warmup = 5
    options.patience = 2
    let (stop, best, _) = selected(options, [3, 1, 2, 2, 2, 2, 2, 2, 2])
    #expect(stop == 7 && best == 2)
    let (later, newBest, _) = selected(options, [3, 1, 2, 2, 2, 0.5, 2, 2, 2, 2])
    #expect(later == 9 && newBest == 6)
    #expect(TrainingOptions.imageProtocol.optimizer == .gradientNormalised)
  }

  @Test("keep=last and data without a validation split select nothing and never stop early")
  func noSelection() {
    var options = TrainingOptions.toyProtocol
    var without = EpochSelection(options, hasValidation: false)
    options.keep = .last
    var last = EpochSelection(options, hasValidation: true)
    for epoch in 1...20 {
      #expect(!without.notes(nil, epoch: epoch) && !last.notes(Double(epoch), epoch: epoch))
    }
    #expect(!without.isExhausted && !last.isExhausted && last.bestEpoch == nil)
  }

  @Test("unusable options are refused by name")
  func optionErrors() throws {
    try TrainingOptions().validate()
    let changes: [(String, (inout TrainingOptions) -> Void)] = [
      ("epochs", { $0.epochs = 0 }), ("batch", { $0.batch = -1 }), ("batch", { $0.batch = .max }),
      ("lr", { $0.learningRate = .nan }), ("lr", { $0.learningRate = 0 }),
      ("warmup", { $0.warmup = -1 }), ("warmup_beta", { $0.warmupBeta = -3 }),
      ("patience", { $0.patience = -1 }), ("threads", { $0.threads = 0 }),
    ]
    for (name, change) in changes {
      var options = TrainingOptions()
      change(&options)
      #expect(throws: ModelError.self, "\(name)") { try options.validate() }
      do { try options.validate() } catch {
        #expect("\(error)".hasPrefix("\(name)="))
      }
    }
  }
}
