import ArgumentParser
import Foundation
import MIMSession

/// `mim-repl new`: a notebook to begin with.
struct NewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Write a notebook to begin with, which runs as it is.")

  @Argument(help: "The notebook (.mimnb); it must not exist.") var file: String
  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    let output = outputOptions.makeOutput(interruption: Interruption())
    let code = output.ending(Commands.new(file, output: output))
    if code != .ok { throw code }
  }
}

/// `mim-repl recipe`: the notebook that draws a figure.
struct RecipeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recipe",
    abstract: "Print the notebook that draws a figure again: mim-repl recipe f.png | mim-repl run -"
  )

  @Argument(help: "A figure that mim-repl has written (.png, .svg or .pdf).") var file: String
  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    let interruption = Interruption()
    let output = outputOptions.makeOutput(interruption: interruption)
    let (text, code) = Commands.recipe(file, output: output)
    if let text { Screen { interruption.request(.closedPipe) }.writeData(text) }
    if code != .ok { throw code }
  }
}
