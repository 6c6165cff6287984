"""Writes Tests/Fixtures/analysis.safetensors: what SciPy and scikit-learn say of small inputs.

Made with scikit-learn 1.9.1, SciPy 1.17.1, numpy 2.4.6; seed 11.
"""
import pathlib

import numpy as np
from safetensors.numpy import save_file
from scipy.spatial import cKDTree
from scipy.special import digamma
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import normalized_mutual_info_score
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

fixtures = pathlib.Path(__file__).resolve().parent.parent / "Fixtures"
rng = np.random.default_rng(11)
out = {}

classes = 4
centers = 2 * rng.normal(size=(classes, 5))
labels = rng.integers(0, classes, size=300)
points = centers[labels] + rng.normal(size=(300, 5))
reference, queries = points[:200], points[200:]
out |= {"points": points, "labels": labels.astype(np.int64)}
for metric in ("euclidean", "chebyshev"):
    search = NearestNeighbors(n_neighbors=7, algorithm="brute", metric=metric).fit(reference)
    distances, indices = search.kneighbors(queries)
    out |= {f"{metric}.distances": distances, f"{metric}.indices": indices.astype(np.int64)}
for k in (1, 2, 4, 7):
    classifier = KNeighborsClassifier(k, algorithm="brute").fit(reference, labels[:200])
    out[f"predictions.{k}"] = classifier.predict(queries).astype(np.int64)

pca = PCA(3, svd_solver="full").fit(points)
out |= {
    "pca.components": pca.components_,
    "pca.variance": pca.explained_variance_,
    "pca.ratio": pca.explained_variance_ratio_,
    "pca.coordinates": pca.transform(points),
}
wide = rng.normal(size=(12, 40))
pca = PCA(11, svd_solver="full").fit(wide)
out |= {"wide": wide, "wide.components": pca.components_, "wide.variance": pca.explained_variance_}

clusters = KMeans(classes, n_init=10, random_state=0).fit(points)
out |= {
    "kmeans.inertia": np.array([clusters.inertia_]),
    "kmeans.nmi": np.array(
        [normalized_mutual_info_score(labels, clusters.labels_, average_method="max")]
    ),
    "other.labels": rng.integers(0, 3, size=300).astype(np.int64),
}
out["other.nmi"] = np.array(
    [normalized_mutual_info_score(labels, out["other.labels"], average_method="max")]
)


def ksg(x, z, k):
    n = len(x)
    joint = np.c_[x, z]
    radius = cKDTree(joint).query(joint, k + 1, p=np.inf)[0][:, -1]
    total = 0
    for part in (x, z):
        gaps = np.abs(part[:, None] - part[None]).max(axis=2)
        limit = radius[:, None]
        near = np.where(limit >= 16, gaps < limit, gaps <= limit - 1e-15).sum(axis=1)
        total += digamma(np.maximum(near, 1)).mean()
    return digamma(k) + digamma(n) - total


x = rng.normal(size=(250, 2))
z = 0.7 * x + 0.5 * rng.normal(size=(250, 2))
tied = (np.round(2 * x), np.round(2 * z))
out |= {"ksg.x": x, "ksg.z": z}
out["ksg.plain"] = np.array([ksg(x, z, 5)])
out["ksg.tied"] = np.array([ksg(*tied, 5)])
out["ksg.scaled"] = np.array([ksg(100 * x, 100 * z, 3)])
out["ksg.integers"] = np.array([ksg(16 * tied[0], 16 * tied[1], 3)])

save_file({name: np.ascontiguousarray(value) for name, value in out.items()},
          fixtures / "analysis.safetensors")
