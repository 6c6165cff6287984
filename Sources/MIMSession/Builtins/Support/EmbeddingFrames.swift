import MIMTensor
import Synchronization

/// The embeddings on the way that `frames=` asks for.
final class EmbeddingFrames: Sendable {
  private let interval: Int?
  private let kept = Mutex<[EmbeddingObject]>([])

  init(every interval: Int?) { self.interval = interval }

  /// Whether the embedding after so many iterations is wanted.
  func wants(_ iteration: Int) -> Bool { interval.map { iteration.isMultiple(of: $0) } ?? false }

  /// Keeps one.
  func append(_ embedding: EmbeddingObject) { kept.withLock { $0.append(embedding) } }

  /// Those kept and the last one; none where none were asked for.
  func ending(with last: EmbeddingObject) -> [EmbeddingObject] {
    interval == nil ? [] : kept.withLock { $0 } + [last]
  }
}
