"""Prints what notebooks/tsne.mimnb quotes: openTSNE's map of Fashion-MNIST's 10,000 test images, 50
principal components fitted on the first 50,000 training images (as `load fashion pca=50`), its time,
KL as openTSNE reports it, trustworthiness (k = 12) and leave-one-out k-NN accuracy (k = 1, 10).

    python tsne_quality.py [FOLDER OF THE IDX FILES]

(openTSNE 1.0.4, scikit-learn 1.9.1, NumPy; seed 0)
"""

import gzip
import pathlib
import sys
import time

import numpy as np
import openTSNE
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors


def idx(folder, name, header):
    path = next(p for p in (folder / name, folder / f"{name}.gz") if p.exists())
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return np.frombuffer(data, np.uint8, offset=header)


def accuracy(points, labels, k):
    neighbours = NearestNeighbors(n_neighbors=k).fit(points).kneighbors(return_distance=False)
    votes = labels[neighbours]
    predictions = [np.bincount(row, minlength=10).argmax() for row in votes]
    return np.mean(predictions == labels)


folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/datasets/fashion-mnist")
train = idx(folder, "train-images-idx3-ubyte", 16).reshape(-1, 784)[:50_000] / 255
test = idx(folder, "t10k-images-idx3-ubyte", 16).reshape(-1, 784) / 255
labels = idx(folder, "t10k-labels-idx1-ubyte", 8)
points = PCA(50, svd_solver="covariance_eigh").fit(train).transform(test)
begin = time.perf_counter()
embedding = openTSNE.TSNE(perplexity=30, n_jobs=-1, random_state=0).fit(points)
print(f"seconds {time.perf_counter() - begin:.1f}, KL {embedding.kl_divergence:.4f}")
embedding = np.asarray(embedding)
print(f"trustworthiness(12) {trustworthiness(points, embedding, n_neighbors=12):.5f}")
for k in (1, 10):
    print(f"knn{k} {accuracy(embedding, labels, k):.4f}")
