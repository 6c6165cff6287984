/// The names of all operations, one line each. Every name has a row in the gradient check.
package enum OperationTable {
  package static let names: Set<String> = Set(
    leaves + noise + elementwise + reductions + arrangement + products + fused + images + ranks)

  package static let leaves = ["input", "constant", "parameter"]
  package static let noise = ["normalNoise", "uniformNoise", "bernoulliSample", "randomIndices"]
  package static let elementwise =
    UnaryFunction.allNames + BinaryFunction.allCases.map(\.name)
    + ["unaryGradient", "stopGradient"]
  package static let reductions = ["sum", "logSumExp", "softmax", "firstLeast", "broadcast"]
  package static let arrangement = [
    "reshape", "transpose", "concatenate", "slice", "padded", "gather", "scatter",
  ]
  package static let products = [
    "matmul", "affine", "affineGradient", "maskedAffine", "maskedAffineGradient", "matrixInverse",
  ]
  package static let images = [
    "convolution", "convolutionInputGradient", "convolutionWeightGradient", "maskedWeights", "gate",
    "gateGradient", "batchNormalization", "batchNormalizationGradient",
  ]
  package static let ranks = ["rankMean"]
  package static let fused = [
    "gaussianLogDensity", "gaussianLogDensityGradient", "standardNormalLogDensity",
    "gaussianSample", "gaussianSampleGradient", "bernoulliLogDensity",
    "bernoulliLogDensityGradient", "mixtureLogDensity", "mixtureLogDensityGradient",
  ]
}
