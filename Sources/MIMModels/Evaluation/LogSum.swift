import Foundation

/// log Σ exp of numbers that come one by one.
struct LogSum: Sendable {
  private var largest = -Double.infinity
  private var sum = 0.0

  var value: Double { largest + log(sum) }

  mutating func add(_ number: Double) {
    guard number > largest else {
      // Minus infinity adds nothing, and −∞ − −∞ would be NaN.
      if number != -.infinity { sum += exp(number - largest) }
      return
    }
    sum = sum * exp(largest - number) + 1
    largest = number
  }
}
