/// The version of mim-repl, as `--version`, reports and figures give it.
public let programVersion = "0.1.0"
