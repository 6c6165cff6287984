"""Writes Tests/Fixtures/embedding.safetensors: values of openTSNE 1.0 and scikit-learn for t-SNE with
other degrees of freedom and dimensions, new points in an embedding, and trustworthiness.

    python embedding_fixture.py        (NumPy, openTSNE 1.0.4, scikit-learn 1.9.1, safetensors)
"""

import pathlib

import numpy as np
import openTSNE
import scipy.sparse as sp
from openTSNE import tsne as reference
from safetensors.numpy import save_file
from sklearn.manifold import trustworthiness

rng = np.random.default_rng(0)
arrays = {}

# KL and gradient (without the factor 4) by every pair: a tree with theta = 0.
P = rng.random((40, 40))
P = P + P.T
np.fill_diagonal(P, 0)
P /= P.sum()
arrays["P"] = P
for dimensions in (1, 2, 3):
    Y = rng.standard_normal((40, dimensions))
    arrays[f"Y.{dimensions}"] = Y
    for dof in (0.5, 1.0, 2.0):
        kl, gradient = reference.kl_divergence_bh(
            Y, sp.csr_matrix(P), dof, {"theta": 0.0}, should_eval_error=True
        )
        arrays[f"kl.{dimensions}.{dof}"] = np.array([kl])
        arrays[f"gradient.{dimensions}.{dof}"] = gradient

# Twenty new points in an embedding of 120, by exact sums.
X = rng.standard_normal((140, 5)) + 4 * rng.integers(0, 3, (140, 1))
start = openTSNE.TSNE(
    perplexity=10, neighbors="exact", negative_gradient_method="bh", theta=0.0, random_state=0
).fit(X[:120])
start = np.asarray(start)
start = start - (start.max(0) + start.min(0)) / 2
affinities = openTSNE.affinity.PerplexityBasedNN(X[:120], perplexity=10, method="exact")
embedding = openTSNE.TSNEEmbedding(
    start.copy(), affinities, negative_gradient_method="bh", theta=0.0
)
arrays["X"] = X
arrays["embedding"] = np.asarray(embedding)
arrays["transformed"] = np.asarray(embedding.transform(X[120:]))

for k in (1, 5, 12):
    arrays[f"trustworthiness.{k}"] = np.array(
        [trustworthiness(X[:120], np.asarray(embedding), n_neighbors=k)]
    )

path = pathlib.Path(__file__).parents[1] / "Fixtures" / "embedding.safetensors"
save_file({name: np.ascontiguousarray(a, dtype=np.float64) for name, a in arrays.items()}, path)
print(path.stat().st_size)
