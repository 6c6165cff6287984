import CKernels
import Foundation
import MIMCPU

/// The sums of a kernel over many points at once, by a regular grid: points are spread over the
/// nodes by B-splines of degree 5, the grid is convolved with the kernel by fast Fourier
/// transforms, and the field and its slope are read off at the points through the same splines.
/// This is the interpolation of Linderman et al. 2019 (arXiv:1712.09005) with the splines of smooth
/// particle-mesh Ewald sums (Essmann et al. 1995): the force is the slope of one field, so that two
/// transforms do where the original needs eight, and splines in between the nodes are smooth.
///
/// Cost: O(n + m² log m) for m nodes a side.
final class KernelGrid: @unchecked Sendable {
  let dimensions: Int
  /// The distance of neighbouring nodes.
  let spacing: Double
  private let kernel: StudentKernel
  private let transforms: GridTransforms
  /// The kernel at the far end of the grid, and how much more it is at 0. It is tabulated as
  /// (w − floor)/range: the single-precision transform of a map much smaller than 1 would
  /// else see a constant.
  private let floor: Double
  private let range: Double
  /// The kernel's spectrum, block of columns by block of columns.
  private let factors: AlignedFloats
  private let grid: AlignedFloats
  private let spectrum: AlignedFloats
  private var origin = [0.0, 0.0]

  /// Nodes a side that points may touch; as many again keep the copies of a periodic field away.
  private var nodes: Int { transforms.length / 2 }
  private var rows: Int { dimensions == 2 ? nodes : 1 }
  private var half: Int { transforms.length / 2 + 1 }
  /// A row of the grid has room for the two lanes that a spline's vector has in excess.
  private var stride: Int { transforms.length + 16 }
  private var spectrumStride: Int { (half + 7) / 8 * 8 }
  private var blocks: Int {
    (half + GridTransforms.columns - 1) / GridTransforms.columns
  }

  init(size: Size, dimensions: Int, kernel: StudentKernel, threads: Int?) throws {
    self.dimensions = dimensions
    self.kernel = kernel
    spacing = size.spacing
    transforms = try GridTransforms(length: size.length)
    let length = size.length
    let farthest = (Double(length / 2) * spacing) * (Double(length / 2) * spacing)
    floor = kernel.similarity(farthest)
    range = kernel.excess(0, over: farthest)
    let rows = dimensions == 2 ? length / 2 : 1
    let half = length / 2 + 1
    grid = try AlignedFloats(count: (length + 16) * rows)
    spectrum = try AlignedFloats(count: 2 * ((half + 7) / 8 * 8) * rows)
    let columns = GridTransforms.columns
    factors = try AlignedFloats(
      count: dimensions == 2 ? (half + columns - 1) / columns * columns * length : half)
    try tabulate(threads: threads)
  }

  /// The kernel's sums over the points of `reference`, ready to be read off anywhere within the
  /// bounds that the grid was made for.
  func spread(_ reference: EmbeddingMap, lower: [Double], threads: Int?) {
    for axis in 0..<dimensions { origin[axis] = lower[axis] }
    grid.pointer.update(repeating: 0, count: grid.count)
    mim_spread_charges(
      reference.coordinates, reference.count, dimensions, origin, 1 / spacing, grid.pointer,
      stride)
    convolve(threads: threads)
  }

  /// The sums around the points of a map, its own points' w = 1 included; `count` is the number
  /// of points that were spread.
  func sums(of map: EmbeddingMap, count: Int, threads: Int?) -> Repulsion {
    var repulsion = Repulsion(count: map.count, dimensions: dimensions)
    let whole = floor * Double(count)
    repulsion.similarities.withUnsafeMutableBufferPointer { values in
      repulsion.forces.withUnsafeMutableBufferPointer { slopes in
        map.coordinates.withUnsafeBufferPointer { points in
          nonisolated(unsafe) let (values, slopes, points) = (values, slopes, points)
          inParallel(count: map.count, chunk: 512, threads: threads) { range in
            let first = range.lowerBound * dimensions
            mim_interpolate_field(
              points.baseAddress.map { $0 + first }, range.count, dimensions, origin, 1 / spacing,
              grid.pointer, stride, values.baseAddress.map { $0 + range.lowerBound },
              slopes.baseAddress.map { $0 + first })
            for point in range { values[point] = values[point] * self.range + whole }
            for place in first..<range.upperBound * dimensions {
              slopes[place] *= -0.5 * self.range
            }
          }
        }
      }
    }
    return repulsion
  }

  /// The grid becomes its convolution with the kernel.
  private func convolve(threads: Int?) {
    inParallel(count: rows, chunk: 16, threads: threads) { range in
      for row in range {
        transforms.forwardRow(
          grid.pointer + row * stride, to: spectrum.pointer + row * 2 * spectrumStride)
      }
    }
    if dimensions == 2 {
      inParallel(count: blocks, chunk: 1, threads: threads) { range in
        for block in range { convolveColumns(block) }
      }
    } else {
      mim_scale_complex(spectrum.pointer, factors.pointer, half)
    }
    inParallel(count: rows, chunk: 16, threads: threads) { range in
      for row in range {
        transforms.backwardRow(
          spectrum.pointer + row * 2 * spectrumStride, to: grid.pointer + row * stride)
      }
    }
  }

  /// There and back through one block of columns, which stays in the cache.
  private func convolveColumns(_ block: Int) {
    let (length, columns) = (transforms.length, GridTransforms.columns)
    let here = min(columns, half - block * columns)
    let corner = spectrum.pointer + 2 * block * columns
    withScratchFloats(count: 2 * length * columns) { numbers in
      mim_gather_columns(corner, spectrumStride, rows, here, numbers, length)
      transforms.forwardColumns(numbers)
      mim_scale_complex(
        numbers, factors.pointer + block * columns * length, columns * length)
      transforms.backwardColumns(numbers)
      mim_scatter_columns(numbers, here, rows, corner, spectrumStride)
    }
  }
}

extension KernelGrid {
  /// Fills in the spectrum of the kernel, divided by that of the splines through which points and
  /// field meet the grid, so that sums over points that lie on nodes are exact.
  private func tabulate(threads: Int?) throws {
    let length = transforms.length
    let farthest = (Double(length / 2) * spacing) * (Double(length / 2) * spacing)
    let rowCount = dimensions == 2 ? half : 1
    let rowSpectra = try AlignedFloats(count: 2 * spectrumStride * rowCount)
    inParallel(count: rowCount, chunk: 8, threads: threads) { range in
      withScratchFloats(count: length) { samples in
        for row in range {
          for column in 0..<half {
            let squared = Double(row * row + column * column) * spacing * spacing
            let sample = Float(kernel.excess(squared, over: farthest) / self.range)
            samples[column] = sample
            samples[(length - column) % length] = sample
          }
          transforms.forwardRow(samples, to: rowSpectra.pointer + row * 2 * spectrumStride)
        }
      }
    }
    let splines = (0..<length).map { 1 / Self.splineSpectrum($0, length) }
    if dimensions == 2 {
      inParallel(count: blocks, chunk: 1, threads: threads) { range in
        for block in range { tabulateColumns(block, rowSpectra, splines) }
      }
    } else {
      for column in 0..<half {
        factors.pointer[column] =
          rowSpectra.pointer[2 * column] * Float(splines[column] / Double(length))
      }
    }
  }

  private func tabulateColumns(_ block: Int, _ rowSpectra: AlignedFloats, _ splines: [Double]) {
    let (length, columns) = (transforms.length, GridTransforms.columns)
    let here = min(columns, half - block * columns)
    let points = Double(length * length)
    withScratchFloats(count: 2 * length * columns) { numbers in
      for row in 0..<length {
        let source = min(row, length - row) * 2 * spectrumStride + 2 * block * columns
        for place in 0..<2 * columns {
          numbers[row * 2 * columns + place] =
            place < 2 * here ? rowSpectra.pointer[source + place] : 0
        }
      }
      transforms.forwardColumns(numbers)
      for row in 0..<length {
        for column in 0..<here {
          let place = row * columns + column
          factors.pointer[block * columns * length + place] =
            numbers[2 * place]
            * Float(splines[row] * splines[block * columns + column] / points)
        }
      }
    }
  }

  /// The squared spectrum of the B-spline of degree 5 at the nodes, (1, 26, 66, 26, 1)/120.
  private static func splineSpectrum(_ frequency: Int, _ length: Int) -> Double {
    let angle = 2 * Double.pi * Double(frequency) / Double(length)
    let value = (66 + 52 * cos(angle) + 2 * cos(2 * angle)) / 120
    return value * value
  }
}
