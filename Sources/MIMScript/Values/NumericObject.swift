/// An object that is numbers in rows: a column of a table. Arithmetic works on it element by element.
public protocol NumericObject: HostObject {
  /// Its numbers, row by row.
  var numbers: [Double] { get }
  /// What it is in a description: `age`.
  var text: String { get }
  /// Which lines of a file its rows are; nil where that isn't known.
  var rowIdentity: RowIdentity? { get }
  /// The same rows with other numbers, as many; `text` says what they are: `log(age)`.
  func replacing(_ numbers: [Double], text: String) -> any NumericObject
}
