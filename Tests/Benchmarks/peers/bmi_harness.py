"""mim-repl as an external estimator of `benchmark-mi`, the program of the Beyond-Normal benchmark (Czyż et al., NeurIPS
2023), beside its own KSG on the same samples; prints a table.

    python bmi_harness.py MIM-REPL [ROWS] [TASK …]        5,000 rows and all 40 tasks by default

Both run on one core. Ours is timed as their harness calls it: a process for each estimate, which reads two .npy files.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
from bmi.benchmark.task_list import BENCHMARK_TASKS_LIST
from bmi.estimators.external.external_estimator import ExternalEstimator
from bmi.estimators.ksg import KSGEnsembleFirstEstimator
from bmi.interface import BaseModel, EstimateResult

NEIGHBORS = 10


class Parameters(BaseModel):
    estimator: str


class MimEstimator(ExternalEstimator):
    """`mi` of mim-repl; `estimator` as its option takes it, `ksg(k=10)`."""

    def __init__(self, program, estimator):
        self._program = program
        self._params = Parameters(estimator=estimator)

    def parameters(self):
        return self._params

    def _build_command(self, path, dim_x, dim_y):
        """`path` is a folder with x.npy and y.npy."""
        options = f"estimator={self._params.estimator} curve=false se=false null=0"
        code = f'mi "{path}/x.npy" "{path}/y.npy" {options}'
        return [self._program, "-c", code, "--json", "--threads", "1"]

    def estimate_with_info(self, x, y):
        with tempfile.TemporaryDirectory() as folder:
            for name, values in (("x", x), ("y", y)):
                np.save(pathlib.Path(folder) / f"{name}.npy", np.asarray(values, dtype=np.float64))
            command = self._build_command(folder, x.shape[1], y.shape[1])
            found = json.loads(subprocess.check_output(command))
        return EstimateResult(mi_estimate=found["value"], additional_information=found)


def timed(estimator, x, y):
    begin = time.perf_counter()
    return estimator.estimate(x, y), time.perf_counter() - begin


def main():
    program, rows = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5_000
    names = set(sys.argv[3:])
    ours = MimEstimator(program, f"ksg(k={NEIGHBORS})")
    theirs = KSGEnsembleFirstEstimator((NEIGHBORS,), metric_x="chebyshev")
    print("| task | true MI | ours | theirs | ours s | theirs s | ratio |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    ratios, largest = [], 0.0
    for task in BENCHMARK_TASKS_LIST:
        if names and task.id not in names:
            continue
        x, y = (np.asarray(v, dtype=np.float64) for v in task.sample(rows, 1))
        value, seconds = timed(ours, x, y)
        reference, reference_seconds = timed(theirs, x, y)
        # Theirs is clipped at 0.
        largest = max(largest, abs(max(0.0, value) - reference))
        ratios.append(reference_seconds / seconds)
        print(
            f"| {task.id} | {task.mutual_information:.4f} | {value:.6f} | {reference:.6f} | "
            f"{seconds:.3f} | {reference_seconds:.3f} | {ratios[-1]:.0f}× |",
            flush=True,
        )
    print(f"\nthe largest difference is {largest:.1e}; the median ratio {np.median(ratios):.0f}×, the least {min(ratios):.0f}×")


main()
