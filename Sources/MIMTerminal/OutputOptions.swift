import ArgumentParser
import Foundation
import MIMSession

/// How results are shown; common to all commands.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print every shown value as one line of JSON, with unrounded numbers.")
  var json = false

  @Flag(help: "Print only results and errors, no progress and no messages.")
  var quiet = false

  @Option(help: "Colour: auto, always or never (NO_COLOR and TERM=dumb are respected).")
  var color: TerminalStyle.ColorChoice = .auto

  /// The output for this process's streams.
  func makeOutput(
    interruption: Interruption, preview: FigurePreview? = nil, pager: Pager? = nil
  ) -> TerminalOutput {
    let environment = ProcessInfo.processInfo.environment
    let style = TerminalStyle(color: color, environment: environment)
    return TerminalOutput(
      style: style, isQuiet: quiet, isSilent: !ProgramRanks.current.isLeading, isJSON: json,
      preview: preview,
      pictures: preview.flatMap {
        TerminalPictures(environment: environment, style: style, hasPrompt: $0.isInteractive)
      }, pager: pager, interruption: interruption)
  }
}

extension TerminalStyle.ColorChoice: ExpressibleByArgument {}
