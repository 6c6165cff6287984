extension ErrorCatalog {
  /// The codes of notebooks, files and the session.
  static let notebookTable: [String: String] = [
    // Files.
    "E501": "The disk refused: no room, no permission, or a folder stands in the file's place.",
    "E502": """
    Nothing is overwritten unasked. Choose another name, or add force=true. A run may replace \
    the files that it wrote into its own output folder, and a statement the figure it drew.
    """,
    "E530": "A file of reference numbers cannot be read; the message says why.",
    // Notebooks.
    "E601": "A notebook is UTF-8 text. The message names the first byte that is not.",
    "E602": "The file holds a NUL byte, so it is not text.",
    "E603": """
    A code fence was opened and never closed. It ends with a line of as many of the same marks.
    """,
    "E604": """
    Cell options are lines `#| key: value` with the keys label, caption, echo, cache, error, run \
    and timeout, each once.
    """,
    "E605": """
    The option does not take this value: label takes a word, echo true, false or fold, cache \
    auto or off, error stop or `expect E102`, run true or false, timeout seconds.
    """,
    "E606": "Two cells have the same label. Labels name figures and links, so they are unique.",
    "E607": "A `#|` line stands below code. Cell options come first in their cell.",
    "E608": """
    An inline value in prose is `{mim} name.field`, perhaps with a number format such as %.2f: \
    no calls, no arithmetic.
    """,
    "E609": "The front matter begins with a line `---` and ends with another one.",
    "E610": "The notebook is empty.",
    "E611": """
    Front matter is a small part of YAML: `key: value` lines, lists of plain values, and one \
    level of `name: value` under params and figures.
    """,
    "E612": "Front matter has a key that it does not know, or a value that the key does not take.",
    "E613": "A parameter is named like any other name of the language: no verb, no keyword.",
    "E614": "The notebook asks for another version of mim-repl in its key `mim`.",
    "E616": "Prose shows a value of a name that no cell binds.",
    "E617": "A cell with `error: expect CODE` must end with just that error.",
    "E618": "Only numbers, text and short lists can stand in prose. Name one of the fields.",
    "E620": "The command line asks for something that cannot be done; the message says what.",
    // The session.
    "E111": "There is no page of help by that name. help lists the verbs and topics.",
    "E902": "The work was stopped twice within two seconds, so what it had made was thrown away.",
    "E903": "The work was stopped at a time limit: the cell's `timeout`, or --timeout of the run.",
    "E990":
      "Something failed outside the language: a file of the program, or a bug. Please report.",
    "E999": "A verb was called outside a session: a mistake of a program that embeds the language.",
  ]
}
