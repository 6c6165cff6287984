#!/usr/bin/env python3
"""k-NN, PCA, UMAP and t-SNE beside scikit-learn, umap-learn and openTSNE, on the same points and all cores; prints a table.

    Tests/Benchmarks/analysis.py [--isa SET] [--small] [PATH OF mim-bench]

The cost of t-SNE by the number of points goes to out/bench/tsne.csv, and as a figure, which mim-repl
draws where it is built, to out/bench/tsne.png and .pdf. --small takes 2,000 and 4,000 points.

mim-bench writes the points, the peer reads them; both maps' divergences are computed by mim-bench, with
the same exact sums on the same P. Peers run in the Python named by MIM_PEERS_PYTHON, else in
.venv-bench, which run.py makes. With --isa ours and the peers are restricted to an instruction set.
Times are only printed, never asserted.
"""

import argparse
import csv
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

import instruction_sets

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FULL = [10_000, 20_000, 40_000, 70_000]
SMALL = [2_000, 4_000]
UMAP = [10_000, 70_000]
PACKAGES = ["numpy", "scikit-learn", "openTSNE", "umap-learn"]
# How many times faster than the peer each must be, by instruction set.
ASKED = {
    "knn-80-60000": {"avx2": "3.1×"},
    "tsne-fashion-10000": {"avx2": "4.6×"},
    "tsne-fashion-70000": {"avx2": "4.4×"},
}


def peers_python():
    """The interpreter of the peers, with their packages; None where it cannot be had."""
    if named := os.environ.get("MIM_PEERS_PYTHON"):
        return named
    python = ROOT / ".venv-bench" / "bin" / "python"
    if not python.exists():
        return None
    done = subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES])
    return str(python) if done.returncode == 0 else None


def output(isa, *command):
    """The last line that a command prints, kept to an instruction set; None where it failed."""
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        env=instruction_sets.environment(isa),
    )
    if done.returncode != 0:
        print(*command, done.stderr, file=sys.stderr)
        return None
    return done.stdout.strip().splitlines()[-1]


def measured(isa, *command):
    """The JSON line that a benchmark prints; None where it failed."""
    line = output(isa, *command)
    return json.loads(line) if line else None


def row(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def seconds(line):
    return f"{line['median_s']:.2f}" if line else ""


def ratio(ours, peer):
    return f"{peer['median_s'] / ours['median_s']:.1f}×" if ours and peer else ""


def asked(name, isa):
    return ASKED.get(name, {}).get(isa, "")


def neighbours(isa, bench, python, folder):
    name = "knn-80-60000"
    ours = measured(isa, bench, name, "--json", "--folder", folder)
    peer = python and measured(isa, python, HERE / "peers/knn.py", folder)
    note = f"{peer['different']} predictions differ" if peer else ""
    row(name, seconds(ours), seconds(peer), ratio(ours, peer), asked(name, isa), "", "", note)


def components(isa, bench, python, folder):
    """PCA beside scikit-learn's fastest solver that is as exact."""
    name = "pca-60000-784-50"
    ours = measured(isa, bench, name, "--json", "--folder", folder)
    peer = python and measured(isa, python, HERE / "peers/pca.py", folder)
    note = (
        f"{peer['solver']}; fastest {peer['fastest_s']:.2f} s by {peer['fastest']}, error "
        f"{peer['fastest_error']:.0e}; our error {peer['our_error']:.0e}"
        if peer
        else ""
    )
    row(name, seconds(ours), seconds(peer), ratio(ours, peer), "2×", "", "", note)
    few = measured(isa, bench, "pca-6000-4096-50", "--json")
    row("pca-6000-4096-50", seconds(few), "", "", "", "", "", "")


def manifold(isa, bench, python, folder, size):
    """UMAP beside umap-learn."""
    name = f"umap-fashion-{size}"
    ours = measured(isa, bench, name, "--json", "--folder", folder)
    peer = python and measured(isa, python, HERE / "peers/umap_learn.py", folder, size)
    note = (
        f"10-NN accuracy {peer['knn10_ours']:.4f}, theirs {peer['knn10_theirs']:.4f}; "
        f"trustworthiness {peer['trust_ours']:.4f}, theirs {peer['trust_theirs']:.4f}"
        if peer
        else ""
    )
    row(name, seconds(ours), seconds(peer), ratio(ours, peer), "2×", "", "", note)


def growth(size, ours, previous):
    """The time of a point, and how fast the cost grew: n^1 doubles with n."""
    text = f"{ours['median_s'] / size * 1e3:.3f} ms a point"
    if previous:
        exponent = math.log(ours["median_s"] / previous[1]) / math.log(size / previous[0])
        text += f", cost ~ n^{exponent:.2f}"
    return text


def embedding(isa, bench, python, folder, size, previous):
    """One row of the table; the seconds of ours and of the peer, None where there are none."""
    name = f"tsne-fashion-{size}"
    ours = measured(isa, bench, name, "--json", "--folder", folder)
    peer = python and measured(isa, python, HERE / "peers/tsne.py", folder, size)
    theirs = peer and measured(
        isa, bench, f"tsne-divergence-{size}", "--json", "--folder", folder
    )
    row(
        name,
        seconds(ours),
        seconds(peer),
        ratio(ours, peer),
        asked(name, isa),
        f"{ours['kl']:.4f}" if ours else "failed",
        f"{theirs['kl']:.4f}" if theirs else "",
        growth(size, ours, previous) if ours else "",
    )
    return ours and ours["median_s"], peer and peer["median_s"]


def embeddings(isa, bench, python, folder, sizes):
    """The table's rows; what was measured as (points, seconds, program)."""
    found, previous = [], None
    for size in sizes:
        ours, peer = embedding(isa, bench, python, folder, size, previous)
        if ours:
            found.append((size, ours, "mim-repl"))
            previous = (size, ours)
        if peer:
            found.append((size, peer, "openTSNE"))
    return found


def draw(bench, found):
    """Writes the measurements, with n log n from our first one on, and draws them."""
    ours = [(size, time) for size, time, program in found if program == "mim-repl"]
    if not ours:
        return
    (first, time) = ours[0]
    for size, _ in ours:
        growth = size * math.log(size) / (first * math.log(first))
        found = [*found, (size, time * growth, "n log n")]
    folder = ROOT / "out" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "tsne.csv", "w", newline="") as file:
        csv.writer(file).writerows([("points", "seconds", "program"), *found])
    program = pathlib.Path(bench).resolve().with_name("mim-repl")
    if not program.exists():
        return print(f"no figure: {program} is not built", file=sys.stderr)
    code = """d = load "tsne.csv" header=true label=program split=[1, 0, 0]
plot d.train xscale=log yscale=log xlabel="points" ylabel="time / s" size=4 \
  save="tsne" format=[png, pdf] force=true"""
    subprocess.run([program, "-c", code], cwd=folder, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bench", nargs="?", default=str(ROOT / ".build/release/mim-bench"))
    instruction_sets.add_option(parser)
    parser.add_argument("--small", action="store_true", help="t-SNE of 2,000 and 4,000 points alone")
    options = parser.parse_args()
    isa, python = options.isa, peers_python()
    print(f"\nseconds, all cores\n{instruction_sets.heading(isa)}")
    found = python and output(isa, python, HERE / "peers/found_set.py", "scikit-learn")
    print(f"the peers were found to use: {found or 'nothing, they are not there'}")
    print("openTSNE's own code is compiled for every processor: nothing to restrict\n")
    row("benchmark", "ours s", "peer s", "ratio", "asked", "our KL", "peer's KL", "")
    row("---", *["---:"] * 6, "---")
    with tempfile.TemporaryDirectory() as folder:
        if not options.small:
            neighbours(isa, options.bench, python, folder)
            components(isa, options.bench, python, folder)
            for size in UMAP:
                manifold(isa, options.bench, python, folder, size)
        sizes = SMALL if options.small else FULL
        draw(options.bench, embeddings(isa, options.bench, python, folder, sizes))


if __name__ == "__main__":
    main()
