import MIMCPU
import MIMTensor

/// Where a training keeps its checkpoint, and how often it writes it.
public struct CheckpointOptions: Sendable {
  /// The file.
  public var path: String
  /// Seconds between two writes; 0 writes after every step.
  public var interval: Double
  /// Whether to start over an existing file instead of taking it up.
  public var startsAnew: Bool

  /// Where the checkpoint before the last one stays while training is unfinished: `runs/toy.previous.safetensors`.
  public var earlierPath: String {
    let ending = ".safetensors"
    let stem = path.hasSuffix(ending) ? String(path.dropLast(ending.count)) : path
    return "\(stem).previous\(ending)"
  }

  /// What a damaged file is called once training has gone on from the one before it.
  public var damagedPath: String { path + ".damaged" }

  /// Creates options; the default interval is ten minutes.
  public init(path: String, interval: Double = 600, startsAnew: Bool = false) {
    self.path = path
    self.interval = interval
    self.startsAnew = startsAnew
  }
}

/// What happens to a checkpoint.
public enum CheckpointEvent: Sendable, Equatable {
  /// Training continues after `step` steps, with `epoch` epochs done; or it was finished already.
  case resumed(epoch: Int, step: UInt64, isFinished: Bool)
  /// The training that is taken up was computed with other instruction sets than the one in use (in the order of
  /// their first use): its last digits are not those of an unbroken one.
  case computedWith([InstructionSet])
  /// The file is damaged: it will be renamed, and training continues from the one before it.
  case tookEarlier
  /// The file was written after `step` steps.
  case written(step: UInt64)
  /// The file could not be written. The one before stays, and training continues.
  case failed(reason: String)
}
