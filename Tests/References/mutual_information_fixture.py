"""Writes Tests/Fixtures/mutual-information.safetensors: both estimators of Kraskov et al. (2004) for
two and three variables, by comparing all pairs.

Made with SciPy 1.17.1, numpy 2.4.6; seed 21.
"""
import pathlib

import numpy as np
from safetensors.numpy import save_file
from scipy.special import digamma

fixtures = pathlib.Path(__file__).resolve().parent.parent / "Fixtures"
rng = np.random.default_rng(21)


def ksg(variables, k, estimator):
    n, m = len(variables[0]), len(variables)
    gaps = [np.abs(v[:, None] - v[None]).max(axis=2) for v in variables]
    joint = np.max(gaps, axis=0)
    np.fill_diagonal(joint, np.inf)
    radius = np.sort(joint, axis=1)[:, k - 1 : k]
    local = digamma(k) + (m - 1) * digamma(n) - (0 if estimator == 1 else (m - 1) / k)
    for gap in gaps:
        if estimator == 1:
            near = np.where(radius >= 16, gap < radius, gap <= radius - 1e-15).sum(axis=1)
        else:
            extent = np.where(joint <= radius, gap, 0).max(axis=1, keepdims=True)
            near = (gap <= extent).sum(axis=1) - 1
        local = local - digamma(np.maximum(near, 1))
    return local


n = 240
x = rng.normal(size=(n, 2))
y = np.tanh(x[:, :1]) + 0.3 * rng.normal(size=(n, 1))
z = x @ rng.normal(size=(2, 2)) + 0.5 * rng.normal(size=(n, 2))
wide = rng.normal(size=(n, 7))
cases = {
    "two": [x, z],
    "three": [x, y, z],
    "wide": [wide, np.c_[z, x]],
    "tied": [np.round(2 * x), np.round(2 * z)],
}
out = {"x": x, "y": y, "z": z, "wide": wide}
for name, variables in cases.items():
    for estimator in (1, 2):
        out[f"{name}.{estimator}"] = ksg(variables, 4, estimator)
save_file({name: np.ascontiguousarray(value) for name, value in out.items()},
          fixtures / "mutual-information.safetensors")
