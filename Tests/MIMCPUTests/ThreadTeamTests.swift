import CKernels
import Foundation
import MIMCPU
import MIMTensor
import Synchronization
import Testing

/// The threads that share a plan's work and the estimators' loops (`mim_parallel.h`).
@Suite("Thread team")
struct ThreadTeamTests {
  @Test("Every part runs once, whatever the numbers of threads and parts")
  func everyPartRunsOnce() {
    for threads in [1, 2, 3, 7] {
      for parts in [0, 1, 2, 3, 5, 64, 1000] {
        let record = Record(parts: parts, threads: threads)
        record.run()
        #expect(record.isSound, "\(threads) threads, \(parts) parts")
      }
    }
  }

  @Test("Threads that come and go share work at the same time, inner calls included")
  func manyCallers() {
    let unsound = Tally()
    let callers = (0..<12).map { caller in
      Thread {
        for round in 0..<300 {
          let record = Record(
            parts: 1 + (caller * 31 + round * 7) % 40, threads: 2 + (caller + round) % 3,
            innerParts: round % 3 == 0 ? 4 : 0)
          record.run()
          if !record.isSound { unsound.add() }
        }
        unsound.finish()
      }
    }
    for caller in callers { caller.start() }
    unsound.wait(for: callers.count)
    #expect(unsound.count == 0)
  }

  @Test("Ranges don't depend on the number of threads, and all are visited")
  func ranges() {
    for threads in [1, 2, 5] {
      let (visits, faults) = ((0..<101).map { _ in Tally() }, Tally())
      inParallel(count: 101, chunk: 7, threads: threads) { range in
        if range.lowerBound % 7 != 0 || range.count > 7 { faults.add() }
        for index in range { visits[index].add() }
      }
      #expect(faults.count == 0 && visits.allSatisfy { $0.count == 1 })
    }
  }

  @Test("Helpers leave signals to the program's other threads")
  func signals() throws {
    Record(parts: 8, threads: 3).run()
    let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
    let helpers = tasks.compactMap { task -> String? in
      let text = try? String(contentsOfFile: "/proc/self/task/\(task)/status", encoding: .utf8)
      return text?.hasPrefix("Name:\tmim-helper\n") == true ? text : nil
    }
    #expect(helpers.count >= 1)
    for helper in helpers {
      let line = helper.split(separator: "\n").first { $0.hasPrefix("SigBlk:") }
      let blocked = line.flatMap { UInt64($0.dropFirst("SigBlk:\t".count), radix: 16) } ?? 0
      for signal in [SIGINT, SIGTERM, SIGWINCH] { #expect(blocked >> (signal - 1) & 1 == 1) }
    }
  }

  @Test("A child made by fork starts threads of its own; products start none of OpenMP's")
  func forkedChild() throws {
    let graph = Graph()
    let a = graph.input("a", shape: [256, 300])
    let product = a.matmul(a, transposeOther: true)
    var options = PlanOptions()
    options.threads = 2
    let plan = try Plan(graph: graph, outputs: [product], store: ParameterStore(), options: options)
    plan.set(a, to: HostArray((0..<76_800).map { Float($0 % 13) - 6 }, shape: [256, 300]))
    plan.run(step: 0)
    let expected = plan.value(of: product)

    let child = fork()
    if child == 0 {
      for step in 0..<20 { plan.run(step: UInt64(step)) }
      let isSame = plan.value(of: product) == expected
      // This thread and one helper.
      _exit(isSame ? Int32(threadCount()) : 100)
    }
    var status: Int32 = 0
    waitpid(child, &status, 0)
    #expect(status == 2 << 8, "the child's threads are its exit status: \(status >> 8)")
  }
}

private func threadCount() -> Int {
  guard let folder = opendir("/proc/self/task") else { return 0 }
  defer { closedir(folder) }
  var count = 0
  while let entry = readdir(folder) { count += entry.pointee.d_name.0 == 46 ? 0 : 1 }
  return count
}

/// A counter that several threads share, and the end of each of them.
private final class Tally: Sendable {
  private let counter = Atomic(0)
  private let ends = DispatchSemaphore(value: 0)
  var count: Int { counter.load(ordering: .sequentiallyConsistent) }
  func add() { counter.add(1, ordering: .sequentiallyConsistent) }
  func subtract() { counter.subtract(1, ordering: .sequentiallyConsistent) }
  func finish() { ends.signal() }
  func wait(for threads: Int) { for _ in 0..<threads { ends.wait() } }
}

/// What the parts of one call did.
private final class Record: Sendable {
  private let threads: Int
  private let innerParts: Int
  private let runs: [Tally]
  /// The parts that run as each of the call's threads.
  private let present: [Tally]
  private let inner = Tally()
  private let faults = Tally()

  init(parts: Int, threads: Int, innerParts: Int = 0) {
    self.threads = threads
    self.innerParts = innerParts
    runs = (0..<parts).map { _ in Tally() }
    present = (0..<threads).map { _ in Tally() }
  }

  func run() {
    mim_share(
      Int32(threads), Int32(runs.count),
      { context, part, parts in Record.of(context)?.run(part, of: parts) },
      Unmanaged.passUnretained(self).toOpaque())
    if mim_thread_index() != 0 { faults.add() }
  }

  var isSound: Bool {
    faults.count == 0 && runs.allSatisfy { $0.count == 1 }
      && inner.count == innerParts * runs.count
  }

  private func run(_ part: Int32, of parts: Int32) {
    let index = Int(mim_thread_index())
    guard parts == runs.count, present.indices ~= index else { return faults.add() }
    runs[Int(part)].add()
    present[index].add()
    if present[index].count != 1 { faults.add() }
    if innerParts > 0 {
      mim_share(
        3, Int32(innerParts), { context, _, _ in Record.of(context)?.inner.add() },
        Unmanaged.passUnretained(self).toOpaque())
    }
    if mim_thread_index() != index { faults.add() }
    present[index].subtract()
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> Record? {
    context.map { Unmanaged<Record>.fromOpaque($0).takeUnretainedValue() }
  }
}
