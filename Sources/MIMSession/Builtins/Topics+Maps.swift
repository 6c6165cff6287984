import MIMScript

extension HelpTopic {
  /// `help maps`: pictures to move in, in a browser.
  static let maps = HelpTopic(
    "maps", summary: "a map of points or images to look around in, in a browser, offline",
    lines: [
      "save e \"map.html\"    one file, in which everything is; it loads nothing. e: an embedding, codes or",
      "    items of two dimensions, also images in rows: latent(m), take(mnist.test, 100)",
      "plot e color=label save=\"map.html\"    the same with options of plot; format=[png, html] does both",
      "save fig \"map.html\"    of a figure { … }: each panel is a map of its own, in one file",
      "Drag and wheel move and zoom. Pointing at a point shows its label, its number (counted from 0, as",
      "in saved arrays and in neighbors) and its image. The legend hides classes; find takes numbers and",
      "labels; a lasso lists what it holds, and saves the numbers as CSV. Everything works with keys too.",
      "Images come from the items behind codes and embeddings. 70,000 of 28 × 28 take 15 to 38 MB: where",
      "they would take more, they have fewer levels of brightness, which is said.",
      "example:  e = pca encode(m, toy.test); save e \"map.html\" force=true",
      "see also:  save · plot · embeddings",
    ])
}
