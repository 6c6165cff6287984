#if MPI
  import CMPI
  import Foundation
  import MIMSession
  import MIMTensor
  import Synchronization

  /// This process's connection to the other ranks of its job.
  ///
  /// MPI is called by one thread at a time. A failed call ends the job: the other ranks may be waiting for
  /// it.
  final class RankConnection: Collective, RowDispatcher {
    let rank: Int
    let size: Int
    private let calls = Mutex<Void>(())

    private static let questionTag: Int32 = 1
    private static let answerTag: Int32 = 2
    /// Seconds between two looks for a message, of rank 0 and of one that waits for an answer.
    private static let (serviceInterval, answerInterval) = (2e-4, 5e-5)

    init(rank: Int, size: Int) {
      self.rank = rank
      self.size = size
    }

    func sum(_ values: UnsafeMutableBufferPointer<Float>) {
      require(cmpi_sum(values.baseAddress, Int64(values.count)), "a sum over ranks")
    }

    func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) {
      require(
        cmpi_broadcast(bytes.baseAddress, Int64(bytes.count), Int32(root)), "a broadcast")
    }

    func abort(_ message: String) -> Never {
      FileHandle.standardError.write(Data("rank \(rank): \(message)\n".utf8))
      cmpi_abort(ExitCode.failure.rawValue)
      Foundation.exit(ExitCode.failure.rawValue)
    }

    // MARK: Rows

    func serve(_ answer: @Sendable ([UInt8], _ rank: Int) -> [UInt8]?) {
      var following = size - 1
      while following > 0 {
        guard let (from, question) = calls.withLock({ _ in received(Self.questionTag) }) else {
          Thread.sleep(forTimeInterval: Self.serviceInterval)
          continue
        }
        let made = answer(question, from)
        if made == nil { following -= 1 }
        calls.withLock { _ in send(made ?? [], to: from, Self.answerTag) }
      }
    }

    func ask(_ question: [UInt8]) -> [UInt8] {
      // Held until the answer is there, so that two threads don't take each other's.
      calls.withLock { _ in
        send(question, to: 0, Self.questionTag)
        while true {
          if let (_, answer) = received(Self.answerTag) { return answer }
          Thread.sleep(forTimeInterval: Self.answerInterval)
        }
      }
    }

    private func send(_ bytes: [UInt8], to rank: Int, _ tag: Int32) {
      let status = bytes.withUnsafeBytes {
        cmpi_send(Int32(rank), tag, $0.baseAddress, Int64($0.count))
      }
      require(status, "a message to rank \(rank)")
    }

    /// A message under a tag, if there is one.
    private func received(_ tag: Int32) -> (from: Int, bytes: [UInt8])? {
      var from: Int32 = -1
      var count: Int64 = 0
      require(cmpi_look(tag, &from, &count), "looking for messages")
      guard from >= 0 else { return nil }
      var bytes = [UInt8](repeating: 0, count: Int(count))
      let status = bytes.withUnsafeMutableBytes {
        cmpi_receive(from, tag, $0.baseAddress, Int64($0.count))
      }
      require(status, "a message from rank \(from)")
      return (Int(from), bytes)
    }

    private func require(_ status: Int32, _ name: String) {
      do {
        try ClusterError.check(status, name)
      } catch {
        abort("\(error)")
      }
    }
  }
#endif
