import MIMTensor

/// Errors in data or in the options for loading it. Errors in a file's format are
/// ``FileError``.
public enum DataError: Error, Sendable, Equatable {
  /// There is no source of that name and no file or folder at that path.
  case unknownSource(name: String, sources: [String])
  /// The files of a named data set were not found.
  case missing(source: String, files: [String], folders: [String], remedies: [String])
  /// A file's bytes are not the ones that are expected.
  case checksum(path: String, expected: String, found: String)
  /// A download did not work.
  case download(address: String, reason: String)
  /// An option that this source does not have.
  case optionWithoutEffect(option: String, source: String)
  /// An option's value cannot be used; `rule` says what can.
  case badOption(option: String, value: String, rule: String)
  /// A toy's description is not a number or text of known letters.
  case badToy(description: String, rule: String)

  /// A cell of a table, counted from 1, cannot be used.
  case badCell(path: String, line: Int, column: Int, name: String?, text: String, rule: String)
  /// A line of a table has a different number of cells than the first line.
  case raggedRow(path: String, line: Int, cells: Int, expected: Int)
  /// A table has no such column.
  case noSuchColumn(path: String, column: String, columns: [String])
  /// The file has no items.
  case empty(path: String)
  /// The numbers of a file would take more memory than one data set may; both in bytes.
  case tooLarge(path: String, bytes: Int, limit: Int)
  /// A number is NaN or infinite; row and column of the array are counted from 1.
  case notFinite(path: String, array: String?, row: Int, column: Int, value: String)
  /// Labels and items of different number.
  case countMismatch(items: Int, itemsPath: String, labels: Int, labelsPath: String)
  /// A label that is not a whole number of at least 0.
  case badLabel(path: String, row: Int, value: String)
  /// Arrays that do not fit together, or an archive without the expected names.
  case unusableArrays(path: String, detail: String)
  /// One image of a folder cannot be used.
  case badImage(path: String, reason: String)

  /// A split would have no items.
  case emptySplit(role: DataSplit.Role, items: Int, detail: String)
  /// Something needs class labels, and there are none.
  case unlabelled(name: String, needed: String)
  /// More items were requested than there are.
  case tooFewItems(wanted: Int, available: Int, of: String)
  /// Items of another shape than needed.
  case wrongItemShape(expected: Shape, found: Shape)
  /// A transform whose parts do not fit one another or the items.
  case transformDoesNotFit(detail: String)
}

extension DataError {
  /// Whether data is absent or is not what its checksum promises (exit code 4).
  public var isMissingData: Bool {
    switch self {
    case .missing, .checksum, .download, .unknownSource: true
    default: false
    }
  }
}

extension DataError: CustomStringConvertible {
  /// One or two sentences: what is wrong, where, and a remedy.
  public var description: String {
    switch self {
    case .unknownSource, .missing, .checksum, .download, .optionWithoutEffect, .badOption,
      .badToy:
      requestDescription
    case .badCell, .raggedRow, .noSuchColumn, .empty, .tooLarge, .notFinite, .countMismatch,
      .badLabel, .unusableArrays, .badImage:
      contentDescription
    case .emptySplit, .unlabelled, .tooFewItems, .wrongItemShape, .transformDoesNotFit:
      useDescription
    }
  }

  private var requestDescription: String {
    switch self {
    case .unknownSource(let name, let sources):
      "there is no data set and no file called \(name); the data sets are "
        + sources.joined(separator: " ") + "; put the path of a file or folder in quotes"
    case .missing(let source, let files, let folders, let remedies):
      "the files of \(source) were not found: looked for " + files.joined(separator: ", ") + " in "
        + folders.joined(separator: ", ") + "; " + remedies.joined(separator: ", or ")
    case .checksum(let path, let expected, let found):
      "\(path) is not the published file: its SHA-256 is \(found), not \(expected); "
        + "delete it and load again with fetch=true"
    case .download(let address, let reason):
      "could not download \(address): \(reason); no partial file was kept"
    case .optionWithoutEffect(let option, let source):
      "`\(option)` has no effect for \(source); leave it out"
    case .badOption(let option, let value, let rule): "\(option)=\(value): \(rule)"
    case .badToy(let description, let rule): "there is no toy \"\(description)\": \(rule)"
    default: ""
    }
  }

  private var contentDescription: String {
    switch self {
    case .badCell(let path, let line, let column, let name, let text, let rule):
      "\(path), line \(line), column \(column)\(name.map { " (\($0))" } ?? ""): "
        + "`\(text.prefix(40))` \(rule)"
    case .raggedRow(let path, let line, let cells, let expected):
      "\(path), line \(line) has \(cells) cells, but the first line has \(expected)"
    case .noSuchColumn(let path, let column, let columns):
      "\(path) has no column \(column); its columns are "
        + columns.prefix(12).joined(separator: " ")
        + (columns.count > 12 ? " …" : "")
    case .empty(let path): "\(path) contains no items"
    case .tooLarge(let path, let bytes, let limit):
      "\(path) would take \(Self.memory(bytes)) of memory, more than the \(Self.memory(limit)) that "
        + "a data set may use here (a quarter of the memory, at most 16 GiB); split the file into "
        + "smaller ones (limit= does not help, because it drops items only after reading)"
    case .notFinite(let path, let array, let row, let column, let value):
      "\(path)\(array.map { ", array \($0)" } ?? ""): row \(row), column \(column) is \(value); "
        + "remove or replace it"
    case .countMismatch(let items, let itemsPath, let labels, let labelsPath):
      "there are \(items) items in \(itemsPath), but \(labels) labels in \(labelsPath)"
    case .badLabel(let path, let row, let value):
      "\(path): the label of row \(row) is \(value); labels are whole numbers from 0 to 999999"
    case .unusableArrays(let path, let detail): "\(path): \(detail)"
    case .badImage(let path, let reason): "\(path): \(reason)"
    default: ""
    }
  }

  private static func memory(_ bytes: Int) -> String {
    for (unit, size) in [("GiB", 1 << 30), ("MiB", 1 << 20)] where bytes >= size {
      return "\((Double(bytes) / Double(size) * 10).rounded() / 10) \(unit)"
    }
    return "\(bytes) bytes"
  }

  private var useDescription: String {
    switch self {
    case .emptySplit(let role, let items, let detail):
      "the \(role.rawValue) split would have no items (\(items) in all): \(detail)"
    case .unlabelled(let name, let needed):
      "\(name) has no class labels, which \(needed) needs; load it with label=COLUMN if it has a "
        + "column of classes"
    case .tooFewItems(let wanted, let available, let of):
      "\(wanted) \(wanted == 1 ? "item was" : "items were") requested, but \(of) has \(available)"
    case .wrongItemShape(let expected, let found):
      "items of shape \(expected) are needed, but these are \(found)"
    case .transformDoesNotFit(let detail): "the data transform does not match: \(detail)"
    default: ""
    }
  }
}
