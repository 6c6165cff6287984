extension ErrorCatalog {
  /// The codes of notebooks, of the files that a session writes and of the session itself.
  static let notebookPages: KeyValuePairs<String, String> = [
    // Files.
    "E501": """
    A file could not be written: the disk is full, permission is missing, or there is a folder of \
    that name. Free some space, or choose another name or output folder (-o).
    """,
    "E502": """
    Files are not overwritten unless you ask for it. Choose another name, or add force=true. A run \
    may replace the files that it wrote into its own output folder, and a statement may replace \
    the figure that it drew.
    """,
    // Notebooks.
    "E601": """
    A notebook is UTF-8 text. The message names the first byte that is not; an editor that saved \
    in another encoding is the usual cause. Save it as UTF-8.
    """,
    "E602": """
    The file holds a NUL byte, so it is not text: a picture, an archive, or text in UTF-16. Give \
    a notebook (.mimnb) or a script (.mim), saved as UTF-8.
    """,
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
    "E606": """
    Two cells have the same label, often after a cell was copied. Labels name figures and links, \
    so they are unique: rename one.
    """,
    "E607": """
    A `#|` line stands below code. Cell options come first in their cell: move it up, or write \
    `#` for a comment.
    """,
    "E608": """
    An inline value in prose is `{mim} name.field`, perhaps with a number format such as %.2f: \
    no calls, no arithmetic. Bind the result in a cell and name it here. A format fits a number \
    and a list of numbers.
    """,
    "E609": """
    The front matter begins with a line `---` on top of the notebook and was never closed. It \
    ends with another such line.
    """,
    "E610": "The notebook is empty. It needs a code fence ```mim with a line in it, or prose.",
    "E611": """
    Front matter is a small part of YAML: `key: value` lines, lists of plain values, and one \
    level of `name: value` under params and figures. Quote text that YAML reads otherwise.
    """,
    "E612": """
    Front matter has a key that it does not know, or a value that the key does not take. The \
    message names what is near or allowed.
    """,
    "E613": """
    A parameter is named like any other name of the language: letters, digits and _, no verb, no \
    keyword. Choose another name.
    """,
    "E614": """
    The notebook asks for another version of mim-repl in its key `mim`. Install that version, or \
    change the key once the notebook is known to run with this one.
    """,
    "E615": """
    A block is marked `{mim}`, `Mim` or `mim echo=false`, as other programs write it. Here only ```mim alone marks a cell, and its \
    options stand in its first lines: `#| echo: false`. Another word, such as ```text, marks what is only shown.
    """,
    "E616": """
    Prose shows a value of a name that no cell binds: it is misspelt, or its cell was \
    removed. Bind it with `name = …` in a cell.
    """,
    "E617": """
    A cell with `error: expect CODE` must end with just that error, and this one ended otherwise. \
    Correct the cell or the code; without the option a cell may simply succeed.
    """,
    "E618": "Only numbers, text and short lists can stand in prose. Name one of the fields.",
    "E620": """
    The command line asks for something that cannot be done: a file or folder that is not there, \
    a parameter without a value, options that contradict each other. The message says what; \
    mim-repl help COMMAND lists the options.
    """,
    "E621": """
    A cell has no kept result that is still right, and the command line does not allow it to run: \
    --frozen, or a cell above the one that --from or --only names. The message says what changed. \
    Run the notebook without that option first.
    """,
    "E622": """
    The results differ from those of the run.json that --verify names: numbers by more than the \
    tolerance, or pixels of a figure. The table lists what differs.
    """,
    "E623": """
    The file is no notebook that can be converted: no JSON in Jupyter's format 4, code of another \
    language, or text that would change its meaning in a notebook of mim-repl. The message says \
    which.
    """,
    // The session.
    "E111": "There is no page of help by that name. help lists the verbs and topics.",
    "E902": """
    The work was stopped twice within two seconds, so its partial results were discarded. \
    After one Ctrl-C they are kept: wait for the current step to end.
    """,
    "E903": """
    The work was stopped at a time limit: the cell's `timeout`, or --timeout of the run. Give it \
    more time, or less to do (--quick).
    """,
    "E990": """
    Something failed outside the language: a file that vanished meanwhile, or a bug of ours. Try \
    again; if it stays, please report it with the message.
    """,
    "E999": """
    A verb was called outside a session: a mistake of a program that embeds the language. Verbs \
    run through `Session`.
    """,
  ]
}
