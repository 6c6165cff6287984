"""umap-learn on the points that `mim-bench umap-fashion-N` wrote to FOLDER.

    python umap_learn.py FOLDER N

Its defaults: 15 neighbours, spectral start, 500 epochs up to 10,000 points and 200 beyond, all cores and no seed, which is its
fastest. A small run first compiles its code. Prints one JSON line with the time, and for both embeddings the accuracy of 10
nearest neighbours and the trustworthiness of 12 for 5,000 of the points.
"""

import json
import os
import pathlib
import sys
import time
import warnings

import numpy as np
import umap
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors

warnings.filterwarnings("ignore")


def accuracy(embedding, labels):
    found = NearestNeighbors(n_neighbors=11).fit(embedding).kneighbors(embedding)[1][:, 1:]
    votes = np.apply_along_axis(np.bincount, 1, labels[found], minlength=labels.max() + 1)
    return float((votes.argmax(1) == labels).mean())


def main():
    folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    points = np.load(folder / f"umap-points-{count}.npy")
    labels = np.load(folder / f"umap-labels-{count}.npy")
    ours = np.load(folder / f"umap-ours-{count}.npy")
    umap.UMAP(n_epochs=5).fit(points[:5_000])
    begin = time.perf_counter()
    theirs = umap.UMAP().fit_transform(points)
    seconds = time.perf_counter() - begin
    some = np.random.default_rng(0).choice(count, min(count, 5_000), replace=False)
    line = {
        "name": f"umap-fashion-{count}",
        "peer": f"umap-learn {umap.__version__}",
        "median_s": seconds,
        "threads": len(os.sched_getaffinity(0)),
    }
    for name, embedding in (("ours", ours), ("theirs", theirs)):
        line[f"knn10_{name}"] = accuracy(embedding, labels)
        line[f"trust_{name}"] = float(
            trustworthiness(points[some], embedding[some], n_neighbors=12)
        )
    print(json.dumps(line))


if __name__ == "__main__":
    main()
