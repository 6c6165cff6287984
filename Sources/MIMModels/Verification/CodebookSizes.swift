import MIMTensor

/// What a reference file of a codebook's running means says of itself.
struct CodebookSizes: Decodable {
  let dim: Int
  let codes: Int
  let vectors: Int
  let updates: Int
  let decay: Double
  let eps: Double
  /// The weight of the commitment, where the file has one.
  let beta: Double?

  private struct Contents: Decodable {
    let config: CodebookSizes
  }

  /// Throws where the sizes can't be compared.
  static func of(_ file: ReferenceFile) throws -> CodebookSizes {
    let sizes = try file.decode(Contents.self).config
    guard (1...4096).contains(sizes.dim), (1...4096).contains(sizes.codes),
      (1...65536).contains(sizes.vectors), (1...100).contains(sizes.updates),
      sizes.beta?.isFinite ?? true,
      sizes.decay >= 0, sizes.decay < 1, Float(sizes.eps) == Codebook.Average.epsilon
    else {
      throw file.unreadable("its sizes, its decay or its eps are not ones that can be compared")
    }
    return sizes
  }
}
