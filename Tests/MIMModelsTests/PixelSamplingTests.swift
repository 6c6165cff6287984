import MIMModels
import MIMTensor
import Testing

@Suite("Sampling of PixelCNN decoders")
struct PixelSamplingTests {
  @Test(
    "column by column gives the whole decoder's images",
    arguments: [
      ([1, 8, 8], LikelihoodChoice.bernoulli, [4, 3]), ([3, 4, 8], .logistic, [3, 2]),
      ([8, 4], .bernoulli, [6]),
    ])
  func columns(dimensions: [Int], likelihood: LikelihoodChoice, latent: [Int]) throws {
    var specification = ModelSpecification(
      objective: .amim, itemDimensions: dimensions,
      valueKind: likelihood == .bernoulli ? .binary : .gray, latentSizes: latent,
      decoder: .pixelcnn(layers: 4, channels: 20))
    specification.likelihood = likelihood
    if latent.count == 1 { specification.anchor = .fixed }
    var parameters = try Model(specification: specification, seed: 6).parameters
    var stream = RandomStream(seed: 4, stream: "statistics")
    // In a fixed order: a dictionary's differs from run to run, and with it the statistics.
    for (name, value) in parameters.sorted(by: { $0.key < $1.key })
    where name.hasPrefix("pixelcnn.") && value.shape.rank == 1 {
      let shift: Float = name.hasSuffix("mean") || name.hasSuffix("bias") ? -0.4 : 0.3
      parameters[name]?.elements = stream.uniforms(value.count).map { $0 + shift }
    }
    let store = try ParameterStore(parameters)
    let count = 11
    let codes = HostArray(
      stream.normals(count * specification.latentSize),
      shape: [count, specification.latentSize])
    let uniforms = HostArray(
      stream.uniforms(count * specification.itemSize), shape: [count, specification.itemSize])
    let sampler = try #require(
      try ColumnPixelSampler(specification, store: store, batch: 4, threads: 2))
    let naive = try NaivePixelSampler(specification, store: store, batch: 4, threads: 1)
    let drawn = try sampler.sample(codes: codes, uniforms: uniforms)
    #expect(drawn == (try naive.sample(codes: codes, uniforms: uniforms)))
    #expect(Set(drawn.elements).count > 1)
    // The first rows of other images, known.
    let others = HostArray(
      stream.uniforms(uniforms.count).map { $0 < 0.5 ? Float(0) : 1 }, shape: uniforms.shape)
    let (height, width) = (dimensions[dimensions.count - 2], dimensions[dimensions.count - 1])
    let known = KnownPixels(others, count: (height - 2) * width)
    let completed = try sampler.sample(codes: codes, uniforms: uniforms, known: known)
    #expect(completed == (try naive.sample(codes: codes, uniforms: uniforms, known: known)))
    for place in 0..<others.count where place % (height * width) < known.count {
      #expect(completed.elements[place] == others.elements[place])
    }
    #expect(completed != others && completed != drawn)
    // The parameters are read anew for each call.
    var weight = try #require(store.value("pixelcnn.3.weight"))
    weight.elements = weight.elements.map { -20 * $0 }
    try store.set("pixelcnn.3.weight", to: weight)
    let changed = try sampler.sample(codes: codes, uniforms: uniforms)
    #expect(changed == (try naive.sample(codes: codes, uniforms: uniforms)))
    #expect(changed != drawn)
  }
}
