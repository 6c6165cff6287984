"""KSG estimator 1 of `mim-bench ksg-D-D-N` with SciPy's k-d trees, vectorised, on two workers.

The same points as the bench's (sums of SplitMix64 uniforms), so the values must agree. Prints one
JSON line.

    python ksg.py 20 10000
"""

import json
import sys
import time

import numpy as np
import scipy
from scipy.spatial import cKDTree
from scipy.special import digamma

WORKERS = 2


def uniform(counter):
    word = (counter + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((word ^ (word >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def draws(size, first):
    four = uniform(4 * (np.uint64(first) + np.arange(size, dtype=np.uint64))[:, None]
                   + np.arange(4, dtype=np.uint64))
    return ((four[:, 0] + four[:, 1]) + four[:, 2]) + four[:, 3] - 2


def ksg1(x, z, k):
    joint = np.concatenate([x, z], axis=1)
    radius = cKDTree(joint).query(joint, k + 1, p=np.inf, workers=WORKERS)[0][:, -1] - 1e-15
    counts = [
        cKDTree(part).query_ball_point(
            part, radius, p=np.inf, workers=WORKERS, return_length=True)
        for part in (x, z)
    ]
    near = sum(digamma(np.maximum(count, 1)).mean() for count in counts)
    return digamma(k) + digamma(len(x)) - near


def main():
    dimensions, count = int(sys.argv[1]), int(sys.argv[2])
    size = count * dimensions
    x, noise = draws(size, 0), draws(size, size)
    z = 0.6 * x + 0.8 * noise
    x, z = x.reshape(count, dimensions), z.reshape(count, dimensions)
    times, value = [], None
    for _ in range(1 if dimensions > 8 else 9):
        begin = time.perf_counter()
        value = ksg1(x, z, 5)
        times.append(time.perf_counter() - begin)
    print(
        json.dumps(
            {
                "name": f"ksg-{dimensions}-{dimensions}-{count}",
                "peer": f"scipy {scipy.__version__} cKDTree",
                "median_s": float(np.median(times)),
                "min_s": min(times),
                "runs": len(times),
                "threads": WORKERS,
                "value": value,
            }
        )
    )


if __name__ == "__main__":
    main()
