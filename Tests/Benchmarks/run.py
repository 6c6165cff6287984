#!/usr/bin/env python3
"""Runs every benchmark of mim-bench beside its peer, in turns, and prints tables.

    Tests/Benchmarks/run.py [--rounds N] [--only NAME …] [--whole] [PATH OF mim-bench]

Small models beside JAX on one core; image models beside PyTorch, estimators beside SciPy on two.
The naive PixelCNN sampler takes two minutes: a thirtieth of its pixels is timed and scaled unless
`--whole`.

Peers run in the Python named by MIM_PEERS_PYTHON, else in a throw-away virtual environment
(.venv-bench, made here with JAX, SciPy and PyTorch from PyPI when it is missing). Times are only
printed, never asserted.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PEERS = {
    "mlp-step-2-2-50": ("mlp_step.py", "2", "2", "50"),
    "mlp-step-2-2-500": ("mlp_step.py", "2", "2", "500"),
    "mlp-step-20-20-50": ("mlp_step.py", "20", "20", "50"),
}
# The image models: on two cores, and how many times faster than the peer they must be.
IMAGES = {
    "convhvae-amim-vamp500": 2,
    "convhvae-mim-vamp500": 3,
    "convhvae-amim-standard": 2.5,
    "pixelhvae-amim-vamp500": 2,
    "pixelcnn-sample-64": 250,
    "nll-5000-convhvae": 8,
}
PEERS |= {name: ("image_step.py", name) for name in IMAGES}
# The estimators: on two cores, and the most seconds that they may take.
ESTIMATORS = {"ksg-20-20-10000": 0.4, "ksg-2-2-10000": 0.05}
PEERS |= {
    "ksg-20-20-10000": ("ksg.py", "20", "10000"),
    "ksg-2-2-10000": ("ksg.py", "2", "10000"),
}
# A sweep needs all cores.
ALL_CORES = {"sweep-2-rows", "mpi-step", "mpi-step-mlp"}
PACKAGES = ["jax", "numpy", "scipy", "torch"]


def peers_python():
    """The interpreter with JAX and PyTorch; None if it cannot be had (ours are then measured alone)."""
    if named := os.environ.get("MIM_PEERS_PYTHON"):
        return named
    folder = ROOT / ".venv-bench"
    python = folder / "bin" / "python"
    found = [python, "-c", "".join(f"import {package};" for package in PACKAGES)]
    if not python.exists() or subprocess.run(found, capture_output=True).returncode != 0:
        print(f"making {folder} with {', '.join(PACKAGES)} from PyPI", file=sys.stderr)
        try:
            venv.create(folder, with_pip=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        except (subprocess.CalledProcessError, OSError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            print(f"no peers: {error}", file=sys.stderr)
            return None
    return str(python)


def measured(command, cores):
    """The JSON line that a benchmark prints, run on that many cores."""
    if shutil.which("taskset"):
        chosen = sorted(os.sched_getaffinity(0))[-cores:]
        command = ["taskset", "-c", ",".join(map(str, chosen)), *command]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        print(" ".join(map(str, command)), done.stderr, file=sys.stderr)
        return None
    return json.loads(done.stdout.strip().splitlines()[-1])


def pair(bench, name, python, options):
    """Ours and the peer in turns, so that both meet the same load."""
    is_large = name in IMAGES or name in ESTIMATORS
    ours, peers, cores = [], [], 2 if is_large or name in ALL_CORES else 1
    for _ in range(1 if is_large and not options.rounds else options.rounds or 3):
        ours.append(measured([bench, name, "--json"], cores))
        if python and name in PEERS:
            script, *arguments = PEERS[name]
            whole = ["--whole"] if options.whole and name == "pixelcnn-sample-64" else []
            peers.append(
                measured([python, str(HERE / "peers" / script), *arguments, *whole], cores)
            )
    compare_values(name, ours, peers)
    return summary(ours), summary(peers)


def compare_values(name, ours, peers):
    """Says so where an estimate, of the same points, isn't that of the peer."""
    for our, peer in zip(ours, peers):
        if our and peer and "value" in our and "value" in peer:
            difference = abs(our["value"] - peer["value"])
            verdict = "the same value" if difference <= 1e-10 else "ANOTHER VALUE"
            print(f"{name}: {verdict} as {peer['peer']}, {our['value']:.12f}", file=sys.stderr)


def summary(lines):
    lines = [line for line in lines if line]
    if not lines:
        return None
    return {
        "median": statistics.median(line["median_s"] for line in lines),
        "min": min(line["min_s"] for line in lines),
        "loss": lines[-1].get("loss"),
        "speedup": statistics.median(line.get("speedup", 0) for line in lines),
        "exchange": statistics.median(line.get("exchange_share", -1) for line in lines),
    }


def cells(name, ours, peer, unit):
    """A row: ours and the peer's median and minimum, the ratios, and the ratio that is asked."""
    if not ours:
        return [name, "failed", "", "", "", "", ""]
    row = [name] + [f"{ours[key] * unit:,.4g}" for key in ("median", "min")]
    if not peer:
        return row + [""] * 4
    row += [f"{peer[key] * unit:,.4g}" for key in ("median", "min")]
    row += [f"{peer[key] / ours[key]:.2f}×" for key in ("median", "min")]
    return row


def table(title, names, unit, bench, python, options):
    """Measures the benchmarks `names` and prints them as one table; `unit` is units a second."""
    if not names:
        return
    print(f"\n{title}")
    header = ["benchmark", "ours median", "ours min", "peer median", "peer min"]
    print("| " + " | ".join([*header, "ratio of medians", "of minima", "asked"]) + " |")
    print("| --- |" + " ---: |" * 7)
    for name in names:
        ours, peer = pair(bench, name, python, options)
        asked = f"{IMAGES[name]}×" if name in IMAGES else ""
        if name in ESTIMATORS:
            asked = f"≤ {ESTIMATORS[name]} s"
        if ours and ours["speedup"]:
            asked = f"{ours['speedup']:.2f}× one row at a time"
        if ours and name.startswith("mpi-step"):
            asked = f"exchange {100 * ours['exchange']:.1f} % of a step (asked: ≤ 10 %)"
        print("| " + " | ".join([*cells(name, ours, peer, unit), asked]) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bench", nargs="?", default=str(ROOT / ".build/release/mim-bench"))
    parser.add_argument("--rounds", type=int, help="3; for image models 1, of several steps each")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="benchmarks to run")
    parser.add_argument("--whole", action="store_true", help="time the naive sampler's every pixel")
    options = parser.parse_args()
    listing = subprocess.run([options.bench, "list"], capture_output=True, text=True, check=True)
    names = [line.split()[0] for line in listing.stdout.splitlines()]
    names = [name for name in names if not options.only or name in options.only]
    # analysis.py measures these, with their peers.
    names = [name for name in names if not name.startswith(("tsne-", "knn-"))]
    python = peers_python()
    small = [name for name in names if name not in IMAGES and name not in ESTIMATORS]
    estimators = [name for name in names if name in ESTIMATORS]
    images = [name for name in names if name in IMAGES]
    for title, group, unit in (
        ("microseconds a step (startup: a start), one core, peer JAX", small, 1e6),
        ("seconds, two cores, peer PyTorch eager", images, 1),
        ("seconds, two cores, peer SciPy's k-d trees", estimators, 1),
    ):
        table(title, group, unit, options.bench, python, options)


if __name__ == "__main__":
    main()
