"""Golden values of log densities, entropies and divergences: Tests/Fixtures/distributions.json.

Made with NumPy 2 and SciPy 1 (versions are written into the file), seed 20, double precision.
Run: python Tests/References/distributions.py
"""

import json
import pathlib

import numpy
import scipy
import scipy.stats
from scipy.special import logsumexp

random = numpy.random.default_rng(20)
batch, event, components = 6, 3, 4
# Float32 inputs, so that both sides see the same numbers.
single = lambda array: numpy.float32(array).astype(float)
x = single(random.normal(size=(batch, event)) * 2)
x[0] = 40.0  # far out in the tail
mean = single(random.normal(size=(batch, event)))
log_scale = single(random.normal(size=(batch, event)) * 0.7)
min_scale = single(1e-3)
scale = numpy.exp(log_scale) + min_scale
other_mean = single(random.normal(size=(batch, event)))
other_scale = single(numpy.exp(random.normal(size=(batch, event)) * 0.3))
bits = single(random.integers(0, 2, size=(batch, event)))
logits = single(random.normal(size=(batch, event)) * 3)
logits[0], logits[1] = 60.0, -60.0  # where 1 - p rounds to 0
weights = single(random.normal(size=(batch, components)))
means = single(random.normal(size=(batch, components, event)) * 2)
log_scales = single(random.normal(size=(batch, components, event)) * 0.5)

normal = scipy.stats.norm(mean, scale)
per_component = scipy.stats.norm(means, numpy.exp(log_scales) + min_scale).logpdf(x[:, None]).sum(-1)
log_weights = weights - logsumexp(weights, axis=1, keepdims=True)
probability = numpy.exp(log_weights)[..., None]
mixture_mean = (probability * means).sum(1)
spread = (numpy.exp(log_scales) + min_scale) ** 2 + means**2
bernoulli = bits * -numpy.logaddexp(0, -logits) + (1 - bits) * -numpy.logaddexp(0, logits)
p = 1 / (1 + numpy.exp(-logits))
entropy_bernoulli = p * numpy.logaddexp(0, -logits) + (1 - p) * numpy.logaddexp(0, logits)
divergence = (
    numpy.log(other_scale / scale)
    + (scale**2 + (mean - other_mean) ** 2) / (2 * other_scale**2)
    - 0.5
)

values = {
    "x": x, "mean": mean, "logScale": log_scale, "otherMean": other_mean,
    "otherScale": other_scale, "bits": bits, "logits": logits, "weights": weights,
    "means": means, "logScales": log_scales,
    "gaussian": normal.logpdf(x).sum(-1), "gaussianEntropy": normal.entropy().sum(-1),
    "divergence": divergence,
    "standardNormal": scipy.stats.norm(0, 1.5).logpdf(x).sum(-1),
    "standardNormalEntropy": scipy.stats.norm(0, 1.5).entropy() * event * numpy.ones(batch),
    "standardLogistic": scipy.stats.logistic.logpdf(x).sum(-1),
    "standardLogisticEntropy": scipy.stats.logistic.entropy() * event * numpy.ones(batch),
    "bernoulli": bernoulli.sum(-1), "bernoulliEntropy": entropy_bernoulli.sum(-1),
    "mixture": logsumexp(log_weights + per_component, axis=1),
    "mixtureMean": mixture_mean,
    "mixtureDeviation": numpy.sqrt((probability * spread).sum(1) - mixture_mean**2),
}
fixture = {"numpy": numpy.__version__, "scipy": scipy.__version__, "seed": 20}
fixture["values"] = {
    name: {"shape": list(value.shape), "elements": value.ravel().tolist()}
    for name, value in values.items()
}
target = pathlib.Path(__file__).parent.parent / "Fixtures" / "distributions.json"
target.write_text(json.dumps(fixture, indent=1) + "\n")
