import Foundation
import MIMCPU
import MIMScript
import MIMTensor

/// Distributes the rows of a sweep among processes: the other ranks ask questions, and rank 0 answers.
///
/// The questions of one rank are asked one at a time, from whichever thread.
public protocol RowDispatcher: Sendable {
  /// Rank 0: answers each question with the result of `answer` for its bytes and its rank. If the result is
  /// nil, the rank gets an empty answer and does not ask again. Returns once this holds for all other ranks.
  func serve(_ answer: @Sendable ([UInt8], _ rank: Int) -> [UInt8]?)

  /// Other ranks: asks rank 0 and waits for the answer. Called from several threads at once.
  func ask(_ question: [UInt8]) -> [UInt8]
}

/// The processes that run one notebook together.
///
/// Every rank runs every statement, so that names mean the same everywhere. Rank 0 writes reports,
/// figures, files and the run store, and prints messages. Rows of sweeps are run by one rank each,
/// trainings with parallel=data by all together.
public struct Ranks: Sendable {
  /// The collective for sums and broadcasts.
  public var collective: any Collective
  /// Distributes the rows of sweeps; nil: there is only one process.
  public var dispatcher: (any RowDispatcher)?
  /// The cores that this process may use, without those of its neighbours on the same machine.
  public var cores: Int

  /// One process alone, with all cores.
  public static let single = Ranks(
    collective: SerialCollective(), dispatcher: nil,
    cores: ProcessInfo.processInfo.activeProcessorCount)

  /// `dispatcher` is nil where rows of sweeps stay with their rank.
  public init(collective: any Collective, dispatcher: (any RowDispatcher)?, cores: Int) {
    self.collective = collective
    self.dispatcher = dispatcher
    self.cores = cores
  }

  /// Whether this is rank 0, which writes files and prints messages.
  public var isLeading: Bool { collective.rank == 0 }
  /// Whether there are other processes.
  public var isShared: Bool { collective.size > 1 }

  /// A decision of rank 0, on every rank.
  func decided(_ decision: Bool) -> Bool {
    isShared ? collective.broadcast(decision ? "yes" : "no") == "yes" : decision
  }

  /// Gives every rank the text of rank 0, such as what it read from standard input.
  public func shared(_ text: String) -> String { collective.broadcast(text) }

  /// Gives every rank the problem of the lowest rank that has one; nil: no rank has one. Throws as `meet`.
  public func firstProblem(_ own: String?) throws -> String? {
    guard isShared else { return own }
    guard let rank = try collective.firstRank(where: own != nil) else { return nil }
    let text = collective.broadcast(own ?? "", from: rank)
    return rank == 0 ? text : "rank \(rank): \(text)"
  }

  /// What to do if the ranks use different instruction sets, whose last digits differ; nil: all use the same
  /// set.
  public func instructionSetDifference() throws -> String? {
    guard isShared else { return nil }
    let places = try collective.meet(Float(InstructionSet.inUse.place)).map { Int($0) }
    guard let narrowest = places.min(), let rank = places.firstIndex(where: { $0 != places[0] })
    else { return nil }
    let sets = InstructionSet.allCases
    return
      "rank 0 uses \(sets[places[0]].title) and rank \(rank) uses \(sets[places[rank]].title); start "
      + "all ranks with --isa=\(sets[narrowest].rawValue)"
  }

  /// The first difference between the ranks' programs and arguments, with a remedy; nil: they agree.
  public func difference(arguments: [String]) throws -> String? {
    guard isShared else { return nil }
    if try !collective.agrees(on: engineVersion) {
      return "the ranks run different builds of mim-repl; start the same file on all machines"
    }
    if try !collective.agrees(on: arguments.joined(separator: "\u{0}")) {
      return "the ranks were started with different arguments; give all ranks the same arguments"
    }
    return nil
  }
}

extension InstructionSet {
  /// Its place among all, narrowest first.
  fileprivate var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
