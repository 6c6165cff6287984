import MIMScript

extension HelpTopic {
  static let cache = HelpTopic(
    "cache", summary: "results that notebooks keep between runs",
    lines: [
      "mim-repl run NAME.mimnb    computes only what changed: statements whose code, inputs,",
      "    parameters, seed, label and data files are those of an earlier run are found, not run.",
      "    Comments, layout and parameters that nobody reads don't count.",
      "--plan     what would run and why, rows of sweeps, time; runs nothing",
      "--fresh    run everything        --frozen    compute nothing; exit code 5 if anything is stale",
      "--from CELL, --only CELL    what stands above must be there        --until CELL    end there",
      "--verify out/NAME/run.json    compare numbers and pixels with that run",
      "In a cell:  #| cache: off    runs every time",
      "mim-repl cache ls|gc|clear    $XDG_CACHE_HOME/mim-repl; MIM_CACHE_SIZE=5GB",
      "see also:  notebooks · checkpoints · sweep",
    ])
}
