import MIMScript

extension HelpTopic {
  static let terminal = HelpTopic(
    "terminal", summary: "pictures in the terminal, and the line that follows long work",
    lines: [
      "A figure that has no file of its own is drawn into one in the temporary folder, and shown here.",
      "set images=auto     the best that the terminal says it can show: it is asked once, when the first",
      "                    picture is shown. Half blocks where it says nothing, and in scripts",
      "set images=kitty|iterm|sixel|blocks|off      this form, whatever it says; off: none",
      "tmux hands pictures on after  set -g allow-passthrough on.  No pictures: in pipes, TERM=dumb,",
      "--json, --quiet. --images=FORM sets it from outside.",
      "While a model trains, one line shows epochs, the loss and those of the last twelve epochs as",
      "blocks, val, its best and the patience left, kl, active units, β, seconds an epoch, time left.",
      "active 38/80    units whose posterior mean varies by more than 0.01 over one batch of DATA.val",
      "    (or DATA.train): an estimate, as often as costs next to nothing; evaluate m data active",
      "A narrow terminal shows the most important parts. A pipe gets a plain line every ten seconds.",
      "see also:  set · train · figures",
    ])
}
