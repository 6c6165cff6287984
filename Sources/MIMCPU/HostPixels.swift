import CKernels
import MIMTensor

extension HostArray<Float> {
  /// components · (x − mean) of each row x of items `[n, …]` → `[n, outputs]`; `components` is
  /// `[outputs, mean.count]` in row-major order. A row's result doesn't depend on the others.
  ///
  /// Precondition: the sizes agree.
  package func projected(minus mean: [Float], onto components: [Float], outputs: Int) -> HostArray {
    precondition(
      components.count == outputs * mean.count && (rowCount == 0 || rowSize == mean.count),
      "projection of \(shape) onto \(outputs) components of \(mean.count)")
    var centred = [Float](repeating: 0, count: mean.count)
    let result = [Float](unsafeUninitializedCapacity: rowCount * outputs) { result, count in
      if let place = result.baseAddress {
        mim_project(
          elements, rowCount, mean.count, mean, components, outputs, &centred, place)
      }
      count = rowCount * outputs
    }
    return HostArray(result, shape: [rowCount, outputs])
  }
}

/// (byte + u) / 256 within 0.001 and 0.999, u the number of `noise` at the same place.
///
/// Precondition: there is noise for every byte and room for every value.
package func dequantise(
  _ bytes: UnsafeBufferPointer<UInt8>, noise: UnsafeBufferPointer<Float>,
  into values: UnsafeMutableBufferPointer<Float>
) {
  precondition(noise.count >= bytes.count && values.count >= bytes.count, "too little room")
  guard let from = bytes.baseAddress, let u = noise.baseAddress, let to = values.baseAddress else {
    return
  }
  mim_dequantise(from, u, bytes.count, to)
}
