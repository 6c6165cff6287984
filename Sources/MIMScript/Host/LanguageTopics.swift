extension HelpTopic {
  /// Pages on the language's own words.
  static let language: [HelpTopic] = [
    HelpTopic(
      "for", summary: "repeat a block",
      lines: [
        "for NAME in VALUES { … }  →  the block once for each value of a list or range",
        "It shares the surrounding names; NAME keeps its last value.",
        "example:  for k in [1, 3, 5] { evaluate m mnist knn(k) }",
        "see also:  sweep · if",
      ]),
    HelpTopic(
      "if", summary: "choose a block",
      lines: [
        "if CONDITION { … } else { … }  →  one of two blocks",
        "Conditions are true or false: == != < <= > >= and or not. `else` stands on the line of }.",
        "example:  if s.mi > 6 { show s } else { t2 = train t toy epochs=50 }",
      ]),
    HelpTopic(
      "param", summary: "a value that can be given from outside",
      lines: [
        "param NAME = DEFAULT in CHOICES  →  DEFAULT, or what -P NAME=VALUE gives",
        "CHOICES is a list, or a range within whose ends the value must lie; it may be left out.",
        "example:  param width = 50 in [5, 50, 500]",
      ]),
    HelpTopic(
      "time", summary: "how long a statement takes",
      lines: [
        "time STATEMENT  →  its value; says how many seconds it took",
        "example:  time m = train m0 mnist epochs=1",
      ]),
    HelpTopic(
      "where", summary: "select rows",
      lines: [
        "where=( CONDITION )  →  only rows for which it holds; column names come before variables",
        "Text is quoted; a missing or NaN cell makes a comparison false.",
        "example:  table r where=(mi > 6 and kind == \"mim\")",
      ]),
    HelpTopic(
      "language", summary: "the rules on one screen",
      lines: [
        "Every line is  name = verb things option=value ; nested or over several lines",
        "  verb(things, option=value).  Values never change; names may be bound again.",
        "Words such as adam or mim stand bare where a verb takes them; other text is quoted.",
        "Arithmetic inside a command goes in parentheses.  ( [ { continue over lines.",
        "A bare expression shows itself; `;` hides it; `ans` is the last value.  # comments.",
        "Random verbs take seed=.  No indexing: take, where=( ), names.",
        "Numbers 10_000 5e-4 .5 · ranges 1..10, 2..20 by 2 · lists [1, 2] · true false none",
      ]),
  ]
}
