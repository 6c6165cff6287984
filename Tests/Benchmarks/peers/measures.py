"""The peers of `mim-bench`'s estimators and probes: SciPy, scikit-learn and PyTorch on the same points, two threads.

Points are sums of SplitMix64 uniforms, as in ksg.py, so the values must agree. Prints one JSON line.

    python measures.py ross | mi-table | logistic | mine
"""

import json
import os
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "2")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")

import numpy as np

from ksg import draws, ksg1

WORKERS = 2


def ross():
    """Ross (2014) of 20 columns and 10 classes with SciPy's k-d trees, equation 4."""
    import scipy
    from scipy.spatial import cKDTree
    from scipy.special import digamma

    n, d, classes, k = 60_000, 20, 10, 3
    y = np.arange(n) % classes
    x = draws(n * d, 0).reshape(n, d) + draws(classes * d, n * d).reshape(classes, d)[y]

    def run():
        radius = np.zeros(n)
        for label in range(classes):
            own = np.flatnonzero(y == label)
            found = cKDTree(x[own]).query(x[own], k + 1, p=np.inf, workers=WORKERS)[0][:, -1]
            radius[own] = np.nextafter(found, 0)
        near = cKDTree(x).query_ball_point(x, radius, p=np.inf, workers=WORKERS, return_length=True)
        return digamma(n) + digamma(k) - digamma(n // classes) - digamma(near).mean()

    return f"scipy {scipy.__version__} cKDTree", run, 1


def mi_table():
    """KSG-1 of all pairs of 50 columns, one after another."""
    import scipy

    n, d = 5_000, 50
    noise = draws(n * d, 0).reshape(n, d)
    x = noise.copy()
    x[:, 1:] = 0.6 * noise[:, 1:] + 0.8 * noise[:, :-1]
    x = (x - x.mean(0)) / x.std(0)

    def run():
        return sum(ksg1(x[:, a : a + 1], x[:, b : b + 1], 5) for a in range(d) for b in range(a))

    return f"scipy {scipy.__version__} cKDTree, a loop", run, 1


def logistic():
    """Multinomial logistic regression by L-BFGS, to 1e-6 of the optimum."""
    import sklearn
    from sklearn.linear_model import LogisticRegression

    n, d, classes = 60_000, 80, 10
    noise = draws(n * d, 0).reshape(n, d)
    y = np.arange(n) % classes
    x = noise.copy()
    x[:, 1:] += 0.8 * noise[:, :-1]
    x += 0.2 * draws(classes * d, n * d).reshape(classes, d)[y]

    def run():
        # tol bounds the largest entry of the gradient of the mean loss: with it weights are within 1e-6.
        fit = LogisticRegression(C=1.0, tol=float(os.environ.get("TOL", 1e-8)), max_iter=10_000).fit(x, y)
        p = fit.predict_log_proba(x)[np.arange(n), y]
        return -p.mean() + 0.5 * (fit.coef_**2).sum() / n

    return f"scikit-learn {sklearn.__version__} lbfgs", run, 3


def mine():
    """MINE as in our `mine`, eager PyTorch: 2,000 steps of 128 pairs."""
    import torch

    torch.set_num_threads(WORKERS)
    n, d, batch = 5_000, 10, 128
    x = torch.tensor(draws(n * d, 0).reshape(n, d), dtype=torch.float32)
    z = 0.6 * x + 0.8 * torch.tensor(draws(n * d, n * d).reshape(n, d), dtype=torch.float32)

    def run():
        torch.manual_seed(0)
        net = torch.nn.Sequential(
            torch.nn.Linear(2 * d, 64), torch.nn.ReLU(), torch.nn.Linear(64, 64), torch.nn.ReLU(),
            torch.nn.Linear(64, 1))
        optimizer = torch.optim.Adam(net.parameters(), 1e-3)
        train = torch.randperm(n)[: n * 3 // 5]
        running = None
        for _ in range(2_000):
            first = train[torch.randint(len(train), (batch,))]
            second = train[torch.randint(len(train), (batch,))]
            joint = net(torch.cat([x[first], z[first]], 1)).squeeze(1)
            product = net(torch.cat([x[first], z[second]], 1)).squeeze(1)
            mean = product.exp().mean()
            running = mean.detach() if running is None else 0.99 * running + 0.01 * mean.detach()
            loss = mean / running - joint.mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return None

    return f"torch {torch.__version__}", run, 3


JOBS = {"ross": ross, "mi-table": mi_table, "logistic": logistic, "mine": mine}
NAMES = {
    "ross": "ross-20-60000-10", "mi-table": "mi-table-50-5000", "logistic": "logistic-80-60000-10",
    "mine": "mine-10-10-5000",
}


def main():
    job = sys.argv[1]
    peer, run, runs = JOBS[job]()
    times, value = [], None
    for _ in range(runs):
        begin = time.perf_counter()
        value = run()
        times.append(time.perf_counter() - begin)
    line = {
        "name": NAMES[job], "peer": peer, "median_s": float(np.median(times)), "min_s": min(times),
        "runs": runs, "threads": WORKERS,
    }
    if value is not None:
        line["value"] = float(value)
    print(json.dumps(line))


if __name__ == "__main__":
    main()
