import MIMScript

/// The text between the `---` lines at the start of a notebook: a strict subset of YAML with
/// known keys only.
public struct FrontMatter: Sendable {
  /// The report's title.
  public var title: String?
  /// The authors.
  public var authors: [String] = []
  /// The date as written.
  public var date: String?
  /// The seed of every random stream.
  public var seed: UInt64?
  /// The declared parameters with their defaults, in the order of the file.
  public var params: [Param] = []
  /// Where figures go and how they are drawn.
  public var figures = Figures()

  /// A declared parameter.
  public struct Param: Sendable {
    /// The name that cells use.
    public let name: String
    /// The value.
    public var value: Value
    /// Whether the command line gave the value.
    public var isOverridden = false
    /// Where the name stands.
    package var span: Span?
  }

  /// How figures are drawn and where their files go.
  public struct Figures: Sendable {
    /// The folder inside the output folder.
    public var folder = "figures"
    /// One file for each.
    public var formats: [FigureFormat] = [.png]
    /// Dots per inch.
    public var dpi = 300
    /// Width in inches; nil: each figure's own.
    public var width: Double?
  }

  /// The keys it may have.
  public static let keys = ["title", "author", "date", "seed", "mim", "params", "figures"]
  /// The keys under `figures`.
  public static let figureKeys = ["dir", "format", "dpi", "width"]

  /// The values used when there is no front matter.
  public init() {}
}
