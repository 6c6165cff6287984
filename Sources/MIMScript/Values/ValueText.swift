extension Value {
  /// The lines that a bare expression prints, at most `width` columns wide where possible.
  public func displayLines(width: Int) -> [String] { [] }

  /// One short line, as a table cell shows it.
  public var shortText: String { "" }

  /// The value for `--json` and run.json. Numbers are unrounded; NaN and the infinities are the
  /// strings "NaN", "Infinity", "-Infinity"; a table is an array of row objects.
  public var json: JSON { .null }

  /// What it is, as error messages say: `number`, `text`, `data set`.
  public var typeName: String { "" }
}

extension JSON {
  /// The JSON text: on one line, or indented by two spaces a level.
  public func text(pretty: Bool = false) -> String { "" }
}
