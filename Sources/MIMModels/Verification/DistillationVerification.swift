import Foundation
import MIMTensor

/// `pwavenet-gaussian` and `pwavenet-logistic`: a flow that learns an autoregressive teacher, with the closed form of normals and with
/// draws of a logistic student.
struct DistillationVerification {
  private let run: MethodVerification

  init(_ file: ReferenceFile) throws {
    run = try MethodVerification(file, convolution: .direct)
  }

  // MARK: - The Gaussian form

  private struct Gaussian: Decodable {
    struct Sizes: Decodable {
      let flows: Int
      let layers: Int
      let residual: Int
      let gate: Int
      let skip: Int
      let conditioning: Int
      let length: Int
      let batch: Int
      let studentKernel: Int
      let teacherKernel: Int
      let teacherFrontKernel: Int
      let studentFrontKernel: Int

      enum CodingKeys: String, CodingKey {
        case flows, layers, residual, gate, skip, conditioning, length, batch
        case studentKernel = "student_kernel"
        case teacherKernel = "teacher_kernel"
        case teacherFrontKernel = "teacher_front_kernel"
        case studentFrontKernel = "student_front_kernel"
      }

      var isSound: Bool {
        [residual, gate, skip, conditioning, flows, layers].allSatisfy((1...64).contains)
          && layers <= 8 && (2...1024).contains(length) && (1...64).contains(batch)
          && [studentKernel, teacherKernel, teacherFrontKernel, studentFrontKernel]
            .allSatisfy((1...64).contains)
      }
    }
    let config: Sizes
  }

  /// A student's draw.
  private struct Drawn {
    /// `[batch, time, 1]`, 0 at the first place.
    var x: Tensor
    /// Of the places behind the first, `[batch, time − 1, 1]`.
    var mean: Tensor
    var logScale: Tensor
  }

  func gaussianRows() throws -> [VerificationRow] {
    let sizes = try run.file.decode(Gaussian.self).config
    guard sizes.isSound else { throw run.file.unreadable("its sizes are out of range") }
    let teacher = network("teacher.", sizes, isTeacher: true)
    let students = (0..<sizes.flows).map {
      network("student.iafs.\($0).", sizes, isTeacher: false)
    }
    for (name, shape) in ([teacher] + students).flatMap(\.parameters) {
      _ = try run.parameter(name, shape: shape)
    }
    let condition = try upsampled(sizes)
    let series: Shape = [sizes.batch, 1, sizes.length]
    let drawn = draw(
      try run.constant("z", shape: series).reshape([sizes.batch, sizes.length, 1]), students,
      condition: condition)
    let judged = teacher.apply(drawn.x, condition: condition)
    let (teacherMean, teacherLogScale) = parts(judged)
    let divergence = DistillationDivergence.normal(
      mean: drawn.mean, logScale: drawn.logScale, teacherMean: teacherMean,
      teacherLogScale: teacherLogScale
    ).mean()
    let scales = DistillationDivergence.scales(drawn.logScale, teacherLogScale).mean()
    let target = try run.constant("target", shape: series)
      .reshape([sizes.batch, sizes.length, 1])
    let surprisal = surprisals(
      target, teacher.apply(target, condition: condition))
    return try run.rows(
      values: [
        ("loss", divergence + scales * 4), ("kl", divergence), ("regulariser", scales),
        ("teacher_nll", surprisal.mean()),
      ],
      outputs: [
        ("upsampled", condition.transpose()), ("x", drawn.x.reshape(series)),
        ("mu", drawn.mean.transpose()), ("log_sigma", drawn.logScale.transpose()),
        ("teacher", judged.transpose()), ("teacher_nll", surprisal),
      ], fixed: ["loss": ["teacher."], "kl": ["teacher."]])
  }

  private func network(
    _ prefix: String, _ sizes: Gaussian.Sizes, isTeacher: Bool
  ) -> ConditionedWaveNet {
    ConditionedWaveNet(
      prefix: prefix, layers: sizes.layers, residual: sizes.residual, gate: sizes.gate,
      skip: sizes.skip, conditioning: sizes.conditioning, outputs: 2,
      frontKernel: isTeacher ? sizes.teacherFrontKernel : sizes.studentFrontKernel,
      kernel: isTeacher ? sizes.teacherKernel : sizes.studentKernel, dilatesByKernel: isTeacher)
  }

  /// Mean and log-scale of each place but the first, by what is said at the one before it.
  private func parts(_ outputs: Tensor) -> (mean: Tensor, logScale: Tensor) {
    let said = outputs.slice(axis: 1, range: 0..<outputs.shape[1] - 1)
    return (said.slice(axis: 2, range: 0..<1), said.slice(axis: 2, range: 1..<2))
  }

  private func draw(
    _ noise: Tensor, _ students: [ConditionedWaveNet], condition: Tensor
  ) -> Drawn {
    let time = noise.shape[1]
    let zero = (noise * 0).slice(axis: 1, range: 1..<time)
    return students.reduce(Drawn(x: noise, mean: zero, logScale: zero)) { drawn, student in
      let (mean, logScale) = parts(student.apply(drawn.x, condition: condition))
      let moved = drawn.x.slice(axis: 1, range: 1..<time) * logScale.exp() + mean
      return Drawn(
        x: moved.padded(axis: 1, before: 1, to: time),
        mean: drawn.mean * logScale.exp() + mean, logScale: drawn.logScale + logScale)
    }
  }

  /// −log N(x_t) of each place but the first, log σ at least −9, `[batch, time − 1]`.
  private func surprisals(_ x: Tensor, _ outputs: Tensor) -> Tensor {
    let (mean, logScale) = parts(outputs)
    let bounded = logScale.maximum(x.graph.scalar(-9))
    let standard = (x.slice(axis: 1, range: 1..<x.shape[1]) - mean) * (-bounded).exp()
    let half = Float(0.5 * log(2 * Double.pi))
    return (standard.square() * 0.5 + bounded + half)
      .reshape([x.shape[0], x.shape[1] - 1])
  }

  /// The condition by transposed convolutions of 3 × 2s taps with stride s along time, each followed by a leaky ReLU of slope 0.4;
  /// `[batch, time, conditioning]`.
  private func upsampled(_ sizes: Gaussian.Sizes) throws -> Tensor {
    let given = try run.constant("conditioning")
    guard given.shape.rank == 3, given.shape[0] == sizes.batch,
      given.shape[1] == sizes.conditioning, given.shape[2] > 0
    else { throw run.file.unreadable("conditioning is \(given.shape)") }
    var place = given
    var index = 0
    while run.file.array("param.teacher.upsample_conv.\(index).weight_v") != nil {
      place = try transposed("teacher.upsample_conv.\(index)", place, atMost: sizes.length)
      index += 2
    }
    guard place.shape[2] == sizes.length else {
      throw run.file.unreadable(
        "conditioning becomes \(place.shape[2]) places, not \(sizes.length)")
    }
    return place.transpose()
  }

  private func transposed(_ name: String, _ x: Tensor, atMost length: Int) throws -> Tensor {
    let v = try run.parameter("\(name).weight_v")
    guard v.shape.rank == 4, v.shape[0] == 1, v.shape[1] == 1, v.shape[2] == 3,
      v.shape[3].isMultiple(of: 2), (1...64).contains(v.shape[3] / 2),
      x.shape[2] * (v.shape[3] / 2) <= length
    else { throw run.file.unreadable("\(name).weight_v is \(v.shape)") }
    let g = try run.parameter("\(name).weight_g", shape: [1, 1, 1, 1])
    let bias = try run.parameter("\(name).bias", shape: [1])
    let (batch, height, width, step) = (x.shape[0], x.shape[1], x.shape[2], v.shape[3] / 2)
    let weight = v * (g / v.square().sum().sqrt())
    // Zeros between places, then the taps backwards as an ordinary convolution.
    let stretched = x.reshape([batch, height, width, 1]).padded(axis: 3, before: 0, to: step)
      .reshape([batch, 1, height, width * step])
    let before = 2 * step - 1 - step / 2
    let outputs = (width - 1) * step - 2 * (step / 2) + 2 * step
    let framed = stretched.padded(axis: 3, before: before, to: outputs + 2 * step - 1)
      .padded(axis: 2, before: 1, to: height + 2)
    let y = framed.convolution(heads: [(reversedTaps(weight), bias)])
      .reshape([batch, height, outputs])
    return y.maximum(y * 0.4)
  }

  /// `[1, 1, 3, 2s]` with both axes of taps the other way round.
  private func reversedTaps(_ weight: Tensor) -> Tensor {
    let count = weight.shape[2] * weight.shape[3]
    let order = HostArray((0..<count).map { Float(count - 1 - $0) }, shape: [count])
    return weight.reshape([count, 1]).gather(rows: weight.graph.constant(order))
      .reshape(weight.shape)
  }

  // MARK: - The logistic form

  private struct Logistic: Decodable {
    struct Sizes: Decodable {
      let length: Int
      let batch: Int
      let components: Int
      let samples: Int
      let window: Int
      let flows: Int
      let hidden: Int

      var isSound: Bool {
        [components, samples, window, flows].allSatisfy((1...64).contains)
          && (1...1024).contains(length) && (1...256).contains(batch)
          && (1...1024).contains(hidden)
      }
    }
    let config: Sizes
  }

  func logisticRows() throws -> [VerificationRow] {
    let sizes = try run.file.decode(Logistic.self).config
    guard sizes.isSound else { throw run.file.unreadable("its sizes are out of range") }
    let shape: Shape = [sizes.batch, sizes.length]
    let noise = try run.constant("z", shape: shape)
    var (x, mean, logScale) = (noise, noise * 0, noise * 0)
    for flow in 0..<sizes.flows {
      let said = try network("student.\(flow)", x, sizes, outputs: 2)
      x = x * said[1].exp() + said[0]
      mean = mean * said[1].exp() + said[0]
      logScale = logScale + said[1]
    }
    let output = MaskedOutput.logistics(sizes.components)
    let judged = try network("teacher", x, sizes, outputs: output.heads)
    let fresh = try run.constant("z_samples", shape: Shape([sizes.samples] + shape.dimensions))
    let draws = (0..<sizes.samples).map {
      fresh.slice(axis: 0, range: $0..<$0 + 1).reshape(shape)
    }
    let cross = DistillationDivergence.crossEntropy(
      Conditionals(output, judged), mean: mean, logScale: logScale, noise: draws)
    let entropy = logScale.sum(axes: [1]) + Float(2 * sizes.length)
    let stacked = run.graph.concatenate(
      judged.map { $0.reshape([sizes.batch, sizes.length, 1]) }, axis: 2)
    return try run.rows(
      values: [
        ("kl", (cross - entropy).mean()), ("cross_entropy", cross.mean()),
        ("entropy", entropy.mean()),
      ],
      outputs: [
        ("x", x), ("mu", mean), ("log_s", logScale), ("teacher", stacked),
        ("cross_entropy", cross), ("entropy", entropy),
      ], fixed: ["kl": ["teacher."]])
  }

  /// linear → tanh → linear of the W values before each place, oldest first and zeros in front; a tensor `[batch, time]` for each output.
  private func network(
    _ name: String, _ x: Tensor, _ sizes: Logistic.Sizes, outputs: Int
  ) throws -> [Tensor] {
    let (batch, time) = (sizes.batch, sizes.length)
    let windows = (0..<sizes.window).map { index -> Tensor in
      let lag = sizes.window - index
      guard lag < time else { return x * 0 }
      return x.slice(axis: 1, range: 0..<time - lag).padded(axis: 1, before: lag, to: time)
    }
    let rows = run.graph.concatenate(
      windows.map { $0.reshape([batch * time, 1]) }, axis: 1)
    let first = try run.linear("\(name).a", inputs: sizes.window, outputs: sizes.hidden)
    let second = try run.linear("\(name).b", inputs: sizes.hidden, outputs: outputs)
    let said = second.apply(first.apply(rows, activation: .tanh))
    return (0..<outputs).map { said.column($0).reshape([batch, time]) }
  }
}
