import Foundation
import MIMScript
import MIMSession

/// The exit codes of mim-repl; the argument parser has a type of the same name.
typealias ProgramExit = MIMSession.ExitCode

/// So that a subcommand ends with one of our codes by throwing it.
extension ProgramExit: Error {}
