/// The wish that work whose result nobody wants any more come to its end. It belongs to a thread; long loops look for it between two
/// parts of their work, and leave what they have not done as it is: whoever made the request throws the result away.
public struct StopRequest: Sendable {
  private let wish: @Sendable () -> Bool

  /// The request that the running work obeys; nil: none does.
  @TaskLocal public static var current: StopRequest?

  /// A request that is made as soon as `wish` is true; it must stay true then.
  public init(_ wish: @escaping @Sendable () -> Bool) { self.wish = wish }

  /// Whether the work should end.
  public var isMade: Bool { wish() }

  /// Whether the running work should end.
  public static var isMade: Bool { current?.isMade ?? false }

  /// Throws `CancellationError` where the running work should end.
  public static func check() throws {
    if isMade { throw CancellationError() }
  }
}
