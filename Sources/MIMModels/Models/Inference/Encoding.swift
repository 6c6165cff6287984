import MIMTensor

/// Codes of items: what `encode` gives.
public struct Encoding: Sendable {
  /// One draw z ~ q(z|x) per item, `[n, latent]`; the means where the posterior is a point.
  public let draws: HostArray<Float>
  /// The posterior means, `[n, latent]`.
  public let means: HostArray<Float>
  /// The posterior standard deviations, `[n, latent]`; zero for a delta posterior.
  public let scales: HostArray<Float>
  /// By how many draws per item means and scales were estimated; nil where the family has them in closed form.
  public let drawsForMoments: Int?
}

/// Decoded codes: what `decode`, `sample`, `interpolate` and `latent` give.
public struct Decoding: Sendable {
  /// The codes that were decoded, `[n, latent]`.
  public let codes: HostArray<Float>
  /// The mean of p(x|z), `[n, …itemShape]`: probabilities for a Bernoulli likelihood.
  public let means: HostArray<Float>
  /// One draw x ~ p(x|z) per code, `[n, …itemShape]`.
  public let draws: HostArray<Float>

  /// Puts together what was decoded.
  public init(codes: HostArray<Float>, means: HostArray<Float>, draws: HostArray<Float>) {
    self.codes = codes
    self.means = means
    self.draws = draws
  }
}
