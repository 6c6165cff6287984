import MIMScript

extension HelpTopic {
  static let checkpoints = HelpTopic(
    "checkpoints", summary: "long training that survives a crash",
    lines: [
      "train … checkpoint=\"runs/amim\"    keeps runs/amim.safetensors up to date: every 10 minutes",
      "    (checkpoint_every=), on Ctrl-C, at the end. After a crash the same line goes on where it",
      "    stopped, to the bytes of a training that never stopped; a finished one is not repeated.",
      "More epochs go on from a finished one. Another model, other data, options or seed: an error",
      "    that says what differs; another name, or force=true to start anew over the file.",
      "A full disk: a warning; the last good file stays, training goes on and tries again.",
      "load \"runs/amim.safetensors\" opens the model that training would give at that moment.",
      "example:  m = train m0 toy epochs=200 checkpoint=\"runs/toy\"",
      "see also:  train · save · load",
    ])
}
