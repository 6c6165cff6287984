#!/usr/bin/env python3
"""Loading of a table of 1,000,000 lines and 11 columns beside pandas, in turns; prints a table.

    Tests/Benchmarks/tables.py [--rounds N] [--lines N] [PATH OF mim-repl]

Ours is the whole program: its start, the file's hash, the division into three splits and their shuffle. Of pandas only `read_csv`
and the conversion to 32 bits are timed, in a program that has started. Both read from the system's memory, not from the disk.
The peer runs in the Python named by MIM_PEERS_PYTHON, else in .venv-bench, which run.py makes. Times are only printed, never asserted.
"""

import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from analysis import peers_python

PEER = """
import sys, time
import pandas
begin = time.perf_counter()
pandas.read_csv(sys.argv[1]).to_numpy(dtype="float32")
print(time.perf_counter() - begin)
"""

WRITE = """
import sys
import numpy
numbers = numpy.random.default_rng(14).normal(0, 3, (int(sys.argv[2]), 11))
numbers[:, 10] = numbers[:, 10] > 0
numpy.savetxt(sys.argv[1], numbers, delimiter=",", fmt=["%.6f"] * 10 + ["%d"], header="a,b,c,d,e,f,g,h,i,j,kind", comments="")
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("program", nargs="?", default=".build/release/mim-repl")
    options = parser.parse_args()
    python = peers_python()
    if python is None or subprocess.run([python, "-c", "import pandas"], capture_output=True).returncode != 0:
        if python is None or subprocess.run([python, "-m", "pip", "install", "--quiet", "pandas"]).returncode != 0:
            sys.exit("tables.py: there is no pandas to compare with")
    with tempfile.TemporaryDirectory() as folder:
        table = pathlib.Path(folder) / "table.csv"
        subprocess.run([python, "-c", WRITE, table, str(options.lines)], check=True)
        ours, theirs = [], []
        for _ in range(options.rounds):
            begin = time.perf_counter()
            subprocess.run([options.program, "-c", f'd = load "{table}"'], check=True, capture_output=True)
            ours.append(time.perf_counter() - begin)
            done = subprocess.run([python, "-c", PEER, table], check=True, capture_output=True, text=True)
            theirs.append(float(done.stdout))
        size = table.stat().st_size / 1e6
    ours, theirs = statistics.median(ours), statistics.median(theirs)
    print("| table | ours, whole program (s) | pandas, reading (s) | of pandas' time | asked |")
    print("| --- | --- | --- | --- | --- |")
    print(f"| {options.lines} × 11, {size:.0f} MB | {ours:.3f} | {theirs:.3f} | {ours / theirs:.2f} | 1.5 |")


if __name__ == "__main__":
    main()
