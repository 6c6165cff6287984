import MIMTensor

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension MixtureDensity {
  /// Per component: −log K − Σⱼ log scaleⱼ − (d/2) log 2π.
  var logConstants: [Double] {
    let perAxis = 0.5 * log(2 * Double.pi)
    return (0..<componentCount).map { component in
      scales.row(component).reduce(-log(Double(componentCount))) {
        $0 - log(Double($1)) - perAxis
      }
    }
  }

  /// The log-density of the point at `start`: a log-sum-exp over components.
  func logDensity(of values: [Float], from start: Int, constants: [Double]) -> Double {
    var largest = -Double.infinity
    var sum = 0.0
    for component in 0..<componentCount {
      var exponent = constants[component]
      for axis in 0..<dimension {
        let entry = component * dimension + axis
        let distance =
          (Double(values[start + axis]) - Double(means.elements[entry]))
          / Double(scales.elements[entry])
        exponent -= 0.5 * distance * distance
      }
      guard exponent > -.infinity else { continue }
      if exponent > largest {
        sum = sum * exp(largest - exponent) + 1
        largest = exponent
      } else {
        sum += exp(exponent - largest)
      }
    }
    return largest + log(sum)
  }
}
