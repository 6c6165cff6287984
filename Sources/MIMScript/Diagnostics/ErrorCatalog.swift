/// The page of each error code, for `help errors E301`: what it means, the usual cause, the way
/// out. A code has one meaning and one page; the suite holds the pages against the sources.
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
      "A character that the language does not know. Text stands in plain quotes, operators are + - * / ^ and the words and, or, not.",
    "E002":
      "A text was opened with a quote that is not closed on the same line. Use \\n for a line break inside text.",
    "E003":
      "Behind a backslash only \\\" \\' \\\\ \\n \\t and \\u{…} have a meaning. Write \\\\ for a backslash itself.",
    "E004":
      "Not a number the language can hold. Numbers look like 10_000, 5e-4 or .5, up to about 1.8e308.",
    "E005": "A bracket was opened and never closed. What follows cannot be read before it is.",
    "E006": "A closing bracket does not fit what is open at that place.",
    "E007": "The grammar needs something else at this place; the message says what.",
    "E008":
      "The text nests too deeply or chains too many operators. Give a part of it a name first.",
    "E009": "A value was expected here: a number, a text, a name, a call, a list or a parenthesis.",
    "E010":
      "The parenthesis of a call touches the name: knn(5). With a blank between them they are two things.",
    "E011": "`else` stands on the line of the brace that closes the if: } else {",
    "E012":
      "Verbs and the words of the language cannot be bound, so that a line always reads the same way. Choose another name.",
    "E013":
      "for, if, else, sweep and figure are followed by a block in braces; it opens on the line of its head (sweep and figure may have newlines before it).",
    "E014":
      "In a command blanks separate the arguments, so arithmetic and comparisons go into parentheses: limit=(n*2), where=(mi > 6). A minus is a sign when a blank stands before it and none behind it.",
    "E015":
      "Two things stand on one line that do not belong together. Statements are separated by a new line or by `;`.",
    "E016":
      "Blanks separate arguments only in a command, which stands at the head of a line or behind `name =`. Inside a line write the verb as a call: plot take(mnist, 9).",
    "E017":
      "There is no indexing. take(x, n) takes items, where=( … ) selects rows, and x.name is a field.",
    "E018":
      "A word of another language. The language has for, if, param, sweep and figure, and its verbs (help lists them).",
    // Names and options.
    "E101":
      "A name that is not bound at this place. Names are bound by `name = …`, param, for and the axes of a sweep; text stands in quotes.",
    "E102":
      "The verb or word has no option of that name. help VERB lists its options. Options are never ignored.",
    "E103": "There is no verb of that name. help lists the verbs.",
    "E104": "This place takes one of a list of words, and this is none of them.",
    "E105": "The verb or word needs something more than was given.",
    "E106": "The verb or word takes fewer things than were given.",
    "E107": "The same option, parameter or axis is given twice.",
    "E108": "The value has no field of that name.",
    "E109": "The table has no column of that name.",
    "E110": "A value was given from outside for a parameter that no `param` line declares.",
    // Values.
    "E201": "The value is of another type than this place takes.",
    "E202": "The number lies outside the range that this place takes.",
    "E203":
      "The operator does not work on values of these types. Arithmetic takes numbers and lists of numbers; there is none on text.",
    "E204":
      "The result is not a finite number: a division by zero, an overflow, a root of a negative number.",
    "E205": "Lists must have the same length to be added or multiplied element by element.",
    "E206": "for and the axes of a sweep go over lists and ranges.",
    "E207": "The range or sweep would have too many elements.",
    "E208": "A condition must be true or false.",
    "E209": "The value of a parameter does not fit the type of its default or its choices.",
    "E210":
      "The last value of a sweep's block must give numbers or text for its row, such as the result of evaluate.",
    "E211":
      "An axis of a sweep without values gives no rows. An empty list, or a range that runs the wrong way: 10..1 counts up; write 10..1 by -1.",
    "E220":
      "An option means nothing here, contradicts another one, or has a value that its verb refuses; the message says which.",
    "E221":
      "Too few items, rows or columns for this, or too many; the message says how many are needed.",
    "E222":
      "The data has no such part: no validation or test split, no known density. The message says which data has.",
    "E223":
      "Choosing a model on the test split makes its test numbers worthless. Training stops early and keeps the best model on DATA.val; make one with load … val=N.",
    "E224":
      "Class labels are needed and this data has none: k-NN accuracy, NMI, colours by label. Tables take label=COLUMN when loaded.",
    "E225": "The metric is not defined for this model or data.",
    // Shapes and data kinds.
    "E301":
      "The model was made for items of another shape or kind than this data set holds. Make a model for this data: model KIND DATA …",
    "E302": "Shapes do not fit together.",
    "E303":
      "The value has too few or too many dimensions for this picture, or nothing in it that can be drawn.",
    "E304":
      "The data was scaled or projected in another way than the data that the model was trained on. Load it as it is; the model's own scaling is then applied.",
    // Training and measuring.
    "E400": "The verb failed; the message is the engine's.",
    "E410":
      "The loss became NaN or infinite. Training stopped at that step; the model after the last good epoch is in `ans`. A smaller learning rate or a larger min_scale often helps.",
    "E420":
      "A measure could not be computed; the message says why: too few points, equal points, values that are not finite.",
    "E430": "A picture could not be drawn or written; the message says why.",
    "E450":
      "Another rank of the same job failed, and this one stops with it. That rank's own error says why.",
    "E451":
      "The ranks of a job hold different values under the same names. They need the same files, processors "
      + "of the same kind and the same --threads; docs/cluster.md says more.",
    "E440":
      "The numerical engine refused; the message says why. Shapes and sizes are checked before, so please report it.",
    // Data files.
    "E510": "There is no data set of that name and no such file. help load lists the names.",
    "E511":
      "Files of a data set are missing. The message lists where they were looked for ($MIM_DATA, $XDG_DATA_HOME/mim-repl, /usr/share/datasets) and how to get them; fetch=true downloads.",
    "E512": "A file is not the one its checksum (SHA-256) belongs to. Delete it and get it again.",
    "E513": "A download failed; nothing was left half written.",
    "E520":
      "A data file cannot be read: wrong magic, truncated, counts that differ, a cell that is no number. The message names file and place.",
    "E521": "The data holds NaN or an infinite number. The message names the first one.",
    "E522":
      "A model file cannot be read, or its parameters do not fit its recipe: another kind of file, a damaged one, or weights of another model. Load what `save` wrote, or give weights the model that they belong to: into=MODEL.",
    "E523":
      "The file at checkpoint= belongs to another training, or is no checkpoint. The message says what differs. Give another name, or start anew over it with force=true.",
    "E524":
      "A file of reference numbers, NAME.safetensors with NAME.json, cannot be read: one of the two is missing or damaged, or lacks a quantity that verify compares. The message names it. Get or write the pair anew.",
    // The run store.
    "E530":
      "The file is not a run store of mim-repl, or it is damaged. It is left as it is. Move it away, or sweep without one: sweep(store=false).",
    "E531":
      "The run store was written by a newer version of mim-repl, whose tables this one does not know. It is left as it is.",
    "E532":
      "Another program holds the run store locked. Several mim-repl may use one store at once; a database browser with an open transaction is what usually locks it.",
    "E533":
      "The run store cannot be written: a folder without permission to write, a full disk. Choose another output folder, or sweep(store=false).",
    "E534":
      "There is no run store at that place, or no run of that key in it. Sweeps make the store as their rows finish.",
    // Interruption.
    "E901": "The work was stopped: by Ctrl-C, a signal or a time-out. What was finished is kept.",
  ]
}
