import CTestSet
import MIMCPU
import MIMTensor
import Testing

@Suite("Instruction sets") struct InstructionSetTests {
  @Test("a processor has every set up to its widest, and one of them is in use")
  func available() {
    let sets = InstructionSet.available
    #expect(sets.first == .baseline)
    #expect(sets.last == .widest)
    #expect(sets == Array(InstructionSet.allCases.prefix(sets.count)))
    #expect(sets.contains(.inUse))
    #expect(InstructionSet.allCases.map(\.lanes) == [4, 8, 16])
  }

  @Test("the option and the environment ask for a set, either of them or both alike")
  func requested() throws {
    let all = InstructionSet.allCases
    func requested(_ option: String?, _ variable: String?) throws -> InstructionSet? {
      try InstructionSet.requested(option: option, variable: variable, available: all)
    }
    #expect(try requested(nil, nil) == nil)
    #expect(try requested(nil, "") == nil)
    #expect(try requested("avx2", nil) == .avx2)
    #expect(try requested(nil, "baseline") == .baseline)
    #expect(try requested("avx512", "avx512") == .avx512)
    #expect(try requested("avx2", "") == .avx2)
  }

  @Test(
    "what can't be is an error that names what the processor has",
    arguments: [
      ("avx512", nil, "--isa=avx512 cannot be used here: this processor has baseline, avx2"),
      (nil, "avx512", "MIM_ISA=avx512 cannot be used here: this processor has baseline, avx2"),
      ("sse9", nil, "--isa=sse9 is not an instruction set; this processor has baseline, avx2"),
      ("", nil, "--isa= is not an instruction set; this processor has baseline, avx2"),
      ("avx2", "AVX2", "MIM_ISA=AVX2 is not an instruction set; this processor has baseline, avx2"),
      (
        "avx2", "baseline",
        "--isa=avx2 and MIM_ISA=baseline differ; use only one of them (this processor has baseline, avx2)"
      ),
    ] as [(String?, String?, String)])
  func refused(option: String?, variable: String?, message: String) {
    #expect {
      try InstructionSet.requested(
        option: option, variable: variable, available: [.baseline, .avx2])
    } throws: { "\($0)" == message }
  }

  @Test("MIM_ISA restricts the tests themselves")
  func tests() {
    let asked = mim_test_set().map { String(cString: $0) }
    #expect(InstructionSet.inUse.rawValue == asked ?? InstructionSet.widest.rawValue)
  }

  @Test("the set in use may be asked for again, another one is refused")
  func restricted() throws {
    let found = InstructionSet.inUse
    try InstructionSet.restrict(to: found)
    for other in InstructionSet.allCases where other != found {
      #expect(throws: InstructionSetError.self) { try InstructionSet.restrict(to: other) }
    }
    #expect(InstructionSet.inUse == found)
  }
}
