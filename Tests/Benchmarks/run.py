#!/usr/bin/env python3
"""Runs every benchmark of mim-bench beside its peer, in turns, and prints tables.

    Tests/Benchmarks/run.py [--isa SET] [--rounds N] [--only NAME …] [--whole] [PATH OF mim-bench]

Small models beside JAX on one core; image models and the compared methods beside PyTorch, estimators and probes beside SciPy,
scikit-learn and PyTorch on two.
The naive PixelCNN sampler takes two minutes: a thirtieth of its pixels is timed and scaled unless
`--whole`. With `--isa` ours and the peers are restricted to an instruction set; each table's head
says what the peer was found to use. GFLOP/s count a convolution's products as if made one by one, and
stand beside what a large product reaches on as many cores in the same run.

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

import instruction_sets

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PEERS = {
    "mlp-step-2-2-50": ("mlp_step.py", "2", "2", "50"),
    "mlp-step-2-2-500": ("mlp_step.py", "2", "2", "500"),
    "mlp-step-20-20-50": ("mlp_step.py", "20", "20", "50"),
}
# The image models, on two cores.
IMAGES = [
    "convhvae-amim-vamp500",
    "convhvae-mim-vamp500",
    "convhvae-amim-standard",
    "pixelhvae-amim-vamp500",
    "pixelcnn-sample-64",
    "nll-5000-convhvae",
]
PEERS |= {name: ("image_step.py", name) for name in IMAGES}
# The compared methods, on two cores.
METHODS = [
    "made-500-step",
    "maf-5-1024-step",
    "vae-iaf-step",
    "vqvae-step",
    "dim-local-step",
    "glow-step",
    "made-500-sample",
    "maf-5-1024-sample",
]
PEERS |= {name: ("method_step.py", name) for name in METHODS}
# The estimators, on two cores.
ESTIMATORS = [
    "ksg-20-20-10000",
    "ksg-2-2-10000",
    "ksg-3-3-100000",
    "ross-20-60000-10",
    "mi-table-50-5000",
    "logistic-80-60000-10",
    "mine-10-10-5000",
]
PEERS |= {
    "ksg-20-20-10000": ("ksg.py", "20", "10000"),
    "ksg-2-2-10000": ("ksg.py", "2", "10000"),
    "ksg-3-3-100000": ("ksg.py", "3", "100000"),
    "ross-20-60000-10": ("measures.py", "ross"),
    "mi-table-50-5000": ("measures.py", "mi-table"),
    "logistic-80-60000-10": ("measures.py", "logistic"),
    "mine-10-10-5000": ("measures.py", "mine"),
}
# How many times faster than the peer each must be, by instruction set; or what else is asked.
ASKED = {
    "mlp-step-2-2-50": {"avx512": "3×", "avx2": "3×", "baseline": "2×"},
    "mlp-step-2-2-500": {"avx512": "3×", "avx2": "3×", "baseline": "2×"},
    "mlp-step-20-20-50": {"avx512": "3×", "avx2": "3×", "baseline": "2×"},
    "convhvae-amim-vamp500": {"avx512": "3×", "avx2": "2.5×", "baseline": "1.5×"},
    "convhvae-mim-vamp500": {"avx512": "3.5×", "avx2": "2.5×", "baseline": "1.5×"},
    "convhvae-amim-standard": {"avx512": "2.8×", "avx2": "2.3×", "baseline": "1.5×"},
    "pixelhvae-amim-vamp500": {"avx512": "2.8×", "avx2": "2.3×", "baseline": "1.5×"},
    "pixelcnn-sample-64": {"avx512": "500×", "avx2": "300×", "baseline": "100×"},
    "nll-5000-convhvae": {"avx512": "10×", "avx2": "8×", "baseline": "4×"},
    "ksg-20-20-10000": {"avx512": "≤ 0.4 s", "avx2": "51×"},
    "ksg-2-2-10000": {"avx512": "≤ 0.05 s", "avx2": "2.2×"},
    "ksg-3-3-100000": {"avx512": "3×", "avx2": "3×"},
    "ross-20-60000-10": {"avx512": "10×", "avx2": "10×"},
    "mi-table-50-5000": {"avx512": "10×", "avx2": "10×"},
    "logistic-80-60000-10": {"avx512": "2×", "avx2": "2×"},
    "mine-10-10-5000": {"avx512": "3×", "avx2": "3×"},
    "made-500-step": {"avx512": "3×", "avx2": "3×"},
    "maf-5-1024-step": {"avx512": "2×", "avx2": "2×"},
    "vae-iaf-step": {"avx512": "2.5×", "avx2": "2.5×"},
    "vqvae-step": {"avx512": "2×", "avx2": "2×"},
    "dim-local-step": {"avx512": "2×", "avx2": "2×"},
    "glow-step": {"avx512": "2×", "avx2": "2×"},
    "made-500-sample": {"avx512": "50×", "avx2": "50×"},
    "maf-5-1024-sample": {"avx512": "50×", "avx2": "50×"},
    # The authors' script took 37 s.
    "toy-run-50": {"avx512": "≤ 0.25 s", "avx2": "≤ 0.25 s"},
}
# A sweep needs all cores.
ALL_CORES = {"sweep-2-rows", "mpi-step", "mpi-step-mlp"}
PACKAGES = ["jax", "numpy", "scipy", "scikit-learn", "torch"]


def peers_python():
    """The interpreter with JAX and PyTorch; None if it cannot be had (ours are then measured alone)."""
    if named := os.environ.get("MIM_PEERS_PYTHON"):
        return named
    folder = ROOT / ".venv-bench"
    python = folder / "bin" / "python"
    found = [python, "-c", "".join(
        f"import {package.replace('scikit-learn', 'sklearn')};" for package in PACKAGES)]
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


def output(command, cores, isa):
    """The last line that a command prints on that many cores, kept to an instruction set."""
    if shutil.which("taskset"):
        chosen = sorted(os.sched_getaffinity(0))[-cores:]
        command = ["taskset", "-c", ",".join(map(str, chosen)), *command]
    environment = instruction_sets.environment(isa)
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        print(" ".join(map(str, command)), done.stderr, file=sys.stderr)
        return None
    return done.stdout.strip().splitlines()[-1]


def measured(command, cores, isa):
    """The JSON line that a benchmark prints."""
    line = output(command, cores, isa)
    return json.loads(line) if line else None


def pair(bench, name, python, options):
    """Ours and the peer in turns, so that both meet the same load."""
    is_large = name in IMAGES + METHODS + ESTIMATORS
    ours, peers, cores = [], [], 2 if is_large or name in ALL_CORES else 1
    for _ in range(1 if is_large and not options.rounds else options.rounds or 3):
        ours.append(measured([bench, name, "--json"], cores, options.isa))
        if python and name in PEERS:
            script, *arguments = PEERS[name]
            whole = ["--whole"] if options.whole and name == "pixelcnn-sample-64" else []
            peers.append(
                measured(
                    [python, str(HERE / "peers" / script), *arguments, *whole], cores, options.isa
                )
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
        if our and peer and our.get("parameters") != peer.get("parameters"):
            print(
                f"{name}: ANOTHER NETWORK than {peer['peer']}: {our['parameters']:.0f} parameters "
                f"beside {peer['parameters']}",
                file=sys.stderr,
            )


def summary(lines):
    lines = [line for line in lines if line]
    if not lines:
        return None
    return {
        "median": statistics.median(line["median_s"] for line in lines),
        "min": min(line["min_s"] for line in lines),
        "flops": lines[-1].get("flops"),
        "speedup": statistics.median(line.get("speedup", 0) for line in lines),
        "exchange": statistics.median(line.get("exchange_share", -1) for line in lines),
    }


def cells(name, ours, peer, unit):
    """A row: ours and the peer's median and minimum, and the ratios."""
    if not ours:
        return [name, "failed", "", "", "", "", ""]
    row = [name] + [f"{ours[key] * unit:,.4g}" for key in ("median", "min")]
    if not peer:
        return row + [""] * 4
    row += [f"{peer[key] * unit:,.4g}" for key in ("median", "min")]
    row += [f"{peer[key] / ours[key]:.2f}×" for key in ("median", "min")]
    return row


def speed(ours, peak):
    """The GFLOP/s of a median step, and their share of the machine's limit."""
    if not ours or not ours["flops"]:
        return ""
    reached = ours["flops"] / ours["median"] / 1e9
    return f"{reached:,.1f}" + (f" ({100 * reached / peak:.0f} %)" if peak else "")


def head(title, library, cores, bench, python, options):
    """Prints what a table was measured with; returns the GFLOP/s that a large product reaches."""
    print(f"\n{title}\n{instruction_sets.heading(options.isa)}")
    line = measured([bench, "product-peak", "--json"], cores, options.isa)
    # The fastest run: other work on the machine lowers a limit only.
    peak = line and line["flops"] / line["min_s"] / 1e9
    if peak:
        print(f"the machine's limit, a large product on as many cores: {peak:,.0f} GFLOP/s")
    script = str(HERE / "peers" / "found_set.py")
    found = python and output([python, script, library], 1, options.isa)
    print(f"the peer was found to use: {found or 'nothing, it is not there'}\n")
    return peak


def table(title, names, unit, library, cores, bench, python, options):
    """Measures the benchmarks `names` and prints them as one table; `unit` is units a second."""
    if not names:
        return
    peak = head(title, library, cores, bench, python, options)
    columns = ["benchmark", "ours median", "ours min", "peer median", "peer min"]
    columns += ["ratio of medians", "of minima", "asked", "GFLOP/s (of the limit)"]
    print("| " + " | ".join(columns) + " |")
    print("| --- |" + " ---: |" * 8)
    for name in names:
        ours, peer = pair(bench, name, python, options)
        asked = ASKED.get(name, {}).get(options.isa, "")
        if ours and ours["speedup"]:
            asked = f"{ours['speedup']:.2f}× one row at a time"
        if ours and name.startswith("mpi-step"):
            asked = f"exchange {100 * ours['exchange']:.1f} % of a step (asked: ≤ 10 %)"
        row = [*cells(name, ours, peer, unit), asked]
        # A sweep's cores are not the table's.
        row.append("" if name in ALL_CORES else speed(ours, peak))
        print("| " + " | ".join(row) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bench", nargs="?", default=str(ROOT / ".build/release/mim-bench"))
    parser.add_argument("--rounds", type=int, help="3; for image models 1, of several steps each")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="benchmarks to run")
    instruction_sets.add_option(parser)
    parser.add_argument("--whole", action="store_true", help="time the naive sampler's every pixel")
    options = parser.parse_args()
    listing = subprocess.run([options.bench, "list"], capture_output=True, text=True, check=True)
    names = [line.split()[0] for line in listing.stdout.splitlines()]
    names = [name for name in names if not options.only or name in options.only]
    # analysis.py measures these, with their peers.
    names = [name for name in names if not name.startswith(("tsne-", "knn-", "product-", "pca-", "umap-"))]
    python = peers_python()
    small = [name for name in names if name not in IMAGES + METHODS + ESTIMATORS]
    methods = [name for name in names if name in METHODS]
    estimators = [name for name in names if name in ESTIMATORS]
    images = [name for name in names if name in IMAGES]
    for title, group, unit, library, cores in (
        ("microseconds a step (startup: a start), one core, peer JAX", small, 1e6, "jax", 1),
        ("seconds, two cores, peer PyTorch", images, 1, "torch", 2),
        ("seconds, methods, two cores, peer PyTorch", methods, 1, "torch", 2),
        ("seconds, two cores, peers SciPy's k-d trees, scikit-learn, PyTorch", estimators, 1, "scipy", 2),
    ):
        table(title, group, unit, library, cores, options.bench, python, options)


if __name__ == "__main__":
    main()
