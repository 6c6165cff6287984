import Foundation
import Testing

/// `--isa` and `MIM_ISA` of the built programs.
@Suite("Instruction sets of the program")
struct InstructionSetTests {
  /// Those that this processor has, narrowest first, as the program itself says.
  private static let available: [String] = {
    let error = (try? Program.run(["--isa=none", "-c", "1"]))?.error ?? ""
    let names = error.components(separatedBy: "this processor has ").last ?? ""
    return names.prefix { !$0.isNewline }.components(separatedBy: ", ")
  }()

  private func run(
    _ arguments: [String], variable: String = "", input: String = "", in folder: URL? = nil
  ) throws -> Program.Result {
    try Program.run(arguments, input: input, in: folder, environment: ["MIM_ISA": variable])
  }

  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  /// The set that a run's record names.
  private func recorded(in folder: URL) throws -> String? {
    struct Record: Decodable {
      struct Engine: Decodable { let instruction_set: String }
      let engine: Engine
    }
    let data = try Data(contentsOf: folder.appendingPathComponent("out/run.json"))
    return try JSONDecoder().decode(Record.self, from: data).engine.instruction_set
  }

  @Test("every way of running takes the option")
  func option() throws {
    #expect(["baseline", "avx2", "avx512"].starts(with: Self.available))
    try withFolder { folder in
      try Data("1 + 1\n".utf8).write(to: folder.appendingPathComponent("s.mim"))
      let oracle = Program.root.appendingPathComponent("Tests/Fixtures/oracle")
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("o"), withIntermediateDirectories: true)
      for name in ["ksg.json", "ksg.safetensors"] {
        try FileManager.default.copyItem(
          at: oracle.appendingPathComponent(name),
          to: folder.appendingPathComponent("o/\(name)"))
      }
      let isa = "--isa=baseline"
      for arguments in [
        [isa, "-c", "1 + 1"], ["-c", "1 + 1", "--isa", "baseline"], ["s.mim", isa],
      ] {
        let result = try run(arguments, in: folder)
        #expect(result.exit == 0, "\(result.error)")
        #expect(result.out == "2\n")
      }
      #expect(try run([isa], input: "1 + 1\n").out == "2\n")
      #expect(try run(["check", "s.mim", isa], in: folder).exit == 0)
      #expect(try run(["reference", isa]).exit == 0)
      let verified = try run(["verify", "o", isa], in: folder)
      #expect(verified.exit == 0)
      #expect(verified.out.contains("baseline: "))
      for arguments in [["run", "s.mim", isa], [isa, "run", "s.mim"]] {
        let result = try run(arguments + ["-o", "out"], in: folder)
        #expect(result.exit == 0, "\(result.error)")
        #expect(try recorded(in: folder) == "baseline")
      }
      let report = folder.appendingPathComponent("out/report.md")
      #expect(
        try String(contentsOf: report, encoding: .utf8).contains("instruction set: baseline"))
    }
  }

  @Test("image models train and draw on every set, and no pass is a reference implementation")
  func imageModels() throws {
    try withFolder { folder in
      try FileManager.default.copyItem(
        at: Program.root.appendingPathComponent("Tests/Fixtures/images-on-every-set.mim"),
        to: folder.appendingPathComponent("s.mim"))
      var bounds: [[Double]] = []
      for set in Self.available {
        let result = try run(["s.mim", "--isa=\(set)"], in: folder)
        #expect(result.exit == 0, "\(result.error)")
        let passes = result.out.split(separator: "\n").filter { $0.contains(" branch.") }
        #expect(passes.count > 100)
        let known = ["direct, ", "Winograd F(", "own loops, ", "oneDNN sgemm"]
        for pass in passes {
          #expect(known.contains { pass.contains("  \($0)") }, "\(pass)")
        }
        bounds.append(result.out.split(separator: "\n").compactMap { Double($0) })
      }
      for other in bounds {
        #expect(other.count == 2)
        // Sums are made of other parts.
        for (one, two) in zip(bounds[0], other) { #expect(abs(one - two) <= 0.01 * abs(one)) }
      }
    }
  }

  @Test("the variable says the same; without either the widest is used")
  func variable() throws {
    try withFolder { folder in
      try Data("1\n".utf8).write(to: folder.appendingPathComponent("s.mim"))
      for (variable, found) in [("baseline", "baseline"), ("", Self.available.last)] {
        let result = try run(["run", "s.mim", "-o", "out"], variable: variable, in: folder)
        #expect(result.exit == 0, "\(result.error)")
        #expect(try recorded(in: folder) == found)
      }
      #expect(try run(["--isa=baseline", "-c", "1"], variable: "baseline").exit == 0)
    }
  }

  @Test(
    "a word that names no set is exit code 2, one sentence, and says what the processor has",
    arguments: [
      (["--isa=sse9", "-c", "1"], "", "--isa=sse9 is not an instruction set"),
      (["-c", "1"], "AVX2", "MIM_ISA=AVX2 is not an instruction set"),
      (["check", "s.mim", "--isa", "none"], "", "--isa=none is not an instruction set"),
      (["--isa", "none", "verify", "o"], "", "--isa=none is not an instruction set"),
      (["runs", "list", "--isa=none"], "", "--isa=none is not an instruction set"),
      (["--isa", "none", "runs", "export"], "", "--isa=none is not an instruction set"),
      (["reference"], "none", "MIM_ISA=none is not an instruction set"),
    ])
  func unknown(arguments: [String], variable: String, message: String) throws {
    let result = try run(arguments, variable: variable)
    #expect(result.exit == 2)
    #expect(result.out.isEmpty)
    #expect(result.error.hasPrefix("Error: \(message); this processor has baseline"))
  }

  @Test("an option and a variable that differ are exit code 2", .enabled(if: available.count > 1))
  func different() throws {
    let result = try run(["--isa=avx2", "-c", "1"], variable: "baseline")
    #expect(result.exit == 2)
    #expect(result.out.isEmpty)
    #expect(result.error.contains("--isa=avx2 and MIM_ISA=baseline differ"))
    #expect(result.error.contains("this processor has baseline, avx2"))
  }

  @Test("a set that the processor lacks is exit code 2", .enabled(if: available.count < 3))
  func missing() throws {
    for result in [
      try run(["--isa=avx512", "-c", "1"]), try run(["-c", "1"], variable: "avx512"),
    ] {
      #expect(result.exit == 2)
      #expect(result.out.isEmpty)
      #expect(result.error.contains("avx512 cannot be used here: this processor has baseline"))
    }
  }

  @Test("the reference numbers hold with every set, and the estimators agree")
  func numbers() throws {
    let oracle = Program.root.appendingPathComponent("Tests/Fixtures/oracle").path
    let code = """
      toy = load toy "4" n=1200 seed=3
      m = model mim toy z=2 hidden=[10] seed=4
      s = evaluate m toy mi knn(5) nmi rmse seed=5
      e = tsne take(encode(m, toy.test), 300) iters=50 seed=6;
      s.mi
      s.knn5
      s.nmi
      s.rmse
      """
    var first: [Double] = []
    for set in Self.available {
      let verified = try run(["verify", oracle, "--isa=\(set)"])
      #expect(verified.exit == 0, "\(set)")
      let found = try run(["--isa=\(set)", "--json", "-c", code])
      #expect(found.exit == 0, "\(found.error)")
      let values = found.out.split(separator: "\n").compactMap { Double($0) }
      #expect(values.count == 4)
      if first.isEmpty { first = values }
      for (value, expected) in zip(values, first) { #expect(abs(value - expected) < 0.02) }
    }
  }

  @Test("rows that a sweep kept are not taken for those of another set")
  func sweeps() throws {
    try withFolder { folder in
      let code = "r = sweep a=1..3 { a * 2 }"
      for (index, set) in Self.available.enumerated() {
        for expected in [false, true] {
          let result = try run(["--isa=\(set)", "-o", folder.path, "-c", code])
          #expect(result.exit == 0, "\(result.error)")
          #expect(result.error.contains("(3 already finished)") == expected, "\(set)")
        }
        let store = folder.appendingPathComponent("runs.sqlite").path
        let rows = try run(["runs", "export", "--store", store]).out
        #expect(rows.split(separator: "\n").count { $0.contains(",\(set),") } == 3)
        #expect(rows.split(separator: "\n").count == 1 + 3 * (index + 1))
      }
    }
  }

  @Test(
    "a checkpoint of another set goes on, and says so in a sentence",
    .enabled(if: available.count > 1))
  func checkpoints() throws {
    try withFolder { folder in
      func train(_ epochs: Int, _ set: String) throws -> Program.Result {
        let code = """
          toy = load toy "4" n=512 seed=3
          m = train(model("vae", toy, hidden=[8]), toy, epochs=\(epochs), checkpoint="m")
          """
        return try run(["--isa=\(set)", "-c", code], in: folder)
      }
      #expect(try train(2, "baseline").exit == 0)
      let same = try train(2, "baseline")
      #expect(same.error.contains("has the finished result of this training"))
      #expect(!same.error.contains("was computed with"))
      let other = try train(4, "avx2")
      #expect(other.exit == 0, "\(other.error)")
      #expect(
        other.error.contains("m.safetensors was computed with baseline, and this run uses AVX2"))
      #expect(try train(4, "avx2").error.contains("computed with baseline and AVX2"))
    }
  }

  @Test("kernels are listed for the set in use, by mim-bench too")
  func kernels() throws {
    let code = "toy = load toy \"4\" n=256; \nm = model mim toy z=2 hidden=[20]\nshow m kernels"
    let shown = try run(["--isa=baseline", "-c", code])
    #expect(shown.exit == 0, "\(shown.error)")
    #expect(shown.out.contains("own loops, batch innermost, baseline"))
    try withFolder { folder in
      let (out, error) = (
        folder.appendingPathComponent("out"), folder.appendingPathComponent("err")
      )
      func bench(_ arguments: String...) throws -> (Int32, String, String) {
        let exit = try Spawn.run(
          [Program.products.appendingPathComponent("mim-bench").path] + arguments,
          input: URL(fileURLWithPath: "/dev/null"), output: out, error: error, in: folder,
          environment: ProcessInfo.processInfo.environment.merging(["MIM_ISA": ""]) { $1 })
        return (
          exit, try String(contentsOf: out, encoding: .utf8),
          try String(contentsOf: error, encoding: .utf8)
        )
      }
      let explained = try bench("mlp-step-2-2-50", "--explain", "--isa=baseline")
      #expect(explained.0 == 0)
      #expect(explained.1.contains("own loops, batch innermost, baseline"))
      let refused = try bench("mlp-step-2-2-50", "--isa=none")
      #expect(refused.0 == 2)
      #expect(refused.2.contains("this processor has baseline"))
    }
  }
}
