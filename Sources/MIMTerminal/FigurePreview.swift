import Foundation
import MIMFormats
import MIMScript
import MIMSession

/// Draws a figure that the prompt or a script shows into a file in the temporary folder, so that there is
/// something to look at before the user decides to keep it.
struct FigurePreview {
  private let folder = (NSTemporaryDirectory() as NSString)
    .appendingPathComponent("mim-repl-\(getpid())")
  private var count = 0
  private let isInteractive: Bool

  /// - Parameter isInteractive: whether there is a prompt, at which `ans` is the figure.
  init(isInteractive: Bool) { self.isInteractive = isInteractive }

  /// Enough for a screen; `save` writes the figure at full resolution.
  private static let dpi = 200

  /// Draws it.
  /// - Returns: the line that tells where it is, or why it could not be drawn.
  mutating func write(_ figure: any RenderableFigure, recipe: String) -> String {
    count += 1
    let path = "\(folder)/figure-\(count).png"
    do {
      let drawn = try figure.render(
        FigureRequest(format: .png, dpi: Self.dpi, recipe: recipe))
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      try AtomicFile.write(drawn.bytes, to: path)
      let advice = isInteractive ? "save ans \"NAME.png\"" : "add save=\"NAME.png\""
      return "figure: \(path)   (to keep it: \(advice))"
    } catch {
      return "the figure could not be drawn: \(error)"
    }
  }
}
