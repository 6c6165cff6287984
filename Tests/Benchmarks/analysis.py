#!/usr/bin/env python3
"""k-NN and t-SNE beside scikit-learn and openTSNE, on the same points and all cores; prints a table.

    Tests/Benchmarks/analysis.py [--sizes 10000,20000,40000,70000] [PATH OF mim-bench]

mim-bench writes the points, the peer reads them; both maps' divergences are computed by mim-bench, with
the same exact sums on the same P. Peers run in the Python named by MIM_PEERS_PYTHON, else in
.venv-bench, which run.py makes. Times are only printed, never asserted.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PACKAGES = ["numpy", "scikit-learn", "openTSNE"]


def peers_python():
    """The interpreter of the peers, with their packages; None where it cannot be had."""
    if named := os.environ.get("MIM_PEERS_PYTHON"):
        return named
    python = ROOT / ".venv-bench" / "bin" / "python"
    if not python.exists():
        return None
    done = subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES])
    return str(python) if done.returncode == 0 else None


def measured(*command):
    """The JSON line that a benchmark prints; None where it failed."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        print(*command, done.stderr, file=sys.stderr)
        return None
    return json.loads(done.stdout.strip().splitlines()[-1])


def row(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def seconds(line):
    return f"{line['median_s']:.2f}" if line else ""


def ratio(ours, peer):
    return f"{peer['median_s'] / ours['median_s']:.1f}×" if ours and peer else ""


def neighbours(bench, python, folder):
    ours = measured(bench, "knn-80-60000", "--json", "--folder", folder)
    peer = python and measured(python, HERE / "peers/knn.py", folder)
    note = f"{peer['different']} predictions differ" if peer else ""
    row("knn-80-60000", seconds(ours), seconds(peer), ratio(ours, peer), "", "", note)


def embedding(bench, python, folder, size):
    name = f"tsne-fashion-{size}"
    ours = measured(bench, name, "--json", "--folder", folder)
    peer = python and measured(python, HERE / "peers/tsne.py", folder, size)
    theirs = peer and measured(bench, f"tsne-divergence-{size}", "--json", "--folder", folder)
    row(
        name,
        seconds(ours),
        seconds(peer),
        ratio(ours, peer),
        f"{ours['kl']:.4f}" if ours else "failed",
        f"{theirs['kl']:.4f}" if theirs else "",
        f"{ours['median_s'] / size * 1e3:.3f} ms a point" if ours else "",
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bench", nargs="?", default=str(ROOT / ".build/release/mim-bench"))
    parser.add_argument("--sizes", default="10000,20000,40000,70000")
    options = parser.parse_args()
    python = peers_python()
    row("benchmark", "ours s", "peer s", "ratio", "our KL", "peer's KL", "")
    row("---", *["---:"] * 5, "---")
    with tempfile.TemporaryDirectory() as folder:
        neighbours(options.bench, python, folder)
        for size in options.sizes.split(","):
            embedding(options.bench, python, folder, size)


if __name__ == "__main__":
    main()
