"""openTSNE's default schedule on the points that `mim-bench tsne-fashion-N` wrote to FOLDER.

    python tsne.py FOLDER N

Perplexity 30, PCA start, 250 + 500 iterations, its own choice of neighbours and gradient, all cores.
Writes the map to FOLDER, where `mim-bench tsne-divergence-N` reads it: both maps' divergences are
computed by the same code on the same P. Prints one JSON line.
"""

import json
import os
import pathlib
import sys
import time

import numpy as np
import openTSNE


def main():
    folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    points = np.load(folder / f"tsne-points-{count}.npy")
    threads = len(os.sched_getaffinity(0))
    begin = time.perf_counter()
    embedding = openTSNE.TSNE(perplexity=30, n_jobs=threads, random_state=0).fit(points)
    seconds = time.perf_counter() - begin
    np.save(folder / f"tsne-peer-{count}.npy", np.asarray(embedding, dtype=np.float32))
    print(
        json.dumps(
            {
                "name": f"tsne-fashion-{count}",
                "peer": f"openTSNE {openTSNE.__version__}",
                "median_s": seconds,
                "min_s": seconds,
                "runs": 1,
                "threads": threads,
                "own_kl": float(embedding.kl_divergence),
            }
        )
    )


if __name__ == "__main__":
    main()
