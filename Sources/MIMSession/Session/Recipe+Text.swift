extension Recipe {
  /// The text that figures embed: a runnable notebook cell with its provenance above it.
  public var text: String {
    var lines = ["mim-repl \(version)", "seed: \(seed)"]
    if let notebook { lines.append("notebook: \(notebook)") }
    if let cell { lines.append("cell: \(cell)") }
    lines += params.map { "param \($0.name): \($0.value)" }
    lines += data.map { "data \($0.path): sha256 \($0.sha256)" }
    return (lines + statements).joined(separator: "\n") + "\n"
  }
}
