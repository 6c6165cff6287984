import MIMTensor

/// A zip archive of drawings.
struct DrawingArchive: DrawingSource {
  let entries: [(name: String, number: Int)]
  private let archive: ZipArchive
  /// The most unpacked bytes that are read.
  private static let largestContent = 1 << 30

  var path: String { archive.path }

  init(_ path: String) throws {
    archive = try ZipArchive(path)
    var content = 0
    for member in archive.members {
      let (sum, overflow) = content.addingReportingOverflow(member.size)
      content = sum
      guard !overflow, content <= Self.largestContent else {
        throw FileError.tooLarge(path: path, limit: Self.largestContent)
      }
    }
    entries = archive.members.filter { DrawingName.isDrawing($0.name) }.map { ($0.name, $0.number) }
  }

  func bytes(of drawing: OmniglotDrawings.Drawing) throws -> [UInt8] {
    try archive.read(
      archive.members[drawing.member], limit: OmniglotDrawings.largestDrawing)
  }

  func file() throws -> DataFile? { try DataFile.read(path).file }
}
