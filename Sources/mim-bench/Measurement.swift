import Foundation
import MIMCPU
import MIMTensor

/// Repeated times of one benchmark, in seconds, and what it computed meanwhile.
struct Measurement {
  let seconds: [Double]
  let threads: Int
  let computed: [String: Double]

  var minimum: Double { seconds.min() ?? .nan }

  var median: Double {
    let sorted = seconds.sorted()
    guard !sorted.isEmpty else { return .nan }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// One line of JSON.
  func json(name: String) throws -> String {
    var fields: [String: Any] = [
      "name": name, "median_s": median, "min_s": minimum, "runs": seconds.count,
      "threads": threads, "instruction_set": InstructionSet.inUse.rawValue,
    ]
    for (key, value) in computed { fields[key] = value.isFinite ? value : NSNull() }
    let data = try JSONSerialization.data(withJSONObject: fields, options: .sortedKeys)
    return String(decoding: data, as: UTF8.self)
  }

  /// A line for people.
  func line(name: String) -> String {
    func micro(_ value: Double) -> String { String(format: "%.1f µs", value * 1e6) }
    return "\(name): median \(micro(median)), min \(micro(minimum)), \(seconds.count) runs"
  }
}
