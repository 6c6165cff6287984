extension ErrorCatalog {
  /// The codes of notebooks, files and the session.
  static let notebookTable: [String: String] = [
    // Files.
    "E501":
      "The file cannot be written: the disk is full, permission is missing, or there is a folder of that name.",
    "E502": """
    Files are not overwritten unless you ask for it. Choose another name, or add force=true. A run \
    may replace the files that it wrote into its own output folder, and a statement may replace \
    the figure that it drew.
    """,
    "E530": "A file of reference numbers cannot be read. The message says why.",
    // Notebooks.
    "E601": "A notebook must be UTF-8 text. The message gives the first invalid byte.",
    "E602": "The file contains a NUL byte, so it is not text.",
    "E603": """
    A code fence was opened and never closed. Close it with a line of the same marks, at least as \
    many as opened it.
    """,
    "E604": """
    Cell options are lines of the form `#| key: value`. The keys are label, caption, echo, cache, \
    error, run and timeout, each at most once.
    """,
    "E605": """
    The option does not take this value. label takes a word; echo takes true, false or fold; cache \
    takes auto or off; error takes stop or `expect E102`; run takes true or false; timeout takes \
    seconds.
    """,
    "E606":
      "Two cells have the same label. Labels must be unique because figures and links are named after them.",
    "E607": "A `#|` line comes after code. Cell options must come first in their cell.",
    "E608": """
    An inline value in prose is `{mim} name.field`, optionally with a number format such as %.2f. \
    Calls and arithmetic are not allowed.
    """,
    "E609": "The front matter must begin with a line `---` and end with another one.",
    "E610": "The notebook is empty.",
    "E611": """
    Front matter uses a small part of YAML: `key: value` lines, lists of plain values, and one \
    level of `name: value` under params and figures.
    """,
    "E612": "The front matter has an unknown key, or a value that the key does not take.",
    "E613": "A parameter's name must be a valid name in the language, not a verb or a keyword.",
    "E614":
      "The notebook requires another version of mim-repl (the key `mim` in its front matter).",
    "E616": "The prose shows the value of a name that no cell defines.",
    "E617": "A cell with `error: expect CODE` must end with exactly that error.",
    "E618":
      "Only numbers, text and short lists can be shown in prose. Choose one of the value's fields.",
    "E620": "The command line asks for something that cannot be done. The message says what.",
    // The session.
    "E111": "There is no help page of that name. help lists the verbs and topics.",
    "E902": "The work was stopped twice within two seconds, so its partial results were discarded.",
    "E903": "The work reached a time limit: the cell's `timeout`, or the run's --timeout.",
    "E990":
      "Something failed outside the language: a file of the program is missing, or there is a bug. Please report it.",
    "E999":
      "A verb was called outside a session. This is a bug in a program that embeds the language.",
  ]
}
