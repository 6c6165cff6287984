extension HelpTopic {
  /// Pages on the language's own words.
  static let language: [HelpTopic] = [
    HelpTopic(
      "for", summary: "repeat a block",
      lines: [
        "for NAME in VALUES { … }  →  runs the block once for each value of a list or range",
        "The block shares the names around it. NAME keeps its last value.",
        "example:  for k in [1, 3, 5] { evaluate m mnist knn(k) }",
        "see also:  sweep · if",
      ]),
    HelpTopic(
      "if", summary: "choose a block",
      lines: [
        "if CONDITION { … } else { … }  →  runs one of two blocks",
        "Conditions are true or false: == != < <= > >= and or not. Write `else` on the same line as }.",
        "example:  if s.mi > 6 { show s } else { t2 = train t toy epochs=50 }",
      ]),
    HelpTopic(
      "param", summary: "a value that the command line can override",
      lines: [
        "param NAME = DEFAULT in CHOICES  →  DEFAULT, or the value given with -P NAME=VALUE",
        "CHOICES is optional: a list of allowed values, or a range that the value must lie in.",
        "example:  param width = 50 in [5, 50, 500]",
      ]),
    HelpTopic(
      "time", summary: "how long a statement takes",
      lines: [
        "time STATEMENT  →  runs the statement, gives its value and prints the seconds it took",
        "example:  time m = train m0 mnist epochs=1",
      ]),
    HelpTopic(
      "where", summary: "select rows",
      lines: [
        "where=( CONDITION )  →  only the rows that satisfy it; columns take precedence over variables",
        "Put text in quotes. A comparison with a missing or NaN cell is false.",
        "example:  table r where=(mi > 6 and kind == \"mim\")",
      ]),
    HelpTopic(
      "language", summary: "the rules on one screen",
      lines: [
        "Every line is  name = verb arguments option=value ; nested or over several lines, write",
        "  verb(arguments, option=value).  Values never change; names may be reassigned.",
        "Words such as adam or mim need no quotes where a verb takes them; other text does.",
        "Arithmetic inside a command goes in parentheses.  Open ( [ { continue on the next line.",
        "A bare expression is shown; `;` hides it; `ans` is the last value.  # starts a comment.",
        "Random verbs take seed=.  There is no indexing: use take, where=( ) and fields.",
        "Numbers 10_000 5e-4 .5 · ranges 1..10, 2..20 by 2 · lists [1, 2] · true false none",
      ]),
  ]
}
