import Foundation
import MIMTensor

// Distributions whose mutual information has a closed form, all in nats.
extension BenchmarkTask {
  /// Two standard normal numbers with correlation ρ: I = −½ log(1 − ρ²).
  static func normalPair(correlation: Double) -> BenchmarkTask {
    let rest = (1 - correlation * correlation).squareRoot()
    return BenchmarkTask(
      name: "1v1-normal-\(correlation)", title: "Bivariate normal 1 × 1", xWidth: 1, yWidth: 1,
      information: -0.5 * log(1 - correlation * correlation)
    ) { random in
      let x = random.normal()
      return ([x], [correlation * x + rest * random.normal()])
    }
  }

  /// x uniform on (0, 1), y = x + u with u uniform on (−ε, ε). H(y) − H(u) gives ε − log 2ε up to
  /// ε = ½, and 1/(4ε) beyond.
  static func additive(_ width: Double) -> BenchmarkTask {
    BenchmarkTask(
      name: "1v1-additive-\(width)", title: "Uniform 1 × 1 (additive noise=\(width))", xWidth: 1,
      yWidth: 1, information: width <= 0.5 ? width - log(2 * width) : 1 / (4 * width)
    ) { random in
      let x = random.uniform()
      return ([x], [x + width * (2 * random.uniform() - 1)])
    }
  }

  /// 2d normal numbers of variance 1 that all have correlation ½:
  /// I = ½ log( (1 + (d − 1)ρ)² / ((1 − ρ)(1 + (2d − 1)ρ)) ).
  static func dense(_ width: Int) -> BenchmarkTask {
    let (d, rho) = (Double(width), 0.5)
    let inside = (1 + (d - 1) * rho) * (1 + (d - 1) * rho) / ((1 - rho) * (1 + (2 * d - 1) * rho))
    return BenchmarkTask(
      name: "multinormal-dense-\(width)-\(width)-0.5",
      title: "Multinormal \(width) × \(width) (dense)",
      xWidth: width, yWidth: width, information: 0.5 * log(inside)
    ) { random in
      let common = random.normal()
      let row = { (random: inout RandomStream) in
        (0..<width).map { _ in rho.squareRoot() * common + (1 - rho).squareRoot() * random.normal()
        }
      }
      return (row(&random), row(&random))
    }
  }

  /// Standard normal numbers of which two of x are tied to two of y with correlation 0.8, the others
  /// independent: I = −log(1 − 0.8²).
  static func twoPairs(_ width: Int) -> BenchmarkTask {
    BenchmarkTask(
      name: "multinormal-sparse-\(width)-\(width)-2-2.0",
      title: "Multinormal \(width) × \(width) (2-pair)", xWidth: width, yWidth: width,
      information: -log(1 - 0.64)
    ) { random in
      let x = (0..<width).map { _ in random.normal() }
      let y = (0..<width).map { place in
        place < 2 ? 0.8 * x[place] + 0.6 * random.normal() : random.normal()
      }
      return (x, y)
    }
  }

  /// Student's t in 2d dimensions with the identity as dispersion: normal numbers, uncorrelated but not
  /// independent, as they share the divisor √(χ²_ν/ν). I = 2 H_d − H_2d (`studentEntropy`).
  static func student(_ width: Int, degrees: Int) -> BenchmarkTask {
    BenchmarkTask(
      name: "student-identity-\(width)-\(width)-\(degrees)",
      title: "Student-t \(width) × \(width) (dof=\(degrees))", xWidth: width, yWidth: width,
      information: 2 * studentEntropy(width, degrees) - studentEntropy(2 * width, degrees)
    ) { random in
      let square = (0..<degrees).reduce(0.0) { sum, _ in
        let value = random.normal()
        return sum + value * value
      }
      let scale = (Double(degrees) / square).squareRoot()
      let row = { (random: inout RandomStream) in (0..<width).map { _ in scale * random.normal() } }
      return (row(&random), row(&random))
    }
  }

  /// The differential entropy of Student's t in d dimensions (Arellano-Valle, Contreras-Reyes & Genton
  /// 2013, Scand. J. Stat. 40, 42–62, equation 7):
  /// log( Γ(ν/2) (νπ)^(d/2) / Γ((ν + d)/2) ) + (ν + d)/2 (ψ((ν + d)/2) − ψ(ν/2)).
  private static func studentEntropy(_ width: Int, _ degrees: Int) -> Double {
    let (whole, part) = (halves(width + degrees), halves(degrees))
    return part.logGamma - whole.logGamma + Double(width) / 2 * log(Double(degrees) * .pi)
      + Double(width + degrees) / 2 * (whole.digamma - part.digamma)
  }

  /// log Γ and ψ at n/2, by their recurrences from ½ and 1.
  private static func halves(_ n: Int) -> (logGamma: Double, digamma: Double) {
    let eulerGamma = 0.577_215_664_901_532_9
    let isOdd = n % 2 == 1
    var (logGamma, digamma) =
      isOdd ? (0.5 * log(Double.pi), -eulerGamma - 2 * log(2)) : (0, -eulerGamma)
    var argument = isOdd ? 0.5 : 1.0
    while argument < Double(n) / 2 - 0.25 {
      logGamma += log(argument)
      digamma += 1 / argument
      argument += 1
    }
    return (logGamma, digamma)
  }
}
