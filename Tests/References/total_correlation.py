"""Values of the β-TC-VAE's minibatch-weighted estimates, by plain loops: Tests/Fixtures/total-correlation.json.

Chen et al. 2018, arXiv:1802.04942, section 4.1. Made with NumPy and SciPy in double precision, seed 4.
Run: python Tests/References/total_correlation.py
"""

import json
import pathlib

import numpy
import scipy
from scipy.special import logsumexp
from scipy.stats import norm

random = numpy.random.default_rng(4)
batch, latent, data = 7, 3, 60
single = lambda array: numpy.float32(array).astype(float)
z = single(random.normal(size=(batch, latent)))
mean = single(random.normal(size=(batch, latent)))
log_scale = single(random.normal(size=(batch, latent)) * 0.5)
log_likelihood = single(random.normal(size=batch) - 3)
alpha, beta, gamma = 0.5, 6.0, 2.0

pairs = numpy.empty((batch, batch, latent))
for i in range(batch):
    for j in range(batch):
        for d in range(latent):
            pairs[i, j, d] = norm.logpdf(z[i, d], mean[j, d], numpy.exp(log_scale[j, d]))
constant = numpy.log(batch * data)
joint = numpy.array([logsumexp([pairs[i, j].sum() for j in range(batch)]) - constant for i in range(batch)])
product = numpy.array(
    [sum(logsumexp(pairs[i, :, d]) - constant for d in range(latent)) for i in range(batch)]
)
own = numpy.array([pairs[i, i].sum() for i in range(batch)])
prior = norm.logpdf(z).sum(1)
loss = -log_likelihood + alpha * (own - joint) + beta * (joint - product) + gamma * (product - prior)

arrays = {"z": z, "mean": mean, "logScale": log_scale, "logLikelihood": log_likelihood, "loss": loss}
path = pathlib.Path(__file__).parents[1] / "Fixtures" / "total-correlation.json"
path.write_text(
    json.dumps(
        {
            "source": f"NumPy {numpy.__version__}, SciPy {scipy.__version__}, seed 4",
            "values": {
                name: {"shape": list(array.shape), "elements": array.ravel().tolist()}
                for name, array in arrays.items()
            },
        }
    )
    + "\n"
)
