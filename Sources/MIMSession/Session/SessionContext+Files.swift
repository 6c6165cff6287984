import MIMScript

extension SessionContext {
  /// Where a `save=` path lies: relative ones in the output folder under `run`, in the current
  /// folder otherwise.
  public func path(forSaving path: String) -> String {
    guard let folder = settings.outputFolder, !path.hasPrefix("/") else { return path }
    return folder + "/" + path
  }

  /// Writes a file: to a temporary name, synced, then renamed; missing folders are made.
  /// An existing file is replaced only with `force`, when this run's folder says that it wrote it,
  /// or when its embedded recipe names the same statement; else throws E502.
  public func write(_ bytes: [UInt8], to path: String, for call: HostCall, force: Bool) throws {
    throw ScriptError("E501", "cannot write `\(path)`", at: call.span)
  }

  /// Draws a figure and writes it in each format under `path` (an extension there chooses the
  /// format; else `formats`, else the settings). Returns the files written.
  public func writeFigure(
    _ figure: any RenderableFigure, to path: String, formats: [FigureFormat]? = nil,
    width: Double? = nil, dpi: Int? = nil, for call: HostCall, force: Bool = false
  ) throws -> [String] {
    throw ScriptError("E501", "cannot write `\(path)`", at: call.span)
  }

  /// How to make what this call makes again.
  public func recipe(for call: HostCall) -> Recipe {
    Recipe(
      notebook: settings.notebook, cell: call.span.source.cell, statements: [call.statement],
      params: [], seed: settings.seed, data: dataFiles, version: programVersion)
  }
}
