import MIMCPU
import MIMScript
import MIMSession
import MIMTensor
import Testing

@Suite("show m kernels")
struct KernelListingTests {
  private static let model = """
    toy = load toy "4" n=256
    m = model mim toy z=2 hidden=[20]
    """

  @Test("a line for each product: layer, operation, extents, implementation")
  func lists() throws {
    let bench = try BuiltinsBench()
    #expect(bench.run(Self.model + "\nshow m kernels") == [])
    let lines = bench.output.out
    let set = InstructionSet.inUse.title
    #expect(lines.contains("mim z=2, a training step of 128 items with \(set):"))
    for operation in ["affine", "affineGradient"] {
      let found = lines.filter { $0.contains("  \(operation)  ") && $0.contains("128×2, 20×2  ") }
      #expect(!found.isEmpty)
      #expect(found.allSatisfy { $0.contains("own loops, batch innermost, \(set)") })
    }
    #expect(!lines.contains { $0.contains("minimises") })
  }

  @Test("several models each get their list, and a trained one its own batch")
  func several() throws {
    let bench = try BuiltinsBench()
    #expect(bench.run(Self.model + "\nt = train m toy epochs=1 batch=50\nshow m t kernels") == [])
    #expect(bench.output.out.count { $0.contains("a training step of") } == 2)
    #expect(bench.output.out.contains { $0.contains("step of 50 items") })
    #expect(bench.output.out.contains { $0.hasSuffix("oneDNN sgemm") || $0.contains("sgemm,") })
  }

  @Test("a name that holds something comes before the word, and other values are as before")
  func names() throws {
    let bench = try BuiltinsBench()
    #expect(bench.run("kernels = 5\nshow kernels") == [])
    #expect(bench.output.out.last == "5")
    #expect(bench.run("s = \"kernels\"\nshow s") == [])
    #expect(bench.run("show 1 [2, 3]") == [])
    #expect(bench.run("show nothing_here") == ["E101"])
  }

  @Test("kernels of nothing, or of what isn't a model, are refused with an example")
  func refused() throws {
    for text in ["show kernels", "show 5 kernels"] {
      let bench = try BuiltinsBench()
      #expect(bench.run(text) == ["E201"])
      #expect(bench.output.error.last?.contains("show m kernels") == true)
    }
  }
}
