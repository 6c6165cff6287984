import MIMCPU
import MIMSession
import MIMTensor
import Testing

/// Rank 0 of two, the other of which says what a test has it say.
private struct TwoRanks: Collective {
  let rank = 0
  let size = 2
  /// Rank 1's number in every sum.
  let number: Float
  /// Rank 1's text in every broadcast; not of 8 bytes, which is how its length goes over.
  var text = ""

  func sum(_ values: UnsafeMutableBufferPointer<Float>) { values[1] += number }

  func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) {
    guard root == 1 else { return }
    if bytes.count == 8 {
      bytes.storeBytes(of: UInt64(text.utf8.count).littleEndian, as: UInt64.self)
    } else {
      bytes.copyBytes(from: Array(text.utf8))
    }
  }

  func abort(_ message: String) -> Never { fatalError(message) }
}

@Suite("Instruction sets of ranks")
struct RankInstructionSetTests {
  private func ranks(_ collective: TwoRanks) -> Ranks {
    Ranks(collective: collective, dispatcher: nil, cores: 1)
  }

  @Test("ranks with different sets are told which one all of them have")
  func different() throws {
    let own = try #require(InstructionSet.allCases.firstIndex(of: .inUse))
    for (place, other) in InstructionSet.allCases.enumerated() {
      let message = try ranks(TwoRanks(number: Float(place))).instructionSetDifference()
      guard place != own else {
        #expect(message == nil)
        continue
      }
      let narrowest = InstructionSet.allCases[min(place, own)]
      #expect(
        message == "rank 0 uses \(InstructionSet.inUse.title) and rank 1 uses \(other.title); "
          + "start all ranks with --isa=\(narrowest.rawValue)")
    }
    #expect(try Ranks.single.instructionSetDifference() == nil)
  }

  @Test("what one rank can't do is every rank's problem, and its place is named")
  func problem() throws {
    let other = TwoRanks(number: 1, text: "no avx512 here")
    #expect(try ranks(other).firstProblem(nil) == "rank 1: no avx512 here")
    #expect(try ranks(other).firstProblem("nor here") == "nor here")
    #expect(try ranks(TwoRanks(number: 0)).firstProblem(nil) == nil)
    #expect(try Ranks.single.firstProblem("alone") == "alone")
  }
}
