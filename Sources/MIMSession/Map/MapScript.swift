/// The script of a map: one piece of JavaScript that fetches nothing, in the parts that the other files hold.
enum MapScript {
  /// The whole script, as it stands between its tags.
  static let text = [data, view, picking, selection, hands].joined()
}
