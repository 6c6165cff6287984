/// A row of numbers as a row of blocks, `▇▅▃▂▁`: the least has the lowest block, the largest the highest.
public enum Sparkline {
  private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// One character for each value: a blank for one that is not finite, and half a block for each where all are equal.
  public static func text(_ values: [Double]) -> String {
    let finite = values.filter(\.isFinite)
    guard let least = finite.min(), let most = finite.max() else {
      return String(repeating: " ", count: values.count)
    }
    return String(values.map { block(of: $0, least: least, most: most) })
  }

  private static func block(of value: Double, least: Double, most: Double) -> Character {
    guard value.isFinite else { return " " }
    // Halves, because the difference of the largest numbers is not finite.
    let range = most / 2 - least / 2
    guard range > 0 else { return "▄" }
    let share = (value / 2 - least / 2) / range
    let level = Int((share * Double(blocks.count)).rounded(.down))
    return blocks[min(max(level, 0), blocks.count - 1)]
  }
}
