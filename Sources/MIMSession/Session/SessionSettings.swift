import MIMModels
import MIMTensor

/// The settings from `set` and the command line.
public struct SessionSettings: Sendable {
  /// The seed from which every random stream of the session is derived.
  public var seed: UInt64
  /// Cores that a plan may use.
  public var threads: Int
  /// How convolutions are computed.
  public var convolution = ConvolutionAlgorithm.automatic
  /// The number of sweep rows that run at the same time; nil: one per core.
  public var jobs: Int?
  /// The processes that run this session together.
  public var ranks = Ranks.single
  /// The file of the run store; nil: rows of sweeps are not kept.
  public var runStore: String?
  /// Where results of included files are kept and found; nil: nowhere.
  public var cache: ResultStore?
  /// At a prompt, values are kept that took at least so many seconds to make.
  package var keptSeconds = PromptCache.usualSeconds
  /// Where the statements of sessions at the prompt are kept; nil: nowhere.
  public var journalFolder: String?
  /// The folder for relative `save=` paths; nil: the current folder.
  public var outputFolder: String?
  /// The files that may be read and written; nil: all that the user may.
  public var access: FileAccess?
  /// Columns for text output.
  public var width: Int
  /// Cut `epochs`, `samples` and `seeds` to a smoke test.
  public var quick: Bool
  /// The file being run, for recipes: `fig2.mimnb`; nil at the prompt.
  public var notebook: String?
  /// The default file formats of a figure.
  public var figureFormats: [FigureFormat]
  /// The components of which model files may consist; those of the verbs come with the table of verbs.
  public var catalog = Catalog.standard
  /// The folder for TensorBoard's events of every training; nil: none are written.
  public var eventsFolder: String?
  /// Whether a run also writes its notebook with results for Jupyter.
  var writesJupyter = false
  /// How figures are shown in the terminal.
  public var images = PictureChoice.auto
  /// Dots per inch of a figure when nothing else is said.
  public var figureDPI: Int
  /// The default width of a figure in inches; nil: the figure's own.
  public var figureWidth: Double?

  /// The default path of the run store.
  public static let defaultRunStore = "out/runs.sqlite"

  /// Makes settings; the defaults are those of the prompt.
  public init(
    seed: UInt64 = 1, threads: Int = 1, outputFolder: String? = nil, width: Int = 80,
    quick: Bool = false, notebook: String? = nil
  ) {
    self.seed = seed
    self.threads = threads
    self.outputFolder = outputFolder
    self.width = width
    self.quick = quick
    self.notebook = notebook
    self.figureFormats = [.png]
    self.figureDPI = 300
    self.figureWidth = nil
  }
}
