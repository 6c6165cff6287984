"""Writes Tests/Fixtures/information.safetensors: estimators of mutual information by other programs.

Made with scikit-learn 1.9.1, ennemi 1.5.0, SciPy 1.17.1, numpy 1.26.4; seed 31. `mixed.py` is that of
github.com/wgao9/mixed_KSG, `lnc.py` that of github.com/BiuBiuBiLL/NPEET_LNC, both with their tabs and
print statements brought to Python 3 and without added noise; they must lie beside this script or on
PYTHONPATH.
"""
import pathlib

import ennemi
import numpy as np
from safetensors.numpy import save_file
from scipy.special import digamma
from scipy.spatial import cKDTree
from sklearn.covariance import LedoitWolf
from sklearn.feature_selection._mutual_info import _compute_mi_cd
from sklearn.metrics import mutual_info_score

import lnc
import mixed

fixtures = pathlib.Path(__file__).resolve().parent.parent / "Fixtures"
rng = np.random.default_rng(31)
n = 240
x = rng.normal(size=(n, 2))
y = np.tanh(x[:, :1]) + 0.3 * rng.normal(size=(n, 1))
z = x @ rng.normal(size=(2, 2)) + 0.5 * rng.normal(size=(n, 2))
labels = (x[:, 0] + 0.5 * rng.normal(size=n) > 0).astype(int) + (x[:, 1] > 1)
censored = np.maximum(x[:, :1], 0)
line = x[:, :1] + 0.01 * rng.normal(size=(n, 1))
out = {"x": x, "y": y, "z": z, "labels": labels.astype(np.float64), "censored": censored, "line": line}

# Ross (2014): scikit-learn's for one column; for two the definition, by all pairs.
out["ross.one"] = np.array([_compute_mi_cd(y[:, 0].copy(), labels, 3)])
gaps = np.abs(x[:, None] - x[None]).max(axis=2)
local = []
for i in range(n):
    same = np.flatnonzero(labels == labels[i])
    k = min(3, len(same) - 1)
    radius = np.sort(gaps[i, same])[k]
    local.append(digamma(n) + digamma(k) - digamma(len(same)) - digamma((gaps[i] < radius).sum()))
out["ross.two"] = np.array([np.mean(local)])

out["mixture.plain"] = np.array([mixed.Mixed_KSG(x, y, 5)])
out["mixture.censored"] = np.array([mixed.Mixed_KSG(censored, y, 5)])
out["mixture.labels"] = np.array([mixed.Mixed_KSG(labels.astype(float), x, 4)])

# Frenzel & Pompe (2007): ennemi's, one column each; for two columns the definition, by all pairs.
def conditional(a, b, c, k):
    gap = lambda v: np.abs(v[:, None] - v[None]).max(axis=2)
    ga, gb, gc = gap(a), gap(b), gap(c)
    joint = np.maximum(np.maximum(ga, gb), gc)
    radius = np.sort(joint, axis=1)[:, k : k + 1]
    count = lambda g: (g < radius).sum(axis=1)
    return digamma(k) - np.mean(
        digamma(count(np.maximum(ga, gc))) + digamma(count(np.maximum(gb, gc))) - digamma(count(gc)))
out["cmi.one"] = np.array(
    [float(np.squeeze(ennemi.estimate_mi(y[:, 0], x[:, 0], cond=z[:, 0], k=4, preprocess=False)))])
out["cmi.two"] = np.array([conditional(x, y, z, 5)])
print("ennemi", out["cmi.one"], "definition", conditional(x[:, :1], y, z[:, :1], 4))

def entropy(v, k):
    distance = cKDTree(v).query(v, k + 1, p=np.inf)[0][:, k]
    return digamma(n) - digamma(k) + v.shape[1] * np.mean(np.log(2 * distance))
out["entropy.one"] = np.array([entropy(y, 3)])
out["entropy.two"] = np.array([entropy(x, 5)])
print("ennemi", ennemi.estimate_entropy(y[:, 0], k=3), ennemi.estimate_entropy(x, k=5, multidim=True),
      "definition", out["entropy.one"], out["entropy.two"])
out["entropies"] = np.array([entropy(x, 5) + entropy(y, 5) - entropy(np.c_[x, y], 5)])

joint = np.c_[x, z]
fitted = LedoitWolf().fit(joint)
def information(c, dx):
    part = lambda v: np.linalg.slogdet(v)[1]
    return 0.5 * (part(c[:dx, :dx]) + part(c[dx:, dx:]) - part(c))
out["gaussian.shrunk"] = np.array([information(fitted.covariance_, 2), fitted.shrinkage_])
out["gaussian.plain"] = np.array([information(np.cov(joint.T, ddof=0), 2)])

# Cells of equally many rows: rank * bins // n. Plug-in information by scikit-learn.
ranks = lambda v: np.argsort(np.argsort(v))
bx, by = ranks(x[:, 0]) * 6 // n, ranks(y[:, 0]) * 6 // n
cells = len(set(zip(bx, by)))
out["binned"] = np.array([mutual_info_score(bx, by) + (6 + 6 - cells - 1) / (2 * n)])
out["counts"] = np.array(
    [mutual_info_score(labels, bx)
     + (3 + 6 - len(set(zip(labels, bx))) - 1) / (2 * n)])

as_lists = lambda *columns: [list(map(float, c)) for c in columns]
out["lnc.line"] = np.array([lnc.MI.mi_LNC(as_lists(x[:, 0], line[:, 0]), k=5, alpha=0.25, intens=0)])
out["lnc.loose"] = np.array([lnc.MI.mi_LNC(as_lists(x[:, 0], y[:, 0]), k=5, alpha=0.25, intens=0)])
save_file({name: np.ascontiguousarray(value, dtype=np.float64) for name, value in out.items()},
          fixtures / "information.safetensors")
print({name: value for name, value in out.items() if value.size < 3})
