import Foundation
import MIMScript
import Synchronization

/// Follows a notebook: runs what is stale whenever it is saved, and keeps a page up to date. One thread, that of `run(until:)`, decides
/// and draws; runs have threads of their own.
package final class NotebookWatch {
  /// A run that came to its end.
  private struct Finished {
    let runner: NotebookRunner
    let keys: WorkKeys
  }

  /// Seconds between two looks at the notebook, and at the files that it reads.
  private static let pause = 0.02
  private static let longPause = 0.5
  /// Readers hear something at least this often, so that they know of a lost connection.
  private static let heartbeat = 10.0
  private static let shortestPause = 0.1

  private let path: String
  private let options: RunOptions
  private let folder: String
  private let table: HostTable
  private let output: any SessionOutput
  private let page: LivePage
  private let mailbox = WatchMailbox()
  private var file: WatchedFile
  private var others = FileStamps([])
  private var lastLook = 0.0
  private var display: WatchDisplay
  private var pass: WatchPass?
  private var passBegan = 0.0
  /// The cells of which a statement ran in this pass.
  private var ranCells: Set<String> = []
  private var finished: Finished?
  /// Whether a run should begin as soon as none is on.
  private var wantsPass = false
  /// What stopped statements left.
  private var held: [String: PartialResult] = [:]
  /// Whether the notebook's file is not there.
  private var isAway = false
  private var isPageStale = false
  private var lastStatus = ""
  private var lastTold = -Double.infinity

  /// - Parameters:
  ///   - bytes: the notebook as it is now.
  ///   - options: as for a run, with a cache.
  init(
    _ path: String, bytes: [UInt8], options: RunOptions, folder: String, table: HostTable,
    output: any SessionOutput, page: LivePage
  ) {
    self.path = path
    self.options = options
    self.folder = folder
    self.table = table
    self.output = output
    self.page = page
    file = WatchedFile(path: path, bytes: bytes)
    display = WatchDisplay(vocabulary: table.vocabulary) { loaded in
      NotebookRunner.settings(loaded, options, folder)
    }
    read(bytes)
  }

  private var now: Double { ProcessInfo.processInfo.systemUptime }

  /// Watches until a stop is requested; gives the exit code for that. A run that is on is stopped first.
  func run(until interruption: Interruption) -> ExitCode {
    while !interruption.isRequested {
      mailbox.take(waiting: Self.pause).forEach(take)
      page.takeActions().forEach(take)
      if let change = file.look(now: now) { take(change) }
      lookAtOthers()
      beginPass()
      publish()
    }
    stop(interruption)
    return ExitCode(interruption.cause)
  }

  // MARK: Saves

  private func take(_ change: WatchedFile.Change) {
    switch change {
    case .saved(let bytes):
      sayItIsBack()
      display.notice = nil
      read(bytes)
    case .savedAgain(let bytes):
      sayItIsBack()
      display.notice = nil
      // Saving once more is how people ask to try again: a data file may be there now.
      if display.problem != nil { return read(bytes) }
      if pass == nil, finished.map({ ![.ok, .interrupted].contains($0.runner.exit) }) ?? true {
        wantsPass = display.loaded != nil
      }
    case .vanished:
      isAway = true
      let text = "\(path) is not there any more, or cannot be read; waiting for it"
      display.notice = text
      output.message("\(Self.clock)  \(text)")
    }
  }

  private func sayItIsBack() {
    guard isAway else { return }
    isAway = false
    output.message("\(Self.clock)  \(path) is back")
  }

  private func read(_ bytes: [UInt8]) {
    isPageStale = true
    let hadMistakes = display.problem != nil || finished?.runner.failedInline.isEmpty == false
    do {
      let access = FileAccess(notebook: path, folder: folder, options: options)
      let loaded = try FileAccess.$current.withValue(access) {
        try LoadedNotebook.read(bytes, of: path, options: options, table: table)
      }
      let keys = WorkKeys(loaded, table: table, seed: options.seed)
      display.take(loaded, keys)
      decide(loaded, keys)
      if hadMistakes { sayItIsMended() }
    } catch {
      let halt = error as? Halt ?? Halt(.check, [Self.scriptError(error)])
      display.problem = halt.errors.map { Diagnostics.render($0) }.joined(separator: "\n\n")
      for error in halt.errors { output.failure(error, text: Diagnostics.render(error)) }
    }
  }

  /// Says so where no run will: the mistake is the last that the terminal shows.
  private func sayItIsMended() {
    guard !wantsPass else { return }
    if pass != nil {
      output.message("\(Self.clock)  no mistakes, what runs goes on")
    } else if let runner = finished?.runner, runner.failedInline.isEmpty {
      let text = "no mistakes, nothing had to run\(Self.end(of: runner))"
      output.message("\(Self.clock)  \(text)")
    }
  }

  /// Decides what a newer text means for the work.
  private func decide(_ loaded: LoadedNotebook, _ keys: WorkKeys) {
    if let pass {
      guard pass.keys != keys || pass.isOutdated else { return }
      pass.giveWay(to: keys)
      wantsPass = true
    } else if let finished, WorkChange(before: finished.keys, after: keys).isSameWork {
      takeProse(of: loaded, finished.runner)
    } else {
      wantsPass = true
    }
  }

  /// Puts the results of a run that is over under the prose of a newer text, and writes the report again.
  private func takeProse(of loaded: LoadedNotebook, _ runner: NotebookRunner) {
    let hadMistakes = !runner.failedInline.isEmpty
    runner.adopt(loaded, inlineTexts: display.inlineTexts)
    if display.asksForValues || hadMistakes {
      // What isn't kept has to be made again, which takes a thread of its own.
      guard runner.hasInlineValuesAtHand || !runner.hasSoundCells else {
        wantsPass = true
        return
      }
      runner.takeInlineValuesAgain()
      display.take(runner.content)
    }
    publish()
    do {
      try runner.writeReport()
    } catch {
      report(error)
    }
  }

  private func lookAtOthers() {
    guard now - lastLook >= Self.longPause else { return }
    lastLook = now
    guard pass == nil, !wantsPass, let changed = others.change() else { return }
    output.message("\(changed) has changed")
    wantsPass = display.loaded != nil
  }

  // MARK: Readers

  private func take(_ action: LivePage.Action) {
    switch action {
    case .stop:
      // Nothing runs by itself after it, what was saved meanwhile included.
      if pass != nil { wantsPass = false }
      pass?.interruption.request(.user)
    case .goOn: wantsPass = wantsPass || pass == nil && display.loaded != nil
    case .runAgain:
      held = [:]
      display.partialCells = []
      wantsPass = wantsPass || pass == nil && display.loaded != nil
    }
  }

  // MARK: Runs

  private func beginPass() {
    guard wantsPass, pass == nil, let loaded = display.loaded, let keys = display.keys else {
      return
    }
    wantsPass = false
    finished = nil
    passBegan = now
    ranCells = []
    let (options, folder, table, held) = (options, folder, table, held)
    let pass = WatchPass(loaded, keys, mailbox: mailbox, output: output) { pass, output in
      let runner = try NotebookRunner(
        loaded, options: options, folder: folder, table: table, output: output,
        interruption: pass.interruption, follower: pass)
      runner.cache.held = held
      return runner
    }
    self.pass = pass
    display.isBusy = true
    pass.begin()
  }

  private func take(_ event: WatchMailbox.Event) {
    switch event {
    case .runs(let cell):
      ranCells.insert(cell)
      display.runs(cell, now: now)
    case .rests: display.running = nil
    case .progress(let update): display.take(update, now: now)
    case .ended(let result, let texts):
      guard let pass else { return }
      display.running = nil
      display.take(result, texts, of: pass)
      isPageStale = true
    case .finished: endPass()
    }
  }

  private func endPass() {
    guard let ended = pass else { return }
    pass = nil
    display.running = nil
    display.isBusy = wantsPass
    isPageStale = true
    switch ended.takeResult() {
    case .failure(let error)?: report(error)
    case nil: break
    case .success(let (runner, code))?:
      guard !runner.isSuperseded, !ended.isOutdated || code == .interrupted else { return }
      held = runner.cache.partialResults
      display.partialCells = Set(
        runner.results.map(\.cell).filter(runner.cache.hasPartialResult).map(\.name))
      // A newer text takes its turn, with the partial results.
      guard !ended.isOutdated || !wantsPass else { return }
      display.take(runner.content)
      finished = Finished(runner: runner, keys: ended.keys)
      var paths = runner.cache.outsideFiles
      if let file = options.parametersFile { paths.insert(file) }
      others = FileStamps(paths)
      runner.removal.map(output.message)
      output.message(summary(of: runner))
      takeUpNewerProse(runner, ended)
    }
  }

  /// The text may have got other prose while the cells ran.
  private func takeUpNewerProse(_ runner: NotebookRunner, _ ended: WatchPass) {
    guard let loaded = display.loaded, let keys = display.keys,
      loaded.hash != ended.loaded.hash,
      WorkChange(before: ended.keys, after: keys).isSameWork
    else { return }
    takeProse(of: loaded, runner)
  }

  private func summary(of runner: NotebookRunner) -> String {
    let ran = ranCells.count
    let time = DurationText.text(now - passBegan)
    let what =
      ran == 0 ? "nothing had to run" : "\(ran) of \(runner.results.count) cells ran"
    return "\(Self.clock)  \(what)\(Self.end(of: runner)) (\(time))"
  }

  /// The first cell that did not come to a good end.
  private static func end(of runner: NotebookRunner) -> String {
    let bad = runner.results.first { $0.status == .failed || $0.status == .interrupted }
    let end = bad.map { "; `\($0.cell.name)` \($0.status == .failed ? "failed" : "was stopped")" }
    return end ?? ""
  }

  /// The time of day.
  private static var clock: String {
    var seconds = time(nil)
    var parts = tm()
    localtime_r(&seconds, &parts)
    return String(format: "%02d:%02d:%02d", parts.tm_hour, parts.tm_min, parts.tm_sec)
  }

  private func report(_ error: any Error) {
    let errors = (error as? Halt)?.errors ?? [Self.scriptError(error)]
    for error in errors { output.failure(error, text: Diagnostics.render(error)) }
    display.notice = errors.map { Diagnostics.render($0) }.joined(separator: "\n\n")
  }

  private static func scriptError(_ error: any Error) -> ScriptError {
    error as? ScriptError ?? ScriptError("E990", "\(error)")
  }

  /// Stops the run that is on, and waits for its end.
  private func stop(_ interruption: Interruption) {
    guard let pass else { return }
    pass.interruption.request(interruption.cause)
    var level = interruption.level
    while self.pass != nil {
      mailbox.take(waiting: Self.pause).forEach(take)
      guard interruption.level > level else { continue }
      level = interruption.level
      pass.interruption.request(.user)
    }
  }

  // MARK: The page

  private func publish() {
    if isPageStale, let content = display.content {
      let report = HTMLReport(Report(content)) { "pictures/\(WatchDisplay.pictureName($0))" }
      var pictures: [String: [UInt8]] = [:]
      for figure in content.results.flatMap(\.figures) {
        pictures[WatchDisplay.pictureName(figure)] = figure.png
      }
      var files: [String: String] = [:]
      for name in content.results.flatMap(\.linkedFiles) { files[name] = "\(folder)/\(name)" }
      page.link(files)
      page.show(report.parts, pictures: pictures)
    }
    isPageStale = false
    let time = now
    guard time - lastTold >= Self.shortestPause || display.running == nil else { return }
    let status = display.status(version: page.version, now: time)
    guard status != lastStatus || time - lastTold >= Self.heartbeat else { return }
    lastStatus = status
    lastTold = time
    page.tell(status)
  }
}
