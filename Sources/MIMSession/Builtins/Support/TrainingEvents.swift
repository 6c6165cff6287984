import Foundation
import MIMFormats
import MIMModels
import MIMScript

/// The numbers of every epoch for TensorBoard, where `--events` asks for them: a folder for each training, as TensorBoard wants its
/// runs. What can't be written is told once, and training goes on.
final class TrainingEvents {
  private let file: EventFile
  private let call: HostCall
  private var hasFailed = false

  /// Nil where nobody asked, and where the folder can't be written.
  init?(_ call: HostCall, seed: UInt64) {
    self.call = call
    guard let session = try? call.session, session.writes(call),
      let folder = session.settings.eventsFolder
    else { return nil }
    let row = call.host.rowThreads == nil ? "" : "-seed\(seed)"
    let cell = session.withState { $0.cell }.map { "\($0)/" } ?? ""
    do {
      file = try EventFile(
        in: Self.free("\(folder)/\(cell)\(call.target ?? "train")\(row)"),
        time: Date().timeIntervalSince1970)
    } catch {
      call.host.message("warning: no events for TensorBoard: \(error)")
      return nil
    }
  }

  /// The folder, or the first of `NAME-2`, `NAME-3`, … that is not there.
  private static func free(_ folder: String) -> String {
    guard AtomicFile.exists(folder) else { return folder }
    var number = 2
    while AtomicFile.exists("\(folder)-\(number)") { number += 1 }
    return "\(folder)-\(number)"
  }

  /// Adds an epoch.
  func add(_ epoch: EpochProgress) {
    guard !hasFailed else { return }
    let record = epoch.record
    var scalars = Self.scalars(record.train, "train")
    if let val = record.val { scalars += Self.scalars(val, "val") }
    scalars += [
      ("learning_rate", Float(record.learningRate)), ("beta", Float(record.beta)),
      ("seconds", Float(epoch.seconds)),
    ]
    do {
      try file.add(scalars, step: record.epoch, time: Date().timeIntervalSince1970)
    } catch {
      hasFailed = true
      call.host.message("warning: no more events for TensorBoard: \(error)")
    }
  }

  private static func scalars(
    _ terms: LossTerms, _ split: String
  ) -> [(tag: String, value: Float)] {
    var scalars = [
      (tag: "loss/\(split)", value: Float(terms.loss)),
      (tag: "recon/\(split)", value: Float(terms.recon)),
    ]
    if let kl = terms.kl { scalars.append((tag: "kl/\(split)", value: Float(kl))) }
    for (name, value) in (terms.extras ?? [:]).sorted(by: { $0.key < $1.key }) {
      scalars.append((tag: "\(name)/\(split)", value: Float(value)))
    }
    return scalars
  }
}
