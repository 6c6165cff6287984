/// What a terminal's live line shows beside the bar, in place of a progress update's `detail`.
public struct LiveDetail: Sendable, Equatable {
  /// From left to right.
  public var parts: [LivePart]
  /// The remaining seconds, if the work knows them better than the rate of its steps does.
  public var remaining: Double?

  /// Parts from left to right, and the seconds to go where they are known.
  public init(_ parts: [LivePart], remaining: Double? = nil) {
    self.parts = parts
    self.remaining = remaining
  }
}

/// A part of a live line. Where the line is too narrow for all of them, the least important are left out.
public struct LivePart: Sendable, Equatable {
  /// `loss 84.1`
  public var text: String
  /// The larger, the longer it stays.
  public var importance: Int
  /// Whether it belongs to the part before it: one blank stands between them, and it is never without that part.
  public var isAttached: Bool
  /// Whether it is drawn with block characters, which not every terminal shows.
  public var isDrawing: Bool

  /// The importance of the bar.
  public static let bar = 40
  /// The importance of the time that is left.
  public static let timeLeft = 90
  /// The importance of a detail that is not divided into parts.
  public static let whole = 100

  /// A text, and how long it stays.
  public init(
    _ text: String, importance: Int, isAttached: Bool = false, isDrawing: Bool = false
  ) {
    self.text = text
    self.importance = importance
    self.isAttached = isAttached
    self.isDrawing = isDrawing
  }
}
