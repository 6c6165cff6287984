/// The extents of images between layers.
package struct ImageSize: Sendable, Hashable {
  package var channels: Int
  package var height: Int
  package var width: Int

  /// Of these extents.
  init(channels: Int, height: Int, width: Int) {
    (self.channels, self.height, self.width) = (channels, height, width)
  }

  /// `[channels, height, width]`; an item of rank 2 has one channel. Nil for other ranks.
  package init?(_ dimensions: [Int]) {
    guard dimensions.count == 2 || dimensions.count == 3 else { return nil }
    channels = dimensions.count == 3 ? dimensions[0] : 1
    height = dimensions[dimensions.count - 2]
    width = dimensions[dimensions.count - 1]
  }

  /// The numbers in one image.
  package var count: Int { channels * height * width }
  package var dimensions: [Int] { [channels, height, width] }
  /// `32×14×14`
  package var text: String { "\(channels)×\(height)×\(width)" }

  /// The image that a convolution makes of this one.
  package func convolved(to channels: Int, kernel: Int, stride: Int) -> ImageSize {
    var result = self
    result.channels = channels
    result.height = (height - 1) / stride + 1
    result.width = (width - 1) / stride + 1
    return result
  }
}
