"""Writes Tests/Fixtures/tsne-60.{safetensors,json} and opentsne.safetensors.

tsne-60 has the form of the reference file `tsne`: X, perplexity -> joint probabilities P (dense),
and at an embedding Y the KL divergence and its gradient, by scikit-learn's internals.
opentsne holds a start, sparse affinities P and the maps that openTSNE reaches from them after its
early exaggeration (30 iterations) and after 30 more, with theta 0, so without approximation (its
tree merges points closer than 1e-6, so the start is wide).

Made with scikit-learn 1.9.1, openTSNE 1.0.4, numpy 2.4.6; seed 5.
"""
import json
import pathlib

import numpy as np
import openTSNE
from openTSNE.affinity import PerplexityBasedNN
from safetensors.numpy import save_file
from scipy.spatial.distance import squareform
from sklearn.manifold import _t_sne
from sklearn.metrics import pairwise_distances

fixtures = pathlib.Path(__file__).resolve().parent.parent / "Fixtures"
rng = np.random.default_rng(5)
n, d, perplexity = 60, 6, 10.0
X = (rng.normal(size=(n, d)) + 4 * rng.normal(size=(3, d))[np.arange(n) % 3]).astype(np.float64)
Y = rng.normal(size=(n, 2)) * 3
distances = pairwise_distances(X.astype(np.float32), squared=True)
P = _t_sne._joint_probabilities(distances, perplexity, 0)
kl, gradient = _t_sne._kl_divergence(Y.ravel(), P, 1, n, 2)
save_file(
    {"X": X, "Y": Y, "P": squareform(P), "gradient": gradient.reshape(n, 2).astype(np.float64)},
    fixtures / "tsne-60.safetensors",
)
(fixtures / "tsne-60.json").write_text(
    json.dumps({"perplexity": perplexity, "kl": float(kl), "n": n, "d": d}, indent=1) + "\n"
)

affinities = PerplexityBasedNN(X, perplexity=perplexity, method="exact", n_jobs=1)
start = rng.normal(size=(n, 2)).astype(np.float32).astype(np.float64)
embedding = openTSNE.TSNEEmbedding(
    start.copy(), affinities, negative_gradient_method="bh", theta=0, n_jobs=1
)
early = embedding.optimize(30, exaggeration=12, momentum=0.8, learning_rate="auto")
late = early.optimize(30, exaggeration=None, momentum=0.8, learning_rate="auto")
save_file(
    {
        "X": X,
        "P": np.ascontiguousarray(affinities.P.toarray()),
        "start": start,
        "early": np.ascontiguousarray(np.asarray(early)),
        "late": np.ascontiguousarray(np.asarray(late)),
        "kl": np.array([late.kl_divergence]),
    },
    fixtures / "opentsne.safetensors",
)
