"""scikit-learn's k-NN classifier on the points that `mim-bench knn-80-60000` wrote to FOLDER.

    python knn.py FOLDER

60,000 references, 10,000 queries, 80 dimensions, k = 5, all cores. Prints one JSON line with the time
of predict and the number of predictions that differ from ours.
"""

import json
import os
import pathlib
import sys
import time

import numpy as np
import sklearn
from sklearn.neighbors import KNeighborsClassifier


def main():
    folder = pathlib.Path(sys.argv[1])
    points = np.load(folder / "knn-points.npy")
    labels = np.load(folder / "knn-labels.npy")
    ours = np.load(folder / "knn-predictions.npy")
    classifier = KNeighborsClassifier(5, algorithm="brute", n_jobs=-1)
    classifier.fit(points[:60_000], labels[:60_000])
    times = []
    for _ in range(6):
        begin = time.perf_counter()
        predictions = classifier.predict(points[60_000:])
        times.append(time.perf_counter() - begin)
    print(
        json.dumps(
            {
                "name": "knn-80-60000",
                "peer": f"scikit-learn {sklearn.__version__}",
                "median_s": float(np.median(times[1:])),
                "min_s": min(times[1:]),
                "runs": 5,
                "threads": len(os.sched_getaffinity(0)),
                "accuracy": float(np.mean(predictions == labels[60_000:])),
                "different": int(np.sum(predictions != ours)),
            }
        )
    )


if __name__ == "__main__":
    main()
