/// The page of each error code, for `help errors E301`: what it means, the usual cause, and
/// what to do. A code has one meaning and one page; the suite holds the pages against the sources.
public enum ErrorCatalog {
  /// The page of a code; nil for an unknown code.
  public static func explanation(of code: String) -> String? { table[code] }

  /// All codes in order.
  public static var codes: [String] { table.keys.sorted() }

  /// Every page as it is written down, in no order.
  package static var pages: [(code: String, text: String)] {
    [languagePages, notebookPages].flatMap { $0.map { (code: $0.key, text: $0.value) } }
  }

  private static let table = Dictionary(
    pages.map { ($0.code, $0.text) }, uniquingKeysWith: { first, _ in first })

  /// The codes of the language and of its verbs.
  private static let languagePages: KeyValuePairs<String, String> = [
    // Syntax.
    "E001":
      "The language does not use this character. Put text in plain quotes; the operators are + - * / ^ and the words and, or, not.",
    "E002":
      "A quote was opened but not closed on the same line. Use \\n for a line break inside text.",
    "E003":
      "After a backslash, only \\\" \\' \\\\ \\n \\t and \\u{…} have a meaning. Write \\\\ for a backslash.",
    "E004":
      "This is not a valid number. Numbers look like 10_000, 5e-4 or .5, up to about 1.8e308.",
    "E005": "A bracket was opened and never closed. The rest cannot be read until it is closed.",
    "E006": "A closing bracket does not match the bracket that is open at that point.",
    "E007": "The grammar requires something else here. The message says what.",
    "E008":
      "The expression is nested too deeply or has too many operators in a row. Assign part of it to a name first.",
    "E009": "A value was expected here: a number, a text, a name, a call, a list or a parenthesis.",
    "E010":
      "In a call there is no space between the name and the parenthesis: knn(5). With a space they are two separate arguments.",
    "E011": "`else` must be on the same line as the brace that closes the if: } else {",
    "E012":
      "Verbs and the words of the language cannot be used as names, so that a line always means the same. Choose another name.",
    "E013":
      "for, if, else, sweep and figure need a block in braces. The brace opens on the same line (sweep and figure may have line breaks before it).",
    "E014":
      "In a command, spaces separate the arguments, so put arithmetic and comparisons in parentheses: limit=(n*2), where=(mi > 6). A minus is a sign if there is a space before it and none after it.",
    "E015":
      "Two things on this line do not belong together. Separate statements with a new line or `;`.",
    "E016":
      "Spaces separate arguments only in a command, at the start of a line or after `name =`. Elsewhere, write the verb as a call: plot take(mnist, 9).",
    "E017":
      "There is no indexing. Use take(x, n) for items, where=( … ) for rows and x.name for fields.",
    "E018":
      "This word belongs to another programming language. Here there are for, if, param, sweep, figure and the verbs that help lists.",
    // Names and options.
    "E101":
      "This name is not defined here. Names are defined by `name = …`, param, for and the axes of a sweep. Put text in quotes.",
    "E102":
      "The verb or word has no option of that name. help VERB lists its options. Options are never ignored.",
    "E103": "There is no verb of that name. help lists the verbs.",
    "E104": "Only certain words are allowed here, and this is not one of them.",
    "E105": "The verb or word needs an argument that is missing.",
    "E106": "The verb or word takes fewer arguments than were given.",
    "E107": "The same option, parameter or axis is given twice.",
    "E108": "The value has no field of that name.",
    "E109": "The table has no column of that name.",
    "E110": "A value was given on the command line for a parameter that no `param` line declares.",
    // Values.
    "E201": "The value has the wrong type for this argument.",
    "E202": "The number is outside the allowed range.",
    "E203":
      "The operator does not work on values of these types. Arithmetic works on numbers and lists of numbers, not on text.",
    "E204":
      "The result is not a finite number, for example because of a division by zero, an overflow or the root of a negative number.",
    "E205": "Lists must have the same length to be added or multiplied element by element.",
    "E206": "`for` and the axes of a sweep need lists or ranges.",
    "E207": "The range or sweep would have too many elements.",
    "E208": "A condition must be true or false.",
    "E209": "The value of a parameter does not fit the type of its default or its choices.",
    "E210":
      "The last value of a sweep's block becomes the row, so it must be a number, text or the result of evaluate.",
    "E211":
      "An axis of the sweep has no values, so there are no rows. The list is empty, or the range runs the wrong way: 10..1 is empty because ranges count up; write 10..1 by -1 to count down.",
    "E220":
      "An option has no effect here, contradicts another one, or has a value that the verb does not accept. The message says which.",
    "E221":
      "There are too few or too many items, rows or columns. The message says how many are needed.",
    "E222":
      "The data lacks something that is needed: a validation split, a test split or a known density. The message says which data has it.",
    "E223":
      "Results on the test split mean nothing if the model was chosen on it. Early stopping and the choice of the best model use DATA.val; create it with load … val=N.",
    "E224":
      "This needs class labels (k-NN accuracy, NMI, colours by label), and the data has none. For a table, load it with label=COLUMN.",
    "E226":
      "include reads a notebook or script, and there is no such file. Paths begin at the current folder.",
    "E227":
      "include and recover stand on a line of their own, not inside a block or another statement. recover works at the prompt; include there and in a script that runs as mim-repl FILE.mim. In notebooks, and under run and check, neither has a meaning.",
    "E228":
      "A cell of the included file failed; its own error stands above. What the file had bound until then is bound.",
    "E229":
      "recover runs the statements of an earlier session at the prompt again, and there is no such session. The last 20 sessions that gave a value are kept.",
    "E230":
      "session save keeps the names of a session in the cache, session load gives them back. Both need a cache (help cache) and stand at the prompt or in a script; load stands on a line of its own and names a session that session list shows.",
    "E231":
      "edit opens a statement in the editor that $VISUAL or $EDITOR names, and runs what was saved. It needs the prompt of a terminal and an editor that can be started: export EDITOR=nano.",
    "E225": "The metric is not defined for this model or data.",
    // Shapes and data kinds.
    "E301":
      "The model was made for items of a different shape or kind than those of this data set. Make a model for this data: model KIND DATA …",
    "E302": "The shapes do not match.",
    "E303":
      "The value has too few or too many dimensions for this picture, or contains nothing that can be drawn.",
    "E304":
      "The data was scaled or projected differently from the data that the model was trained on. Load it unscaled; the model's own scaling is then applied.",
    // Training and measuring.
    "E400": "The verb failed. The message comes from the engine.",
    "E410":
      "The loss became NaN or infinite, and training stopped at that step. The model after the last good epoch is in `ans`. A smaller learning rate or a larger min_scale often helps.",
    "E420":
      "A measure could not be computed. The message says why: too few points, identical points or values that are not finite.",
    "E421":
      "A variable is the same in every row, or all rows have one class, so its information with anything is 0 and no estimate is needed. Choose a column that changes, or check the label= of load.",
    "E422":
      "The estimator is made for another kind of variable: nearest neighbours need coordinates of which none repeats, ross needs classes beside coordinates. estimator=mixture takes anything; classes= says which variables are classes. help information lists what each is for.",
    "E423":
      "The covariance of the columns has no inverse, because there are fewer rows than columns or one column is a sum of others. Use more rows, leave a column out, or shrink it: estimator=gaussian(shrink=1).",
    "E424":
      "Two values were read from one file, but their rows are not the same lines in the same order, so that no row of one belongs to that row of the other. Load the file once; or load it both times with the same label=, split=, missing= and seed=.",
    "E430": "A picture could not be drawn or written. The message says why.",
    "E450":
      "Another rank of the same job failed, so this one stopped too. That rank's own error says why.",
    "E451":
      "The ranks of a job have different values under the same names. They need the same files, processors "
      + "of the same kind and the same --threads. See docs/cluster.md.",
    "E440":
      "The numerical engine reported an error, and the message says why. Shapes and sizes are checked beforehand, so please report this.",
    // Data files.
    "E510": "There is no data set and no file of that name. help load lists the data sets.",
    "E511":
      "Files of a data set are missing. The message lists the folders that were searched ($MIM_DATA, $XDG_DATA_HOME/mim-repl, /usr/share/datasets) and how to get the files; fetch=true downloads them.",
    "E512":
      "A file does not have the expected checksum (SHA-256). Delete it and download it again.",
    "E513": "A download failed. No partial file was left behind.",
    "E520":
      "A data file cannot be read: it has the wrong format, is truncated, has counts that do not match, or has a cell that is not a number. The message says where.",
    "E521":
      "The data contains NaN or an infinite number. The message gives the position of the first one.",
    "E522":
      "A model file cannot be read, or its parameters do not match its specification: it is another kind of file, damaged, or holds the weights of another model. Load what `save` wrote, or say which model the weights belong to: into=MODEL.",
    "E523":
      "The file at checkpoint= belongs to a different training run, or is not a checkpoint. The message says what differs. Choose another name, or start again and overwrite the file with force=true.",
    "E524":
      "A file of reference numbers, NAME.safetensors with NAME.json, cannot be read: one of the two is missing or damaged, or lacks a quantity that verify compares. The message names it. Write the pair again.",
    // The run store.
    "E530":
      "The file is not a run store of mim-repl, or it is damaged. It was not changed. Move it elsewhere, or run the sweep without a store: sweep(store=false).",
    "E531":
      "The run store was written by a newer version of mim-repl that this version cannot read. It was not changed.",
    "E532":
      "Another program has locked the run store. The usual cause is a database browser with an open transaction; several mim-repl processes can share a store.",
    "E533":
      "The run store cannot be written, for example because the folder is read-only or the disk is full. Choose another output folder, or use sweep(store=false).",
    "E534":
      "There is no run store at that path, or it has no run with that key. Sweeps create the store when their first row finishes.",
    // The cache.
    "E541":
      "The file has no recipe, or not the one that mim-repl wrote. Figures that mim-repl writes as png, pdf or svg contain the notebook that draws them; editors of pictures often drop it.",
    "E540":
      "The cache of results cannot be used: its folder cannot be read or written, or belongs to something else. Nothing was lost. XDG_CACHE_HOME names another place; without a cache every cell runs, as with --fresh.",
    // Access.
    "E550":
      "A notebook that runs reads only its own folder, its output folder, the data folders and what the command line names, writes only into its output folder, and downloads nothing; links don't lead out of these. It may come from a stranger. If you trust it, --allow-read PATH, --allow-write PATH and --allow-fetch of mim-repl run widen this.",
    // Interruption.
    "E901": "The work was stopped by Ctrl-C, a signal or a time-out. Finished results are kept.",
  ]
}
