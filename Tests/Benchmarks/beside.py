#!/usr/bin/env python3
"""Times mim-bench beside other work: what a user loses whose machine does something else as well.

    Tests/Benchmarks/beside.py [PATH OF mim-bench] [--rounds N] [--before OLD] [--only NAME …]

For each benchmark, in turns, so that all meet the same load:

- alone: one run, start and data included;
- pair: two runs at once, over two alone (asked: at most 1.15);
- stressed: one run beside `stress-ng --cpu` on all cores, over one alone (asked: at most 2.3);
- before: one run alone of the binary OLD; ours over it (asked: at most 1.03).

Each ratio stands twice: of whole runs, and of what the benchmark itself measures (a step, an
estimate), which leaves out start and data, where one core waits for the other.

Medians of N rounds, with the load of the machine before each row: figures of a machine that does
something else meanwhile say little. Times are only printed, never asserted.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
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
    """Of runs that begin together: how long until the last ends, and the mean of what they measure."""
    pipe = subprocess.PIPE
    begin = time.monotonic()
    processes = [
        subprocess.Popen([*run, "--json"], stdout=pipe, stderr=pipe, text=True) for run in runs
    ]
    outputs = [process.communicate() for process in processes]
    seconds = time.monotonic() - begin
    for process, (_, errors) in zip(processes, outputs):
        if process.returncode != 0:
            raise SystemExit(f"{' '.join(process.args)} failed: {errors}")
    measured = [json.loads(lines.strip().splitlines()[-1])["median_s"] for lines, _ in outputs]
    return seconds, statistics.mean(measured)


def stressed(run):
    """The same of one run while every core has something else to do."""
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
    whole, measured = (
        {
            key: statistics.median(time[part] for time in found)
            for key, found in times.items()
            if found
        }
        for part in range(2)
    )

    def ratios(value, over, *, runs=1):
        if value not in whole or over not in whole:
            return ""
        # Two that measure at once take twice as long for each measurement as one after the other.
        return " / ".join(f"{kind[value] / kind[over] / runs:.2f}" for kind in (whole, measured))

    return [
        name, f"{whole['alone']:.2f} s / {measured['alone']:.4g} s",
        ratios("pair", "alone", runs=2), ratios("stressed", "alone"), ratios("alone", "before"),
        f"{load:.1f}",
    ]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bench", nargs="?", default=".build/release/mim-bench")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=BENCHMARKS, metavar="NAME")
    parser.add_argument("--before", help="another mim-bench, run alone in turns with this one")
    options = parser.parse_args()
    if not shutil.which("stress-ng"):
        print("no stress-ng (.ci/setup.sh bench brings it): an empty column", file=sys.stderr)
    print(f"{CORES} cores; whole runs / what they measure")
    print("asked: pair ≤ 1.15, stressed ≤ 2.3, over before ≤ 1.03")
    print("| benchmark | alone | pair | stressed | over before | load |")
    print("| --- |" + " ---: |" * 5)
    for name in options.only:
        print("| " + " | ".join(row(name, options)) + " |", flush=True)


if __name__ == "__main__":
    main()
