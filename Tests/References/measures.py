"""Writes Tests/Fixtures/measures.safetensors: probes, quality of codes, samples against data, and factors by other programs.

Made with scikit-learn, SciPy, NumPy, scikit-dimension 0.3.x and prdc 0.2; seed 47. Versions are printed.
"""
import pathlib
import warnings

import numpy as np
import scipy
import skdim
import sklearn
from prdc import compute_prdc
from safetensors.numpy import save_file
from scipy import stats
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression, Ridge, RidgeClassifier
from sklearn.metrics import accuracy_score, log_loss, mutual_info_score, r2_score
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
fixtures = pathlib.Path(__file__).resolve().parent.parent / "Fixtures"
rng = np.random.default_rng(47)
out = {}

# Probes: six correlated features of different scales, four classes, a number, folds of our own.
n, d, classes = 210, 6, 4
mixing = rng.normal(size=(d, d)) * np.array([1, 3, 0.2, 5, 1, 1])
x = rng.normal(size=(n, d)) @ mixing + rng.normal(size=d) * 4
scores = (x - x.mean(0)) / x.std(0) @ rng.normal(size=(d, classes))
labels = (scores + rng.gumbel(size=scores.shape)).argmax(1)
binary = (labels > 1).astype(int)
number = np.tanh(scores[:, 0]) + 0.3 * rng.normal(size=n) + 7
folds = rng.permutation(np.arange(n) % 5)
out |= {"x": x, "labels": labels, "binary": binary, "number": number, "folds": folds}

# The optimum itself, on features as they are: Newton's method to the last digits.
exact = dict(solver="newton-cg", tol=1e-14, max_iter=100_000)
for name, target in [("four", labels), ("two", binary)]:
    for c, word in [(1.0, ""), (50.0, ".weak")]:
        fit = LogisticRegression(C=c, **exact).fit(x, target)
        out[f"logistic.{name}{word}"] = np.c_[fit.coef_, fit.intercept_ - fit.intercept_.mean() if name == "four" else fit.intercept_]


def predicted(make, target, method):
    found = None
    for fold in range(5):
        test = folds == fold
        model = make_pipeline(StandardScaler(), make()).fit(x[~test], target[~test])
        own = getattr(model, method)(x[test])
        if found is None:
            found = np.zeros((n,) + own.shape[1:], dtype=own.dtype)
        found[test] = own
    return found


def calibration(p, target):
    """Expected calibration error, fifteen bins (Guo et al. 2017)."""
    confidence, hit = p.max(1), p.argmax(1) == target
    edges = np.linspace(0, 1, 16)
    total = 0
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (confidence > low) & (confidence <= high)
        if inside.any():
            total += inside.mean() * abs(hit[inside].mean() - confidence[inside].mean())
    return total


p = predicted(lambda: LogisticRegression(C=1 / 2, **exact), labels, "predict_proba")
out["probe.linear"] = np.array([accuracy_score(labels, p.argmax(1)), log_loss(labels, p), calibration(p, labels)])
out["probe.ridge"] = np.array([accuracy_score(labels, predicted(lambda: RidgeClassifier(alpha=3), labels, "predict"))])
p = predicted(lambda: KNeighborsClassifier(7), labels, "predict_proba")
out["probe.knn"] = np.array([accuracy_score(labels, p.argmax(1)), log_loss(labels, np.clip(p, np.finfo(float).eps, 1)), calibration(p, labels)])


def regression(make):
    y = predicted(make, number, "predict")
    return np.array([r2_score(number, y), np.sqrt(np.mean((number - y) ** 2))])


out["regress.linear"] = regression(LinearRegression)
out["regress.ridge"] = regression(lambda: Ridge(alpha=3))
out["regress.knn"] = regression(lambda: KNeighborsRegressor(7))
# A column twice: the solution of least norm.
twice = np.c_[x, x[:, :1]]
fit = LinearRegression().fit(twice, number)
out["least.norm"] = np.r_[fit.coef_, fit.intercept_]

# Quality of codes without labels.
codes = np.c_[rng.normal(size=(300, 2)), np.zeros((300, 3))]
codes[:, 2] = np.sin(2 * codes[:, 0])
codes[:, 3] = codes[:, 0] * codes[:, 1]
codes[:, 4] = 0.02 * rng.normal(size=300) + 0.5
other = codes + 0.1 * rng.normal(size=codes.shape)
out |= {"codes": codes, "other": other}


def rank(z, epsilon=0.0):
    s = np.linalg.svd(z, compute_uv=False)
    q = s / s.sum() + epsilon
    return np.exp(-(q * np.log(q)).sum())


unit = lambda z: z / np.linalg.norm(z, axis=1, keepdims=True)
pairs = scipy.spatial.distance.pdist(unit(codes)) ** 2
gaps = np.linalg.norm(codes[:, None] - codes[None], axis=2)
np.fill_diagonal(gaps, np.inf)
occurrences = np.bincount(np.argsort(gaps, axis=1)[:, :10].ravel(), minlength=300)
out["quality"] = np.array([
    rank(codes, 1e-7), rank(codes - codes.mean(0)),
    skdim.id.TwoNN().fit(codes).dimension_, skdim.id.MLE().fit(codes, n_neighbors=20, comb="mle").dimension_,
    np.log(np.exp(-2 * pairs).mean()), (np.linalg.norm(unit(codes) - unit(other), axis=1) ** 2).mean(),
    stats.skew(occurrences), occurrences.max(), (occurrences == 0).mean(),
])

# Samples against data.
data = rng.normal(size=(120, 3)) @ np.array([[1, 0.5, 0], [0, 1, 0.3], [0, 0, 0.7]])
samples = 0.9 * rng.normal(size=(90, 3)) + np.array([0.4, 0, 0])
out |= {"data": data, "samples": samples}
found = compute_prdc(real_features=data, fake_features=samples, nearest_k=5)
out["prdc"] = np.array([found[key] for key in ("precision", "recall", "density", "coverage")])
m1, m2, c1, c2 = samples.mean(0), data.mean(0), np.cov(samples.T), np.cov(data.T)
out["frechet"] = np.array([((m1 - m2) ** 2).sum() + np.trace(c1 + c2 - 2 * scipy.linalg.sqrtm(c1 @ c2).real)])
both = np.r_[samples, data]
between = scipy.spatial.distance.squareform(scipy.spatial.distance.pdist(both))
sigma = np.median(between[np.triu_indices(len(both), 1)])
kernel = np.exp(-(between**2) / (2 * sigma**2))
m = len(samples)
a, b, c = kernel[:m, :m], kernel[m:, m:], kernel[:m, m:]
mean = lambda k: (k.sum() - np.trace(k)) / (len(k) * (len(k) - 1))
out["mmd"] = np.array([mean(a) + mean(b) - 2 * c.mean(), sigma])
np.fill_diagonal(between, np.inf)
name = np.arange(len(both)) < m
out["knn_test"] = np.array([(name == name[between.argmin(1)]).mean()])

# Factors of variation: an ordered factor of four values, one of eight, classes of three; six codes.
n = 400
factors = np.c_[rng.integers(0, 3, n), rng.integers(0, 4, n), rng.integers(0, 8, n)]
z = np.c_[factors[:, 0] + 0.2 * rng.normal(size=n), factors[:, 1] + 0.5 * rng.normal(size=n),
          np.cos(factors[:, 2]) + 0.3 * rng.normal(size=n), factors[:, 1] - 0.4 * factors[:, 2] + 0.5 * rng.normal(size=n),
          rng.normal(size=n), 0.6 * factors[:, 2] + 0.1 * rng.normal(size=n)]
out |= {"factors": factors, "z": z}
bins = np.stack([np.digitize(z[:, j], np.histogram(z[:, j], 20)[1][:-1]) for j in range(6)], 1)
information = np.array([[mutual_info_score(bins[:, j], factors[:, f]) for f in range(3)] for j in range(6)])
entropies = np.array([mutual_info_score(factors[:, f], factors[:, f]) for f in range(3)])
top = np.sort(information, axis=0)[::-1]
out["mig"] = np.array([np.mean((top[0] - top[1]) / entropies)])
best = information.argmax(1)
theta = information[np.arange(6), best]
rest = (information**2).sum(1) - theta**2
out["modularity"] = np.array([np.mean(1 - rest / (theta**2 * 2))])
# SAP: the share of a code's variance that the factor explains; for classes between them (one-way analysis of variance).
sap = np.zeros((6, 3))
for j in range(6):
    means = np.array([z[factors[:, 0] == k, j].mean() for k in range(3)])[factors[:, 0]]
    sap[j, 0] = means.var() / z[:, j].var()
    for f in (1, 2):
        sap[j, f] = np.corrcoef(z[:, j], factors[:, f])[0, 1] ** 2
top = np.sort(sap, axis=0)[::-1]
out["sap"] = np.array([np.mean(top[0] - top[1])])
# DCI by the lasso on standardised codes and targets; classes as indicators.
standard = StandardScaler().fit_transform(z)
targets = [(factors[:, 0] == k).astype(float) for k in range(3)] + [factors[:, 1], factors[:, 2]]
weights = np.stack([
    np.abs(Lasso(alpha=0.01, tol=1e-14, max_iter=1_000_000).fit(standard, (t - t.mean()) / t.std()).coef_) for t in targets
], 1)
out["lasso"] = weights
importance = np.c_[weights[:, :3].sum(1), weights[:, 3:]]


def dci(r):
    def gaps(q):
        q = q / q.sum(1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.where(q > 0, np.log(q), 0)
        return 1 + (q * logs).sum(1) / np.log(q.shape[1])
    rows = r.sum(1) > 0
    disentanglement = (gaps(r[rows]) * r[rows].sum(1)).sum() / r.sum()
    columns = r.T
    completeness = (gaps(columns) * columns.sum(1)).sum() / r.sum()
    return disentanglement, completeness


out["importance"] = importance
out["dci"] = np.array(dci(importance))

print({m.__name__: m.__version__ for m in (np, scipy, sklearn, skdim)})
print({k: v.ravel()[:6] for k, v in out.items() if v.size < 12})
save_file({k: np.ascontiguousarray(v, dtype=np.float64) for k, v in out.items()}, fixtures / "measures.safetensors")
