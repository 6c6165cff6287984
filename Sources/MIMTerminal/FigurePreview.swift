import Foundation
import MIMFormats
import MIMScript
import MIMSession

/// Draws a figure that the prompt or a script shows into a file in the temporary folder, so that there is
/// something to look at before the user decides to keep it; and for the terminal.
struct FigurePreview {
  private let folder = (NSTemporaryDirectory() as NSString)
    .appendingPathComponent("mim-repl-\(getpid())")
  private var count = 0
  /// Whether there is a prompt, at which `ans` is the figure.
  let isInteractive: Bool

  /// - Parameter isInteractive: whether there is a prompt, at which `ans` is the figure.
  init(isInteractive: Bool) { self.isInteractive = isInteractive }

  /// Enough for a screen; `save` writes the figure at full resolution.
  private static let dpi = 200

  /// Draws it.
  func draw(_ figure: any RenderableFigure, recipe: String) throws -> RenderedFigure {
    try figure.render(FigureRequest(format: .png, dpi: Self.dpi, recipe: recipe))
  }

  /// Writes what was drawn.
  /// - Returns: the line that tells where it is, or why it is not.
  mutating func write(_ drawn: RenderedFigure) -> String {
    count += 1
    let path = "\(folder)/figure-\(count).png"
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      try AtomicFile.write(drawn.bytes, to: path)
      let advice = isInteractive ? "save ans \"NAME.png\"" : "add save=\"NAME.png\""
      return "figure: \(path)   (to keep it: \(advice))"
    } catch {
      return Self.failure(error)
    }
  }

  /// The line for a figure that is not there.
  static func failure(_ error: any Error) -> String {
    "the figure could not be drawn: \(error)"
  }
}
