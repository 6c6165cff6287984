#!/usr/bin/env python3
"""Runs every benchmark of mim-bench beside its peer, in turns, on one core, and prints a table.

    Tests/Benchmarks/run.py [--rounds N] [PATH OF mim-bench]

Peers run in the Python named by MIM_PEERS_PYTHON, else in a throw-away virtual environment
(.venv-bench, made here with JAX from PyPI when it is missing). Times are only printed, never asserted.
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
# Measured on all cores; the others on one.
ALL_CORES = {"sweep-2-rows"}


def peers_python():
    """The interpreter with JAX; None if it cannot be had (ours are then measured alone)."""
    if named := os.environ.get("MIM_PEERS_PYTHON"):
        return named
    folder = ROOT / ".venv-bench"
    python = folder / "bin" / "python"
    if not python.exists():
        print(f"making {folder} with JAX from PyPI", file=sys.stderr)
        try:
            venv.create(folder, with_pip=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", "jax"], check=True)
        except (subprocess.CalledProcessError, OSError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            print(f"no peers: {error}", file=sys.stderr)
            return None
    return str(python)


def measured(command, pinned=True):
    """The JSON line that a benchmark prints, run on one core unless it needs several."""
    if pinned and shutil.which("taskset"):
        core = max(os.sched_getaffinity(0))
        command = ["taskset", "-c", str(core), *command]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        print(" ".join(map(str, command)), done.stderr, file=sys.stderr)
        return None
    return json.loads(done.stdout.strip().splitlines()[-1])


def pair(bench, name, python, rounds):
    """Ours and the peer in turns, so that both meet the same load.."""
    ours, peers = [], []
    for _ in range(rounds):
        ours.append(measured([bench, name, "--json"], name not in ALL_CORES))
        if python and name in PEERS:
            script, *arguments = PEERS[name]
            peers.append(measured([python, str(HERE / "peers" / script), *arguments]))
    return summary(ours), summary(peers)


def summary(lines):
    lines = [line for line in lines if line]
    if not lines:
        return None
    return {
        "median": statistics.median(line["median_s"] for line in lines),
        "min": min(line["min_s"] for line in lines),
        "loss": lines[-1].get("loss"),
        "speedup": statistics.median(line.get("speedup", 0) for line in lines),
    }


def micro(value):
    return f"{value * 1e6:,.1f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bench", nargs="?", default=str(ROOT / ".build/release/mim-bench"))
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    listing = subprocess.run([options.bench, "list"], capture_output=True, text=True, check=True)
    names = [line.split()[0] for line in listing.stdout.splitlines()]
    python = peers_python()
    print("microseconds a step (startup: a start); one core")
    print("| benchmark | ours median | ours min | JAX median | JAX min | ratio of medians | of minima |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name in names:
        ours, peer = pair(options.bench, name, python, options.rounds)
        if not ours:
            print(f"| {name} | failed | | | | | |")
            continue
        row = [name, micro(ours["median"]), micro(ours["min"])]
        if peer:
            row += [
                micro(peer["median"]),
                micro(peer["min"]),
                f"{peer['median'] / ours['median']:.2f}×",
                f"{peer['min'] / ours['min']:.2f}×",
            ]
        else:
            row += [""] * 4
        print("| " + " | ".join(row) + " |", flush=True)
        if ours["speedup"]:
            print(f"  {name}: {ours['speedup']:.2f}× one row at a time", flush=True)


if __name__ == "__main__":
    main()
