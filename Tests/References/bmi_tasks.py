"""Writes Tests/Fixtures/bmi/tasks.safetensors: the 40 tasks of the Beyond-Normal benchmark (Czyż et al.,
NeurIPS 2023) as drawn and measured by its authors' program, github.com/cbg-ethz/bmi.

Made with benchmark-mi 0.1.3, jax 0.4.30, numpy 1.26.4, scikit-learn 1.9.1 (python3 -m venv; pip install
benchmark-mi jax==0.4.30 jaxlib==0.4.30 safetensors). An argument names a folder for the large draws.
"""
import pathlib
import sys

import numpy as np
from bmi.benchmark.task_list import BENCHMARK_TASKS_LIST
from bmi.estimators.ksg import KSGEnsembleFirstEstimator
from safetensors.numpy import save_file

fixtures = pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "bmi"
large = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else None
shares = [0.05, 0.25, 0.5, 0.75, 0.95]


def compact(v):
    """Single precision where it holds the numbers exactly."""
    narrow = v.astype(np.float32)
    return narrow if np.array_equal(narrow.astype(np.float64), v) else v


def projections(x, y):
    """Columns, squared lengths, and what shows how x and y hang together."""
    a, b = x[:, 0], y[:, 0]
    last = [x[:, -1] + y[:, -1], x[:, -1] * y[:, -1]]
    return np.c_[x, y, (x**2).sum(1), (y**2).sum(1), a + b, a - b, a * b, np.c_[tuple(last)]]


out = {}
for task in BENCHMARK_TASKS_LIST:
    x, y = (np.asarray(v, dtype=np.float64) for v in task.sample(120, 11))
    found = []
    for standardize in (True, False):
        estimator = KSGEnsembleFirstEstimator((3, 5, 10), standardize, metric_x="chebyshev")
        estimator.fit(x, y)
        found += [estimator.get_predictions()[k] for k in (3, 5, 10)]
    out[f"{task.id}.x"], out[f"{task.id}.y"] = compact(x), compact(y)
    # k = 3, 5, 10 with standardised columns, then with columns as they are; theirs is clipped at 0.
    out[f"{task.id}.ksg"] = np.array(found)
    out[f"{task.id}.mi"] = np.array([float(task.mutual_information)])
    x, y = (np.asarray(v, dtype=np.float64) for v in task.sample(100_000, 5))
    out[f"{task.id}.quantiles"] = np.quantile(projections(x, y), shares, axis=0).T.copy()
    if large:
        np.save(large / f"{task.id}.npy", np.c_[x, y])
    print(task.id, flush=True)
save_file({name: np.ascontiguousarray(value) for name, value in out.items()},
          fixtures / "tasks.safetensors")
