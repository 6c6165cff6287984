import MIMScript

/// Follows a run of a notebook from statement to statement; called on the thread of the run.
protocol RunFollower: AnyObject {
  /// The run comes to a statement, counted from 0 in its cell.
  /// - Returns: false where the run should end here.
  func comes(to statement: Int, of cell: NotebookCell) -> Bool
  /// The statement is not in the cache and is about to run.
  /// - Returns: false where it should not.
  func runs(_ statement: Int, of cell: NotebookCell) -> Bool
  /// A cell has come to an end, good or bad. The inline values known so far come with it.
  func ended(_ result: CellResult, _ inlineTexts: [Span: InlineText])
}
