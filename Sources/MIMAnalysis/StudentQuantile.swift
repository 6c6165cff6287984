import Foundation

/// The t with P(|T| < t) = `probability` for Student's distribution with a whole number of degrees
/// of freedom: what a standard error is multiplied by to give a confidence interval.
///
/// The distribution function is the finite series of Abramowitz & Stegun 26.7.3 and 26.7.4, its
/// inverse found by bisection.
/// - Parameters:
///   - degrees: degrees of freedom, 1 or more; O(degrees).
///   - probability: in 0..<1.
public func studentQuantile(degrees: Int, probability: Double = 0.95) -> Double {
  precondition(degrees >= 1 && (0..<1).contains(probability), "no such quantile")
  var (low, high) = (0.0, 1.0)
  while studentProbability(high, degrees) < probability, high < 1e12 { high *= 2 }
  for _ in 0..<200 where low < high {
    let middle = (low + high) / 2
    if middle == low || middle == high { break }
    if studentProbability(middle, degrees) < probability { low = middle } else { high = middle }
  }
  return high
}

/// P(|T| < t).
private func studentProbability(_ t: Double, _ degrees: Int) -> Double {
  let angle = atan(t / Double(degrees).squareRoot())
  let square = cos(angle) * cos(angle)
  let isOdd = degrees % 2 == 1
  if degrees == 1 { return 2 * angle / .pi }
  var term = isOdd ? cos(angle) : 1
  var sum = term
  // Factors 2/3, 4/5, … (odd) or 1/2, 3/4, … (even).
  var factor = isOdd ? 2.0 : 1.0
  for _ in 1..<max(1, degrees / 2) {
    term *= square * factor / (factor + 1)
    sum += term
    factor += 2
  }
  return isOdd ? 2 / .pi * (angle + sin(angle) * sum) : sin(angle) * sum
}
