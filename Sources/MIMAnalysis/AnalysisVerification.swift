import Foundation
import MIMTensor

/// Compares our estimators with reference files: `ksg` (the MIM authors' SciPy code) and `tsne`
/// (scikit-learn).
public enum AnalysisVerification {
  /// Whether this code knows the file, by its stem: `ksg` and `tsne`, or either with a suffix
  /// after a hyphen.
  public static func knows(_ stem: String) -> Bool {
    ["ksg", "tsne"].contains { stem == $0 || stem.hasPrefix($0 + "-") }
  }

  /// Compares every quantity of `STEM.safetensors` and `STEM.json` in `folder`. A missing or
  /// altered value makes a row that isn't ok.
  ///
  /// - Throws: `AnalysisError.oracle` for a stem that isn't known and for JSON of another form;
  ///   the reader's error for a file that can't be read.
  public static func verify(_ stem: String, in folder: String) throws -> [VerificationRow] {
    guard knows(stem) else {
      throw AnalysisError.oracle(
        file: stem, problem: "it is not a reference file for the estimators")
    }
    let base = URL(fileURLWithPath: folder).appendingPathComponent(stem)
    let tensors = try SafeTensors(contentsOf: base.path + ".safetensors").tensors
    return stem.hasPrefix("ksg")
      ? try mutualInformationRows(stem, try decoded(base), tensors)
      : try embeddingRows(stem, try decoded(base), tensors)
  }

  private static func decoded<Value: Decodable>(_ base: URL) throws -> Value {
    let url = base.appendingPathExtension("json")
    do {
      return try JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
    } catch {
      throw AnalysisError.oracle(
        file: url.lastPathComponent,
        problem: "it cannot be read, or it is not the JSON file of this reference")
    }
  }
}

// MARK: - ksg

extension AnalysisVerification {
  private struct MutualInformationReference: Decodable {
    let x: String
    let y: String
    let k: Int
    let ksg1: Double
  }

  private static func mutualInformationRows(
    _ file: String, _ references: [MutualInformationReference], _ tensors: [String: StoredArray]
  ) throws -> [VerificationRow] {
    guard !references.isEmpty else { return [.missing(file: file, quantity: "ksg1")] }
    return references.map { reference in
      let quantity = "ksg1(\(reference.x), \(reference.y), k=\(reference.k))"
      guard let x = tensors[reference.x], let y = tensors[reference.y] else {
        return .missing(file: file, quantity: quantity)
      }
      let ours =
        (try? mutualInformationKSG(x.doubles, y.doubles, k: reference.k).value) ?? .nan
      return VerificationRow(
        file: file, quantity: quantity, reference: reference.ksg1, ours: ours,
        error: abs(ours - reference.ksg1) / abs(reference.ksg1), tolerance: 1e-10)
    }
  }
}

// MARK: - tsne

extension AnalysisVerification {
  private struct EmbeddingReference: Decodable {
    let perplexity: Double
    let kl: Double
  }

  private static func embeddingRows(
    _ file: String, _ reference: EmbeddingReference, _ tensors: [String: StoredArray]
  ) throws -> [VerificationRow] {
    guard let points = tensors["X"], let map = tensors["Y"],
      let affinities = try? Affinities(
        allPairsOf: points.doubles, perplexity: reference.perplexity),
      let divergence = try? affinities.divergence(at: map.doubles)
    else {
      return ["P", "kl", "gradient"].map { .missing(file: file, quantity: $0) }
    }
    return [
      arrayRow(file, "P", tensors, affinities.dense, tolerance: 1e-5) { difference, _ in
        difference.reduce(0) { $0 + abs($1) }
      },
      .number(
        file: file, quantity: "kl", reference: reference.kl, ours: divergence.value,
        tolerance: 1e-6),
      arrayRow(file, "gradient", tensors, divergence.gradient.elements, tolerance: 1e-5) {
        norm($0) / norm($1)
      },
    ]
  }

  private static func arrayRow(
    _ file: String, _ quantity: String, _ tensors: [String: StoredArray], _ ours: [Double],
    tolerance: Double, _ error: ([Double], [Double]) -> Double
  ) -> VerificationRow {
    guard let reference = tensors[quantity]?.doubles.elements, reference.count == ours.count
    else { return .missing(file: file, quantity: quantity) }
    return VerificationRow(
      file: file, quantity: quantity, reference: norm(reference), ours: norm(ours),
      error: error(zip(ours, reference).map { $0 - $1 }, reference), tolerance: tolerance)
  }

  private static func norm(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
