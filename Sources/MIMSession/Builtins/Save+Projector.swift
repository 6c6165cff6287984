import MIMFigures
import MIMScript
import MIMTensor

extension SavedArrays {
  /// The files that TensorFlow's projector takes, by their name in the folder: `vectors.tsv` and,
  /// for labelled rows, `metadata.tsv`, both without a header; `sprite.png` where the items are
  /// images; `projector_config.pbtxt`, by which `tensorboard --logdir` finds them.
  func projectorFiles() throws -> [(name: String, bytes: [UInt8])] {
    var files = [(name: "vectors.tsv", bytes: Array(vectors.utf8))]
    var config = "embeddings {\n  tensor_path: \"vectors.tsv\"\n"
    if let labels {
      let lines = labels.map { "\(Self.cell(className(of: $0)))\n" }
      files.append(("metadata.tsv", Array(lines.joined().utf8)))
      config += "  metadata_path: \"metadata.tsv\"\n"
    }
    if let sprite = try sprite() {
      files.append(("sprite.png", sprite.png))
      config +=
        "  sprite {\n    image_path: \"sprite.png\"\n    single_image_dim: \(sprite.width)\n"
        + "    single_image_dim: \(sprite.height)\n  }\n"
    }
    files.append(("projector_config.pbtxt", Array((config + "}\n").utf8)))
    return files
  }

  private var vectors: String {
    DelimitedText(values.flattened, hasHeader: false).encoded(as: .tsv)
  }

  private func className(of label: Int32) -> String {
    classNames.flatMap { $0.indices.contains(Int(label)) ? $0[Int(label)] : nil } ?? "\(label)"
  }

  private static func cell(_ text: String) -> String {
    String(text.map { $0 == "\t" || $0.isNewline ? " " : $0 })
  }

  /// The items as one picture; nil where they are no images, or too many for the projector.
  private func sprite() throws -> (png: [UInt8], width: Int, height: Int)? {
    guard let items = try items?.items, items.split.count == values.rowCount,
      let pictures = try PictureArray(
        items.split.items, kind: items.valueKind, transform: items.transform,
        shape: items.pictureShape)
    else { return nil }
    let side = SpriteSheet.columns(pictures.count) * max(pictures.width, pictures.height)
    guard side <= SpriteSheet.largestSide else { return nil }
    let png = try SpriteSheet.png(
      pictures.pixels, width: pictures.width, height: pictures.height,
      channels: pictures.channels, range: pictures.range)
    return (png, pictures.width, pictures.height)
  }
}
