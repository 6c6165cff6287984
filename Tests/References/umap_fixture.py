"""Writes Tests/Fixtures/umap.safetensors: values of umap-learn, openTSNE, scikit-learn and SciPy for UMAP, t-SNE with
several perplexities, and the measures of embeddings.

    python umap_fixture.py        (umap-learn 0.5.12, openTSNE 1.0.4, scikit-learn 1.9.1, SciPy, safetensors)
"""

import pathlib
import warnings

import numpy as np
import openTSNE
import umap
from safetensors.numpy import save_file
from scipy.linalg import eigh
from scipy.spatial.distance import cdist, pdist
from scipy.stats import spearmanr
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from sklearn.metrics import adjusted_rand_score, silhouette_samples, silhouette_score
from sklearn.model_selection import cross_val_predict, LeaveOneOut
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from umap.umap_ import compute_membership_strengths, find_ab_params, fuzzy_simplicial_set, smooth_knn_dist

warnings.filterwarnings("ignore")
rng = np.random.default_rng(0)
arrays = {}

# The curve of similarities.
curves = [(0.1, 1.0), (0.0, 1.0), (0.5, 1.0), (0.99, 1.0), (0.25, 2.0), (0.01, 0.3)]
arrays["curves"] = np.array([[m, s, *find_ab_params(s, m)] for m, s in curves])


def nearest(points, k, metric):
    """Each point's k nearest, itself first and equal distances by index, as umap-learn takes them."""
    distances = np.abs(cdist(points, points, metric))
    distances[distances < 1e-12] = 0
    order = distances.copy()
    np.fill_diagonal(order, -1)
    indices = np.argsort(order, axis=1, kind="stable")[:, :k]
    return indices, np.take_along_axis(distances, indices, 1).astype(np.float32)


# Ten of 240 principal components of points given by a formula.
i, j = np.meshgrid(np.arange(300.0), np.arange(240.0), indexing="ij")
waves = np.sin(1.3 * i + 0.7 * j + 0.011 * i * j) / np.sqrt(1 + j)
fitted = PCA(10, svd_solver="full").fit(waves)
signs = np.sign(fitted.components_[range(10), np.abs(fitted.components_).argmax(1)])
arrays["waves.components"] = fitted.components_ * signs[:, None]
arrays["waves.variance"] = fitted.explained_variance_
arrays["waves.ratio"] = fitted.explained_variance_ratio_

# The graph, by exact neighbours: clusters that overlap, with some points twice.
X = rng.standard_normal((150, 6)) + 2 * rng.integers(0, 3, (150, 1))
X[10:14] = X[20:24]
arrays["X"] = X
for metric in ("euclidean", "cosine", "chebyshev"):
    indices, distances = nearest(X, 15, metric)
    graph, _, _ = fuzzy_simplicial_set(
        X.astype(np.float32), 15, np.random.RandomState(0), metric,
        knn_indices=indices, knn_dists=distances,
    )
    arrays[f"graph.{metric}"] = graph.toarray()

# Eigenvectors of the normalised adjacency, signs fixed.
W = arrays["graph.euclidean"].astype(np.float64)
scale = 1 / np.sqrt(W.sum(0))
values, vectors = eigh(scale[:, None] * W * scale[None, :])
vectors = vectors[:, ::-1][:, 1:3]
arrays["spectral"] = vectors * np.sign(vectors[np.abs(vectors).argmax(0), range(2)])
arrays["spectral.values"] = values[::-1][:4].copy()

# Weights of new points, as `transform` makes them.
new = rng.standard_normal((20, 6)) + 2 * rng.integers(0, 3, (20, 1))
found = NearestNeighbors(n_neighbors=15, algorithm="brute").fit(X)
distances, indices = found.kneighbors(new)
distances = distances.astype(np.float32)
sigmas, rhos = smooth_knn_dist(distances, 15.0, local_connectivity=0.0)
rows, columns, weights, _ = compute_membership_strengths(
    indices.astype(np.int32), distances, sigmas, rhos, bipartite=True
)
arrays["new"] = new
arrays["new.weights"] = weights.reshape(20, 15).astype(np.float64)


# A thousand digits: how well umap-learn keeps neighbours and classes, over three seeds.
digits, classes = load_digits(return_X_y=True)
digits, classes = digits[:1000], classes[:1000]
arrays["digits"] = digits.astype(np.uint8)
arrays["digits.labels"] = classes.astype(np.int32)


def accuracy(points, labels):
    votes = cross_val_predict(KNeighborsClassifier(10), points, labels, cv=LeaveOneOut())
    return (votes == labels).mean()


quality = []
for seed in range(3):
    embedding = umap.UMAP(random_state=seed).fit_transform(digits[:900])
    quality.append([trustworthiness(digits[:900], embedding, n_neighbors=12), accuracy(embedding, classes[:900])])
reducer = umap.UMAP(random_state=0).fit(digits[:900])
placed = reducer.transform(digits[900:])
votes = KNeighborsClassifier(10).fit(reducer.embedding_, classes[:900]).predict(placed)
arrays["quality"] = np.array(quality)
arrays["quality.transform"] = np.array([(votes == classes[900:]).mean()])
print(arrays["quality"], arrays["quality.transform"])

# Affinities over several perplexities.
scales = openTSNE.affinity.Multiscale(X, perplexities=[5, 20], method="exact")
arrays["multiscale"] = scales.P.toarray()

# Measures of an embedding.
points = digits[:300].astype(np.float32)
labels = classes[:300]
map_ = PCA(2).fit_transform(points).astype(np.float32)
arrays["map"] = map_
arrays["continuity.7"] = np.array([trustworthiness(map_, points, n_neighbors=7)])


def neighbour_sets(x, k):
    # Equal distances by index, as sums of squares of integers can be.
    d = cdist(x.astype(np.float64), x.astype(np.float64), "sqeuclidean")
    np.fill_diagonal(d, np.inf)
    return np.argsort(d, axis=1, kind="stable")[:, :k]


for k in (5, 15):
    a, b = neighbour_sets(points, k), neighbour_sets(map_, k)
    arrays[f"recall.{k}"] = np.array([np.mean([len(set(p) & set(q)) / k for p, q in zip(a, b)])])
arrays["spearman"] = np.array(
    [spearmanr(pdist(points.astype(np.float64)), pdist(map_.astype(np.float64))).statistic]
)
arrays["silhouette"] = np.array([silhouette_score(map_.astype(np.float64), labels)])
arrays["silhouette.samples"] = silhouette_samples(map_.astype(np.float64), labels)
clusters = KMeans(10, n_init=10, random_state=0).fit_predict(map_)
arrays["clusters"] = clusters.astype(np.int32)
arrays["ari"] = np.array([adjusted_rand_score(labels, clusters)])

path = pathlib.Path(__file__).parents[1] / "Fixtures" / "umap.safetensors"
whole = (np.uint8, np.int32, np.float32)
save_file(
    {n: np.ascontiguousarray(a, dtype=a.dtype if a.dtype in whole else np.float64) for n, a in arrays.items()}, path
)
print(path.stat().st_size)
