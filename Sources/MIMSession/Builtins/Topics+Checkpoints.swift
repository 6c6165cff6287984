import MIMScript

extension HelpTopic {
  static let checkpoints = HelpTopic(
    "checkpoints", summary: "long training that survives a crash",
    lines: [
      "train … checkpoint=\"runs/amim\"    writes runs/amim.safetensors every 10 minutes",
      "    (checkpoint_every=), on Ctrl-C and at the end. After a crash, run the same line again: it",
      "    continues where it stopped and ends with exactly the same bytes as without the crash.",
      "Finished training is not repeated; with more epochs, it continues. If the model, data, options",
      "    or seed differ, an error says how. Then use another name, or force=true to start again.",
      "distill … checkpoint=\"runs/student\" does the same; its teacher must be the same one.",
      "If the disk is full, there is a warning. The last good file stays, and training continues.",
      "load \"runs/amim.safetensors\" gives the model that training would return at that moment.",
      "example:  m = train m0 toy epochs=200 checkpoint=\"runs/toy\"",
      "see also:  train · distill · save · load",
    ])
}
