import MIMTensor

/// Another place for every number of an image: from codes to images, `forward` puts back what `inverse` moves. It stretches nothing.
struct PixelOrder: FlowStep, Sendable {
  /// The image on the side of the data.
  let image: ImageSize
  /// The image on the side of the codes.
  let moved: ImageSize
  /// Number i of the moved image is number `order[i]` of the image, counted along channels, rows, columns.
  private let order: @Sendable () -> [Int]

  /// 2×2 pixels become four channels: channel c → 4c + 2·row + column (Dinh et al. 2017, arXiv:1605.08803, figure 3, in the order of
  /// the ports). Precondition: even height and width.
  static func squeeze(_ image: ImageSize) -> PixelOrder {
    PixelOrder(image, groups: { channel in (channel / 4, channel % 4 / 2, channel % 2) })
  }

  /// The same with the channels of each place together, top left, bottom right, top right, bottom left: what the released code of
  /// Real NVP factors out by. Precondition: even height and width.
  static func squeezeByPlace(_ image: ImageSize) -> PixelOrder {
    let (rows, columns) = ([0, 1, 0, 1], [0, 1, 1, 0])
    return PixelOrder(
      image,
      groups: { channel in
        let place = channel / image.channels
        return (channel % image.channels, rows[place], columns[place])
      })
  }

  /// Precondition: even height and width. `groups` says of a channel of the moved image of which channel, row and column of 2×2 pixels it
  /// is.
  private init(
    _ image: ImageSize, groups: @escaping @Sendable (Int) -> (channel: Int, row: Int, column: Int)
  ) {
    self.image = image
    var moved = image
    (moved.channels, moved.height, moved.width) = (
      4 * image.channels, image.height / 2, image.width / 2
    )
    self.moved = moved
    order = { [moved] in
      (0..<moved.count).map { place in
        let (channel, row, column) = groups(place / (moved.height * moved.width))
        let (i, j) = (place / moved.width % moved.height, place % moved.width)
        return (channel * image.height + 2 * i + row) * image.width + 2 * j + column
      }
    }
  }

  private func rearranged(_ value: Tensor, _ order: [Int], to size: ImageSize) -> Tensor {
    let batch = value.shape[0]
    let rows = value.graph.constant(HostArray(order.map(Float.init), shape: [order.count]))
    return value.reshape([batch, size.count]).transpose().gather(rows: rows).transpose()
      .reshape(Shape([batch] + size.dimensions))
  }

  private func result(_ value: Tensor) -> FlowResult {
    FlowResult(
      value, logDeterminant: value.graph.scalar(0).broadcast(to: [value.shape[0]]))
  }

  func inverse(_ value: Tensor) -> FlowResult {
    result(rearranged(value, order(), to: moved))
  }

  func forward(_ value: Tensor) -> FlowResult {
    let places = order()
    var back = [Int](repeating: 0, count: places.count)
    for (place, origin) in places.enumerated() { back[origin] = place }
    return result(rearranged(value, back, to: image))
  }
}
