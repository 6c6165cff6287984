import MIMAnalysis
import MIMModels
import MIMScript

extension HelpTopic {
  /// `help information`: which estimator is for what.
  static let information = HelpTopic(
    "information", summary: "estimators of mutual information, and how far to trust them",
    lines: ["mi X Y estimator=WORD, cmi X Y Z. All values are in nats.  The estimators of mi are"]
      + InformationEstimator.pairTable.map { "  \($0.name.padded(to: 12))\($0.summary)" } + [
        "Every number comes with a standard error by blocks, the curve over the number of rows and where it",
        "runs to, what independent rows give (p, zero), and warnings: near the ceiling log n, ties where a",
        "density is assumed, too many dimensions, columns that never change or repeat.",
        "docs/mutual-information.md says which number to trust when, with figures from the benchmark.",
        "example:  i = mi z z.labels ci=.95",
        "see also:  mi · cmi · bmi · metrics",
      ])

  /// `help bmi`: the tasks with their information.
  static let bmi = HelpTopic(
    "bmi", summary: "the 40 tasks of the Beyond-Normal benchmark, with their information",
    lines: [
      "load bmi \"NAME\" n=10000 seed=0 draws x and y of known information (Czyż et al. 2023): d.x, d.y,",
      "d.mi in nats, d.title. The names, with the columns of x and y and the information:",
    ]
      + BenchmarkTask.all.map { task in
        "  \(task.name.padded(to: 46))\("\(task.xWidth) + \(task.yWidth)".padded(to: 9))"
          + task.information.text(5)
      } + [
        "example:  d = load bmi \"1v1-normal-0.75\" n=1000",
        "see also:  load · mi · information",
      ])
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(1, width - count))
  }
}
