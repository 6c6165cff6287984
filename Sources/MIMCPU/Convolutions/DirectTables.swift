import CKernels
import MIMTensor

/// The tables of a direct pass, made with the plan (direct_convolution.h).
final class DirectTables: @unchecked Sendable {
  // Unchecked: nothing changes them once they are made.
  private let tables: UnsafeMutablePointer<mim_direct>

  /// Throws `EngineError.outOfMemory`.
  init(_ kind: ConvolutionKind, _ geometry: ConvolutionGeometry, isGated: Bool) throws {
    let isPlain = kind != .inputGradient && geometry.inputLayout == nil
    var shape = mim_convolution_shape(
      pass: kind.code, in_channels: Int64(geometry.channels), in_height: Int64(geometry.height),
      in_width: Int64(geometry.width), out_blocks: Int64(geometry.outputLayout.blocks),
      out_height: Int64(geometry.outputHeight), out_width: Int64(geometry.outputWidth),
      kernel_height: Int64(geometry.kernelHeight), kernel_width: Int64(geometry.kernelWidth),
      stride: Int64(geometry.stride), padding: Int64(geometry.padding),
      lanes: Int64(geometry.lanes), in_lanes: isPlain ? 1 : Int64(geometry.lanes),
      is_gated: isGated ? 1 : 0)
    guard let tables = mim_direct_create(&shape) else {
      throw EngineError.outOfMemory(bytes: 8 * geometry.output.count)
    }
    self.tables = tables
  }

  deinit { mim_direct_destroy(tables) }

  /// The tables as kernels take them.
  var pass: UnsafePointer<mim_direct> { UnsafePointer(tables) }
  /// The floats of the packed weights, or of their packed gradients.
  var packedCount: Int { Int(tables.pointee.packed_count) }
  /// The floats of an image with zeros around it; 0 where none are needed.
  var paddedCount: Int { Int(tables.pointee.padded_count) }
}
