import Foundation
import MIMScript
import MIMTensor

/// Hands rows of a sweep out among processes: questions of the following ones, answered by rank 0.
///
/// The questions of one rank come one after the other, whatever thread they come from.
public protocol RowDispatcher: Sendable {
  /// Rank 0: answers each question with what `answer` makes of it (its bytes, the rank that asks), until
  /// an answer is nil; the question is answered with nothing then, and that rank asks no more. Returns once
  /// that holds for all other ranks.
  func serve(_ answer: @Sendable ([UInt8], _ rank: Int) -> [UInt8]?)

  /// Other ranks: asks rank 0 and waits for the answer. Called from several threads at once.
  func ask(_ question: [UInt8]) -> [UInt8]
}

/// The processes that run one notebook together; by itself each is one alone.
///
/// Every rank runs every statement, so that names mean the same everywhere. Rank 0 leads: it writes reports,
/// figures, files and the run store, and speaks to the user. Rows of sweeps are run by one rank each,
/// trainings with parallel=data by all together.
public struct Ranks: Sendable {
  /// Sums and broadcasts.
  public var collective: any Collective
  /// How rows of sweeps are handed out; nil: there is one process.
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

  /// Whether this process writes and speaks.
  public var isLeading: Bool { collective.rank == 0 }
  /// Whether there are other processes.
  public var isShared: Bool { collective.size > 1 }

  /// A decision of rank 0, on every rank.
  func decided(_ decision: Bool) -> Bool {
    isShared ? collective.broadcast(decision ? "yes" : "no") == "yes" : decision
  }

  /// What rank 0's text is, on every rank: what it read from standard input.
  public func shared(_ text: String) -> String { collective.broadcast(text) }

  /// The lowest rank's problem, where a rank has one, on every rank; nil: none has. Throws as `meet`.
  public func firstProblem(_ own: String?) throws -> String? {
    guard isShared else { return own }
    guard let rank = try collective.firstRank(where: own != nil) else { return nil }
    let text = collective.broadcast(own ?? "", from: rank)
    return rank == 0 ? text : "rank \(rank): \(text)"
  }

  /// What to do where the ranks' processors use different instruction sets, whose last digits differ; nil: all
  /// use one.
  public func instructionSetDifference() throws -> String? {
    guard isShared else { return nil }
    let places = try collective.meet(Float(InstructionSet.inUse.place)).map { Int($0) }
    guard let narrowest = places.min(), let rank = places.firstIndex(where: { $0 != places[0] })
    else { return nil }
    let sets = InstructionSet.allCases
    return
      "rank 0 uses \(sets[places[0]].title) and rank \(rank) \(sets[places[rank]].title); start "
      + "all of them with --isa=\(sets[narrowest].rawValue)"
  }

  /// The first difference between the ranks' programs and arguments, with a way out; nil: they agree.
  public func difference(arguments: [String]) throws -> String? {
    guard isShared else { return nil }
    if try !collective.agrees(on: engineVersion) {
      return "the ranks run different builds of mim-repl; start one file that all machines see"
    }
    if try !collective.agrees(on: arguments.joined(separator: "\u{0}")) {
      return "the ranks were started with different arguments; give all of them the same"
    }
    return nil
  }
}

extension InstructionSet {
  /// Its place among all, narrowest first.
  fileprivate var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
