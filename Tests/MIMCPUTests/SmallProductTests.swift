import CKernels
import Foundation
import MIMTensor
import Testing

/// Whole numbers from −3 to 3: their products are added up without rounding in any order, so that results must
/// be equal, not only close.
private func wholeNumbers(_ count: Int, _ stream: inout RandomStream) -> [Float] {
  stream.uniforms(count).map { ($0 * 7).rounded(.down) - 3 }
}

/// A [rows, depth]·X [depth, columns] by a plain loop.
private func product(_ a: [Float], _ x: [Float], rows: Int, depth: Int, columns: Int) -> [Float] {
  var result = [Float](repeating: 0, count: rows * columns)
  result.withUnsafeMutableBufferPointer { result in
    a.withUnsafeBufferPointer { a in
      x.withUnsafeBufferPointer { x in
        for row in 0..<rows {
          for k in 0..<depth {
            let factor = a[row * depth + k]
            for column in 0..<columns {
              result[row * columns + column] += factor * x[k * columns + column]
            }
          }
        }
      }
    }
  }
  return result
}

private func transposed(_ a: [Float], rows: Int, columns: Int) -> [Float] {
  (0..<a.count).map { a[$0 % rows * columns + $0 / rows] }
}

private func sum(_ a: [Float], _ b: [Float]) -> [Float] { zip(a, b).map { $0 + $1 } }

/// The plain loops beside the kernels of every instruction set that this processor has, for all sizes that
/// leave another remainder of a tile.
@Suite("Small products") struct SmallProductTests {
  private static let sizes = 1...67

  /// Batches of one register of sixteen up to two strips of four and what is left.
  private func batches(_ rows: Int, _ depth: Int) -> [Int] {
    rows == depth ? [16, 32, 48, 64, 80, 112, 144] : [48]
  }

  private func shapes(_ body: (_ rows: Int, _ depth: Int, _ batch: Int) -> Void) {
    for rows in Self.sizes {
      for depth in Self.sizes { batches(rows, depth).forEach { body(rows, depth, $0) } }
    }
  }

  @Test("affine maps with the batch innermost are those of a plain loop")
  func affineColumns() {
    var stream = RandomStream(seed: 1, stream: "affine")
    shapes { rows, depth, batch in
      let weights = wholeNumbers(rows * depth, &stream), bias = wholeNumbers(rows, &stream)
      let x = wholeNumbers(depth * batch, &stream)
      var expected = product(weights, x, rows: rows, depth: depth, columns: batch)
      for at in expected.indices { expected[at] += bias[at / batch] }
      // Every activation but the identity and this one rounds.
      let isRectified = (rows + depth) % 2 == 0
      if isRectified { expected = expected.map { max(0, $0) } }
      let arrays = (KernelArray(x), KernelArray(weights), KernelArray(bias))
      for variant in kernelVariants {
        let y = KernelArray(unset: rows * batch)
        run(
          mim_call_AFFINE_COLUMNS(
            mim_affine(
              x: arrays.0.pointer, weights: arrays.1.pointer, bias: arrays.2.pointer,
              y: y.pointer, batch: batch, inputs: depth, outputs: rows,
              activation: isRectified ? MIM_ACTIVATION_RELU : MIM_NO_ACTIVATION)), variant)
        withExtendedLifetime(arrays) {}
        #expect(y.values == expected, "\(rows) × \(depth), batch \(batch), set \(variant.rawValue)")
      }
    }
  }

  @Test(
    "tanh and sigmoid behind an affine map are those of the C library", arguments: [true, false])
  func activations(isTanh: Bool) {
    var stream = RandomStream(seed: 2, stream: "activations")
    for rows in Self.sizes {
      let depth = 68 - rows, batch = 80
      // Sixteenths are added up without rounding too.
      let weights = wholeNumbers(rows * depth, &stream).map { $0 / 16 }
      let x = wholeNumbers(depth * batch, &stream)
      let inner = product(weights, x, rows: rows, depth: depth, columns: batch)
      let expected = inner.map { isTanh ? tanh(Double($0)) : 1 / (1 + exp(-Double($0))) }
      let arrays = (
        KernelArray(x), KernelArray(weights), KernelArray([Float](repeating: 0, count: rows))
      )
      for variant in kernelVariants {
        let y = KernelArray(unset: rows * batch)
        run(
          mim_call_AFFINE_COLUMNS(
            mim_affine(
              x: arrays.0.pointer, weights: arrays.1.pointer, bias: arrays.2.pointer,
              y: y.pointer, batch: batch, inputs: depth, outputs: rows,
              activation: isTanh ? MIM_ACTIVATION_TANH : MIM_ACTIVATION_SIGMOID)), variant)
        withExtendedLifetime(arrays) {}
        let worst = zip(y.values, expected).map { abs(Double($0) - $1) / max(1e-6, abs($1)) }.max()
        #expect((worst ?? 0) < 4e-7, "\(rows) × \(depth), set \(variant.rawValue)")
      }
    }
  }

  @Test("input gradients of one to four heads are those of a plain loop")
  func inputGradient() {
    var stream = RandomStream(seed: 3, stream: "input gradient")
    shapes { inputs, outputs, batch in
      let heads = inputs == outputs ? 1 + inputs % 4 : 1
      let widths = (0..<heads).map { (outputs + 13 * $0 - 1) % 67 + 1 }
      let x = wholeNumbers(inputs * batch, &stream)
      var expected = [Float](repeating: 0, count: inputs * batch)
      var arrays: [(dy: KernelArray, weights: KernelArray)] = []
      for width in widths {
        let dy = wholeNumbers(width * batch, &stream), w = wholeNumbers(width * inputs, &stream)
        let back = transposed(w, rows: width, columns: inputs)
        expected = sum(
          expected, product(back, dy, rows: inputs, depth: width, columns: batch))
        arrays.append((KernelArray(dy), KernelArray(w)))
      }
      let activation = mim_activation(UInt32((inputs + outputs) % 4))
      for at in expected.indices {
        switch activation {
        case MIM_ACTIVATION_TANH: expected[at] *= 1 - x[at] * x[at]
        case MIM_ACTIVATION_RELU: expected[at] *= x[at] <= 0 ? 0 : 1
        case MIM_ACTIVATION_SIGMOID: expected[at] *= x[at] * (1 - x[at])
        default: break
        }
      }
      let made = activation == MIM_NO_ACTIVATION ? nil : KernelArray(x)
      for variant in kernelVariants {
        let dx = KernelArray(unset: inputs * batch)
        let ofHeads = zip(arrays, widths).map { head, width in
          mim_input_gradient_head(
            dy: head.dy.pointer, weights: head.weights.pointer, outputs: width)
        }
        run(
          mim_call_INPUT_GRADIENT_COLUMNS(
            mim_input_gradient(
              dx: dx.pointer, x: made?.pointer, batch: batch, inputs: inputs, heads: heads,
              activation: activation,
              head: four(ofHeads, mim_input_gradient_head()))), variant)
        withExtendedLifetime((arrays, made)) {}
        #expect(
          dx.values == expected, "\(inputs) from \(widths), batch \(batch), set \(variant.rawValue)"
        )
      }
    }
  }

  @Test("weight gradients of one to four heads are those of a plain loop")
  func weightGradient() {
    var stream = RandomStream(seed: 4, stream: "weight gradient")
    shapes { inputs, outputs, batch in
      let heads = inputs == outputs ? 1 + inputs % 4 : 1
      let widths = (0..<heads).map { (outputs + 13 * $0 - 1) % 67 + 1 }
      let x = wholeNumbers(inputs * batch, &stream)
      let across = transposed(x, rows: inputs, columns: batch)
      let dys = widths.map { wholeNumbers($0 * batch, &stream) }
      let ones = [Float](repeating: 1, count: batch)
      // One head's weights and another's bias aren't wanted.
      let wanted = (0..<heads).map { (weights: heads == 1 || $0 != 1, bias: $0 != 2) }
      for variant in kernelVariants {
        let results = zip(widths, wanted).map { width, wanted in
          (
            wanted.weights ? KernelArray(unset: width * inputs) : nil,
            wanted.bias ? KernelArray(unset: width) : nil
          )
        }
        let arrays = (x: KernelArray(x), dys: dys.map { KernelArray($0) })
        let ofHeads = (0..<heads).map {
          mim_weight_gradient_head(
            dy: arrays.dys[$0].pointer, dw: results[$0].0?.pointer, db: results[$0].1?.pointer,
            outputs: widths[$0])
        }
        run(
          mim_call_WEIGHT_GRADIENT_COLUMNS(
            mim_weight_gradient(
              x: arrays.x.pointer, batch: batch, inputs: inputs, heads: heads,
              head: four(ofHeads, mim_weight_gradient_head()))), variant)
        withExtendedLifetime(arrays) {}
        for (head, width) in widths.enumerated() {
          let place: Comment =
            "head \(head) of \(widths), \(inputs), batch \(batch), set \(variant.rawValue)"
          if let dw = results[head].0 {
            let expected = product(
              dys[head], across, rows: width, depth: batch, columns: inputs)
            #expect(dw.values == expected, place)
          }
          if let db = results[head].1 {
            #expect(
              db.values == product(dys[head], ones, rows: width, depth: batch, columns: 1), place)
          }
        }
      }
    }
  }

  @Test("products of unaligned matrices are those of a plain loop")
  func matrixProduct() {
    var stream = RandomStream(seed: 5, stream: "product")
    for rows in Self.sizes {
      let (columns, depth) = (rows * 7 % 67 + 1, rows * 11 % 67 + 1)
      let a = wholeNumbers(rows * depth, &stream), b = wholeNumbers(depth * columns, &stream)
      let expected = product(a, b, rows: rows, depth: depth, columns: columns)
      for variant in kernelVariants {
        for turned in 0..<4 {
          let left = turned & 1 == 0 ? a : transposed(a, rows: rows, columns: depth)
          let right = turned & 2 == 0 ? b : transposed(b, rows: depth, columns: columns)
          let c = KernelArray([Float](repeating: 1, count: rows * columns), offset: 3)
          let accumulates = rows % 2
          let arrays = (KernelArray(left, offset: 1), KernelArray(right, offset: 2))
          run(
            mim_call_MATMUL(
              mim_matmul(
                a: arrays.0.pointer, b: arrays.1.pointer, c: c.pointer,
                transposes_a: turned & 1 != 0, transposes_b: turned & 2 != 0,
                accumulates: accumulates != 0, rows: rows, columns: columns, depth: depth,
                a_stride: turned & 1 == 0 ? depth : rows,
                b_stride: turned & 2 == 0 ? columns : depth, c_stride: columns)), variant)
          withExtendedLifetime(arrays) {}
          #expect(
            c.values == expected.map { $0 + Float(accumulates) },
            "\(rows) × \(depth) × \(columns), form \(turned), set \(variant.rawValue)")
        }
      }
    }
  }

  @Test("affine maps of unaligned rows are those of a plain loop")
  func affineRows() {
    var stream = RandomStream(seed: 6, stream: "rows")
    for batch in Self.sizes {
      let (inputs, outputs) = (batch * 7 % 67 + 1, batch * 11 % 67 + 1)
      let x = wholeNumbers(batch * inputs, &stream), bias = wholeNumbers(outputs, &stream)
      let weights = wholeNumbers(outputs * inputs, &stream)
      var expected = product(
        x, transposed(weights, rows: outputs, columns: inputs), rows: batch, depth: inputs,
        columns: outputs)
      for at in expected.indices { expected[at] = max(0, expected[at] + bias[at % outputs]) }
      for variant in kernelVariants {
        let y = KernelArray(unset: batch * outputs)
        let arrays = (
          KernelArray(x, offset: 1), KernelArray(weights, offset: 2), KernelArray(bias)
        )
        run(
          mim_call_AFFINE_ROWS(
            mim_affine(
              x: arrays.0.pointer, weights: arrays.1.pointer, bias: arrays.2.pointer,
              y: y.pointer, batch: batch, inputs: inputs, outputs: outputs,
              activation: MIM_ACTIVATION_RELU)), variant)
        withExtendedLifetime(arrays) {}
        #expect(y.values == expected, "\(batch) × \(inputs) × \(outputs), set \(variant.rawValue)")
      }
    }
  }
}

/// What C calls an array of four.
private func four<Element>(
  _ list: [Element], _ rest: Element
) -> (Element, Element, Element, Element) {
  func element(_ index: Int) -> Element { index < list.count ? list[index] : rest }
  return (element(0), element(1), element(2), element(3))
}
