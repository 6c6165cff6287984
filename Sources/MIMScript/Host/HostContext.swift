/// What the interpreter and the verbs need from their environment; the session implements it. Each concern is a protocol of its own, so
/// that a wrapper, or a function, names only what it needs.
public protocol HostContext: WorkHost, OutputHost, RanksHost, SweepHost {
  /// The underlying host of a wrapper such as the collector of a figure's panels;
  /// itself otherwise.
  var base: any HostContext { get }
}

/// Long work: how far it has come, and whether to stop it.
public protocol WorkHost: AnyObject, Sendable {
  /// True once the user has requested a stop (Ctrl-C, SIGTERM, a time-out).
  var isInterrupted: Bool { get }
  /// True once this process received a request to stop, even if the other processes that run the same
  /// statements do not know yet: for work that ends in all processes together.
  var wantsStop: Bool { get }
  /// Whether somebody sees a line that is drawn over itself as the work goes on: then updates may come often, and may hold what only
  /// that line shows.
  var hasLiveLine: Bool { get }
  /// Reports how far long work has come.
  func progress(_ update: ProgressUpdate)
}

/// What the user sees.
public protocol OutputHost: AnyObject, Sendable {
  /// A line for the user in addition to the results: a warning, or a summary of long work.
  func message(_ text: String)
  /// A value to show: a bare expression, `show`, a figure.
  func show(_ value: Value, statement: String)
}

/// Several processes that run the same statements.
public protocol RanksHost: AnyObject, Sendable {
  /// Synchronises the processes, including their requests to stop. Called between statements; throws if another process
  /// failed.
  func meetRanks() throws
  /// The processes among which the rows of a sweep are distributed; nil: there is only this one.
  func sharing(of sweep: SweepIdentity) throws -> (any RowSharing)?
}

/// Sweeps: rows at the same time, rows that are kept, and plans of their cost.
public protocol SweepHost: AnyObject, Sendable {
  /// The default number of sweep rows that run at the same time.
  var jobs: Int { get }
  /// Inside a sweep: the threads that the row's work may use; nil elsewhere.
  var rowThreads: Int? { get }
  /// Inside `sweep(plan=true)`: collects the cost of work, which is then not done.
  var forecaster: (any WorkForecaster)? { get }
  /// Runs `work` on `count` new threads at once, and waits for all of them.
  func onThreads(_ count: Int, _ work: @escaping @Sendable () -> Void)
  /// The store for the rows of a sweep; nil: rows are not stored.
  func keeper(for sweep: SweepIdentity) throws -> (any RowKeeper)?
  /// Receives what a verb produced besides its value; a sweep stores it with the row.
  func record(_ record: WorkRecord)
}

extension HostContext {
  /// By default, the host itself.
  public var base: any HostContext { self }
}

extension WorkHost {
  /// By default, the same as `isInterrupted`.
  public var wantsStop: Bool { isInterrupted }
  /// By default false.
  public var hasLiveLine: Bool { false }
}

extension RanksHost {
  /// By default does nothing: there is only one process.
  public func meetRanks() throws {}
  /// By default nil: there is only this process.
  public func sharing(of sweep: SweepIdentity) throws -> (any RowSharing)? { nil }
}

extension SweepHost {
  /// By default, one row at a time.
  public var jobs: Int { 1 }
  /// By default nil: outside a sweep.
  public var rowThreads: Int? { nil }
  /// By default nil: work is done, not planned.
  public var forecaster: (any WorkForecaster)? { nil }
  /// By default runs `work` once, on this thread.
  public func onThreads(_ count: Int, _ work: @escaping @Sendable () -> Void) { work() }
  /// By default nil: rows are not stored.
  public func keeper(for sweep: SweepIdentity) throws -> (any RowKeeper)? { nil }
  /// By default ignores the record.
  public func record(_ record: WorkRecord) {}
}

/// How far long work has come.
public struct ProgressUpdate: Sendable {
  /// What is being done: `train a · mim z=2`.
  public var title: String
  /// Steps done.
  public var done: Double
  /// Steps in all, if known.
  public var total: Double?
  /// What to print beside the bar: `loss 84.1  val 85.0 (best 84.9 @131, patience 6/50)`.
  public var detail: String
  /// What a live line shows in place of `detail`; nil: the same.
  public var live: LiveDetail?
  /// True when the work is over: the line ends with `detail` as its summary.
  public var isFinished: Bool
  /// The remaining seconds, if the work knows them better than the rate of its steps does.
  public var remaining: Double?

  /// `total` is nil where nobody knows how many steps there will be.
  public init(
    title: String, done: Double, total: Double?, detail: String, isFinished: Bool = false,
    remaining: Double? = nil, live: LiveDetail? = nil
  ) {
    self.remaining = remaining
    self.live = live
    self.title = title
    self.done = done
    self.total = total
    self.detail = detail
    self.isFinished = isFinished
  }
}
