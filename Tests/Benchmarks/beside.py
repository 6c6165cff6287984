#!/usr/bin/env python3
"""Times mim-bench beside other work: what a user loses whose machine does something else as well.

    Tests/Benchmarks/beside.py [--rounds N] [--only NAME …] [--before OLD] [PATH OF mim-bench]

For each benchmark, in turns, so that all meet the same load:

- alone: one run, start and data included;
- pair: two runs at once, over two alone (asked: at most 1.15);
- stressed: one run beside `stress-ng --cpu` on all cores, over one alone (asked: at most 2.3);
- before: one run alone of the binary OLD; ours over it (asked: at most 1.03).

Medians of N rounds, with the load of the machine before each table's row: figures of a machine that does
something else meanwhile say little. Times are only printed, never asserted.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BENCHMARKS = [
    "convhvae-amim-standard",
    "nll-5000-convhvae",
    "tsne-fashion-2000",
    "tsne-fashion-10000",
    "knn-80-60000",
    "ksg-20-20-10000",
    "ksg-2-2-10000",
    "sweep-2-rows",
    "mlp-step-20-20-50",
]
CORES = len(os.sched_getaffinity(0))


def timed(runs):
    """The seconds until all of some runs that begin together have ended."""
    begin = time.monotonic()
    with tempfile.TemporaryFile("w+") as errors:
        processes = [
            subprocess.Popen([*run, "--json"], stdout=subprocess.DEVNULL, stderr=errors)
            for run in runs
        ]
        failed = any([process.wait() != 0 for process in processes])
        seconds = time.monotonic() - begin
        if failed:
            errors.seek(0)
            raise SystemExit(f"{' '.join(runs[0])} failed: {errors.read()}")
    return seconds


def stressed(run):
    """The seconds of one run while every core has something else to do."""
    stress = subprocess.Popen(["stress-ng", "--quiet", "--cpu", str(CORES)])
    try:
        time.sleep(0.5)
        return timed([run])
    finally:
        stress.terminate()
        stress.wait()


def row(name, options):
    """The cells of one benchmark."""
    run = [options.bench, name]
    times = {"alone": [], "pair": [], "stressed": [], "before": []}
    load = os.getloadavg()[0]
    for _ in range(options.rounds):
        times["alone"].append(timed([run]))
        times["pair"].append(timed([run, run]))
        if shutil.which("stress-ng"):
            times["stressed"].append(stressed(run))
        if options.before:
            times["before"].append(timed([[options.before, name]]))
    median = {key: statistics.median(found) if found else None for key, found in times.items()}
    alone = median["alone"]

    def ratio(value, over):
        return f"{value / over:.2f}" if value and over else ""

    return [
        name, f"{alone:.2f} s", ratio(median["pair"], 2 * alone),
        ratio(median["stressed"], alone), ratio(alone, median["before"]), f"{load:.1f}",
    ]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bench", nargs="?", default=".build/release/mim-bench")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=BENCHMARKS, metavar="NAME")
    parser.add_argument("--before", help="another mim-bench, run alone in turns with this one")
    options = parser.parse_args()
    if not shutil.which("stress-ng"):
        print("no stress-ng (.ci/setup.sh bench installs it): that column is empty", file=sys.stderr)
    print(f"{CORES} cores; asked: pair ≤ 1.15, stressed ≤ 2.3, over before ≤ 1.03")
    print("| benchmark | alone | pair | stressed | over before | load |")
    print("| --- |" + " ---: |" * 5)
    for name in options.only:
        print("| " + " | ".join(row(name, options)) + " |", flush=True)


if __name__ == "__main__":
    main()
