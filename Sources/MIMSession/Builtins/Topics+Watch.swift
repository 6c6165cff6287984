import MIMScript

extension HelpTopic {
  static let watch = HelpTopic(
    "watch", summary: "a page that follows a notebook while you edit it",
    lines: [
      "mim-repl watch NAME.mimnb    prints an address on this machine, and opens it where there is a",
      "    desktop. Whenever the file is saved, the cells run whose results are not kept (help cache),",
      "    and the page follows without losing its place. Ctrl-C ends it.",
      "A running cell goes on while it is still asked for; otherwise a save stops it.",
      "Stop    stops the running cell as Ctrl-C does: the model so far is kept",
      "Go on below    runs the cells below with that model        Run again    trains from the start",
      "A save without an edit runs failed cells again.",
      "--port N    the port      --no-open    only print the address      -P, -o, --quick    as for run",
      "From another machine:  ssh -L 8750:127.0.0.1:8750 MACHINE, then open the printed address there",
      "see also:  notebooks · cache",
    ])
}
