import MIMTensor

extension Model {
  /// Encodes items `[n, …itemShape]`: posterior means, scales and one seeded draw each.
  /// The i-th draw depends on `seed` and i only. Throws for items of another width.
  public func encode(
    _ items: HostArray<Float>, seed: UInt64 = 0, threads: Int = 1
  ) throws -> Encoding {
    throw ModelError.unusableRequest(reason: "not built yet")
  }

  /// Decodes codes `[n, latent]`. Throws for codes of another width.
  public func decode(
    _ codes: HostArray<Float>, seed: UInt64 = 0, threads: Int = 1
  ) throws -> Decoding {
    throw ModelError.unusableRequest(reason: "not built yet")
  }

  /// Encodes and decodes items: x̂ ~ p(x|z) with z ~ q(z|x). Throws for items of another width.
  public func reconstruct(
    _ items: HostArray<Float>, seed: UInt64 = 0, threads: Int = 1
  ) throws -> Decoding {
    throw ModelError.unusableRequest(reason: "not built yet")
  }

  /// Draws z ~ p(z), then x ~ p(x|z), `count` times. A marginal prior needs `items`, from which
  /// random ones are encoded.
  public func sample(
    _ count: Int, items: HostArray<Float>? = nil, seed: UInt64 = 0, threads: Int = 1
  ) throws -> Decoding {
    throw ModelError.unusableRequest(reason: "not built yet")
  }

  /// Draws `count` codes uniformly from the balls of `radius` around the codes `[n, latent]`, in
  /// turn, and decodes them.
  public func sample(
    _ count: Int, near codes: HostArray<Float>, radius: Double, seed: UInt64 = 0, threads: Int = 1
  ) throws -> Decoding {
    throw ModelError.unusableRequest(reason: "not built yet")
  }

  /// Decodes codes on lines between posterior means: for an even number of items, pair by pair,
  /// `steps` codes each (both ends included).
  public func interpolatePairs(
    _ items: HostArray<Float>, steps: Int, threads: Int = 1
  ) throws -> Decoding {
    throw ModelError.unusableRequest(reason: "not built yet")
  }

  /// Decodes the bilinear grid between the posterior means of four items (top left, top right,
  /// bottom left, bottom right): `steps · steps` codes, row by row.
  public func interpolateCorners(
    _ items: HostArray<Float>, steps: Int, threads: Int = 1
  ) throws -> Decoding {
    throw ModelError.unusableRequest(reason: "not built yet")
  }

  /// Decodes a grid over two latent dimensions (counted from 0), each from −span to span in
  /// `steps` values, the others zero: `steps · steps` codes, the second dimension falling row by
  /// row, as a picture shows it.
  public func latentGrid(
    dimensions: (Int, Int) = (0, 1), span: Double = 3, steps: Int, threads: Int = 1
  ) throws -> Decoding {
    throw ModelError.unusableRequest(reason: "not built yet")
  }
}
