/// The paragraph behind each error code, for `help errors E301`. Every code is one line here.
public enum ErrorCatalog {
  /// The page of a code; nil for an unknown code.
  public static func explanation(of code: String) -> String? {
    table[code] ?? notebookTable[code]
  }

  /// All codes in order.
  public static var codes: [String] {
    (Array(table.keys) + notebookTable.keys).sorted()
  }

  private static let table: [String: String] = [
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
    "E220": "The option cannot be used like this: its value, or beside another option, or for this kind of thing.",
    "E221": "There are too few or too many items, rows or images for this.",
    "E222": "What is needed is not there: a split of the data set, a known density, a reference.",
    "E223": "Training selects on DATA.val and must never see DATA.test: a model chosen by its test loss looks better there than on new data. Load the data with a validation split (val=, split=).",
    "E224": "Class labels are needed and the data has none. Load a table with label=COLUMN.",
    "E225": "The metric has no value for this model.",
    "E226": "Known, but not in this version of mim-repl.",
    // Shapes and data kinds.
    "E301":
      "The model was made for items of another shape or kind than this data set holds. Make a model for this data: model KIND DATA …",
    "E302": "Shapes or counts do not fit together: codes of another latent size, as many names as rows.",
    "E303": "There is no picture of this kind of value, or of so many dimensions. tsne and pca make two of many.",
    "E304": "The data was scaled or projected in another way than the data that the model was trained on.",
    // Training.
    "E400": "The verb failed; the message is the engine's.",
    "E410":
      "The loss became NaN or infinite. Training stopped at that step; the model after the last good epoch is in `ans`. A smaller learning rate or a larger min_scale often helps.",
    "E420": "The estimator cannot work with what it was given; the message says what to change.",
    "E430": "The figure cannot be drawn like this; the message says what to change.",
    "E440": "The computation cannot be prepared: it needs more memory than there is, or a broken model file.",
    // Interruption.
    "E901": "The work was stopped: by Ctrl-C, a signal or a time-out. What was finished is kept.",
  ]
}
