import Foundation
import Testing

/// The notebooks of the repository, run by the built binary.
@Suite("Notebooks", .serialized)
struct NotebookTests {
  static let notebooks: [String] = {
    let folder = Program.root.appendingPathComponent("notebooks").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".mimnb") }.sorted()
  }()

  @Test("the notebooks are found")
  func found() {
    #expect(Self.notebooks.count > Self.needingFashion.count + Self.needingMNIST.count + 1)
  }

  private static let needingFashion = needing("load fashion")
  private static let needingMNIST = needing("load mnist")

  private static func needing(_ statement: String) -> [String] {
    notebooks.filter { name in
      let path = Program.root.appendingPathComponent("notebooks/\(name)").path
      return (try? String(contentsOfFile: path, encoding: .utf8))?.contains(statement) ?? true
    }
  }

  private static let hasFashion = has("fashion")
  private static let hasMNIST = has("mnist")

  private static func has(_ name: String) -> Bool {
    (try? Program.run(["-c", "d = load \(name) limit=1"]))?.exit == 0
  }

  @Test(
    "every notebook that draws its data runs with --quick and leaves its reports and figures",
    arguments: Set(notebooks).subtracting(needingFashion + needingMNIST).sorted())
  func quickWithoutData(_ name: String) throws { try runQuickly(name) }

  @Test(
    "every notebook of Fashion-MNIST runs with --quick and leaves its reports and figures",
    .enabled(if: hasFashion, "Fashion-MNIST isn't on this machine: dataset-fashion-mnist"),
    arguments: needingFashion)
  func quickWithData(_ name: String) throws { try runQuickly(name) }

  @Test(
    "every notebook of MNIST runs with --quick and leaves its reports and figures",
    .enabled(if: hasMNIST, "MNIST isn't on this machine; help data"), arguments: needingMNIST)
  func quickWithDigits(_ name: String) throws { try runQuickly(name) }

  private func runQuickly(_ name: String) throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let result = try run(name, "--quick", into: folder)
    #expect(result.exit == 0, "\(result.error)")
    for file in ["report.html", "report.md", "run.json"] {
      #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent(file).path))
    }
    let figures = try FileManager.default.contentsOfDirectory(
      atPath: folder.appendingPathComponent("figures").path)
    #expect(!figures.isEmpty)
  }

  @Test("Experiment A: MIM keeps the information, the VAE loses it, H decides")
  func toy() throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let result = try run("toy.mimnb", into: folder)
    try #require(result.exit == 0, "\(result.error)")
    for width in [50, 500] {
      let rows = try measures("measures-\(width)", in: folder)
      let mim = try #require(rows["MIM"])
      #expect(try #require(mim["mi"]) > 6)
      #expect(try #require(mim["rmse"]) < 0.05)
      #expect(try #require(mim["knn5"]) >= 0.94)
      #expect(try #require(rows["VAE"]?["mi"]) < 1.6)
      #expect(try #require(rows["VAE + H"]?["mi"]) > 6)
      #expect(try #require(rows["MIM − H"]?["mi"]) < 0.1)
    }
  }

  private func run(_ name: String, _ options: String..., into folder: URL) throws -> Program.Result
  {
    let path = Program.root.appendingPathComponent("notebooks/\(name)").path
    return try Program.run(["run", path, "--quiet", "-o", folder.path] + options)
  }

  /// The rows of a table in run.json by the name in their column `model`.
  private func measures(_ label: String, in folder: URL) throws -> [String: [String: Double]] {
    struct Run: Decodable {
      struct Cell: Decodable {
        let label: String?
        let tables: [Table]
      }
      struct Table: Decodable { let rows: [[String: Field]] }
      let cells: [Cell]
    }
    enum Field: Decodable {
      case number(Double)
      case text(String)
      case other
      init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let number = try? value.decode(Double.self) {
          self = .number(number)
        } else if let text = try? value.decode(String.self) {
          self = .text(text)
        } else {
          self = .other
        }
      }
    }
    let data = try Data(contentsOf: folder.appendingPathComponent("run.json"))
    let cell = try JSONDecoder().decode(Run.self, from: data).cells.first { $0.label == label }
    var rows: [String: [String: Double]] = [:]
    for row in try #require(cell?.tables.first).rows {
      guard case .text(let model)? = row["model"] else { continue }
      rows[model] = row.compactMapValues {
        if case .number(let number) = $0 { number } else { nil }
      }
    }
    return rows
  }
}
