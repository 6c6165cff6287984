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

/// `mim-repl convert`: notebooks of Jupyter, there and back.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a notebook as one of Jupyter (.ipynb), or the other way round.",
    discussion: "Results are left out in both directions; Jupyter's cells have to be MIMScript.")

  @Argument(help: "The file to read, .mimnb or .ipynb.") var file: String
  @Argument(help: "The file to write, .ipynb or .mimnb.") var target: String
  @Flag(help: "Replace the file to write.") var force = false
  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    let output = outputOptions.makeOutput(interruption: Interruption())
    let code = output.ending(Commands.convert(file, to: target, force: force, output: output))
    if code != .ok { throw code }
  }
}

/// `mim-repl format`: one style for all scripts and cells.
struct FormatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "format",
    abstract: "Lay out scripts and the cells of notebooks in the canonical style.",
    discussion: """
      Only blanks and line ends change; comments and prose stay. A file with a mistake stays as it \
      is. For -, the text on standard input is laid out on standard output.
      """)

  @Argument(help: "Notebooks (.mimnb) or scripts (.mim), or -.") var files: [String]
  @Flag(help: "Write nothing; exit code 1 if a file would change.") var check = false
  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    let interruption = Interruption()
    let output = outputOptions.makeOutput(interruption: interruption)
    let screen = Screen { interruption.request(.closedPipe) }
    let code = Commands.format(
      files, check: check, table: Program.current.table, output: output
    ) { screen.writeData($0) }
    let ending = output.ending(code)
    if ending != .ok { throw ending }
  }
}
