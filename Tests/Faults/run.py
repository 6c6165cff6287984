#!/usr/bin/env python3
"""Disturbs mim-repl and checks that nothing is lost or harmed in silence.

Trainings and sweeps are killed at random moments and run again until they end; the results must have the bytes of an undisturbed run.
Disks fill up, files are cut and changed, two programs meet in one folder, standard streams are closed. Prints a table, and ends with 1
if a promise was broken.

usage: run.py MIM_REPL [--count N] [--seed N]
"""

import argparse
import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

TRAINING = """
toy = load toy "4" n=1280 seed=3
m0 = model mim toy z=2 hidden=[30] seed=4
m = train m0 toy epochs={epochs} batch=64 warmup=3 patience=300 seed=5 checkpoint="m" checkpoint_every={every}
save m "final" force=true
"""
SWEEP = """
toy = load toy "4" n=640
r = sweep kind=["mim", "vae"] seed=1..5 {
  t = train(model(kind, toy, hidden=[20]), toy, epochs=6, warmup=2, seed=seed)
  evaluate t toy nll rmse
}
save r "r.csv" force=true
"""
NOTEBOOK = """```mim
toy = load toy "4" n=640
m = train(model(mim, toy, hidden=[20]), toy, epochs=20, warmup=2)
s = evaluate m toy nll rmse
s
plot toy
```
"""


class Harness:
    def __init__(self, binary, count, seed):
        self.binary, self.count = binary, count
        self.random = random.Random(seed)
        self.rows, self.failures = [], 0
        self.folder = tempfile.mkdtemp(prefix="mim-faults-")
        self.environment = dict(os.environ, XDG_CACHE_HOME=self.folder + "/cache", LC_ALL="C.UTF-8")

    def place(self, name):
        path = os.path.join(self.folder, name)
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(path)
        return path

    def start(self, arguments, folder, limit=None, **options):
        command = [self.binary] + arguments
        if limit:
            command = ["bash", "-c", f'{limit}; exec "$@"', "-"] + command
        return subprocess.Popen(
            command, cwd=folder, env=self.environment, stdin=subprocess.DEVNULL,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, **options})

    def run(self, arguments, folder, limit=None, timeout=300):
        process = self.start(arguments, folder, limit)
        try:
            text, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return 999, "it did not end"
        return process.returncode, text.decode(errors="replace")

    def row(self, promise, tried, kept, note=""):
        self.failures += tried != kept
        self.rows.append((promise, tried, kept, note))
        print(f"{'ok    ' if tried == kept else 'BROKEN'}  {kept:4} of {tried:4}  {promise}  {note}", flush=True)

    # Killed and run again

    def disturbed(self, arguments, folder, result, longest):
        """Runs until the work ends, with a signal at a random moment of each run but the last."""
        kills = 0
        for _ in range(1 + self.random.randrange(3)):
            process = self.start(arguments, folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(self.random.uniform(0.02, longest))
            kind = self.random.choice(["kill", "term", "int", "twice"])
            numbers = {"kill": [signal.SIGKILL], "term": [signal.SIGTERM], "int": [signal.SIGINT],
                       "twice": [signal.SIGINT, signal.SIGINT]}[kind]
            for number in numbers:
                with contextlib.suppress(ProcessLookupError):
                    process.send_signal(number)
                time.sleep(0.01)
            code = process.wait(timeout=60)
            kills += code != 0
        code, text = self.run(arguments, folder)
        if code != 0:
            return kills, f"code {code}: {text[-300:]}"
        with open(os.path.join(folder, result), "rb") as file:
            return kills, file.read()

    def killed(self, promise, arguments, result, longest=None):
        folder = self.place("whole")
        begin = time.time()
        code, text = self.run(arguments, folder)
        if code != 0:
            return self.row(promise, 1, 0, text[-300:])
        longest = longest or (time.time() - begin) * 0.9
        with open(os.path.join(folder, result), "rb") as file:
            whole = file.read()
        kept, kills, note = 0, 0, ""
        for _ in range(self.count):
            folder = self.place("disturbed")
            found, bytes_ = self.disturbed(arguments, folder, result, longest)
            kills += found
            kept += bytes_ == whole
            if bytes_ != whole and not note:
                note = bytes_ if isinstance(bytes_, str) else "other bytes"
            left = [name for _, _, names in os.walk(folder) for name in names if name.endswith(".part")]
            if left:
                kept, note = kept - (bytes_ == whole), f"left {left}"
        self.row(promise, self.count, kept, f"({kills} signals) {note}")

    # Damaged files

    def damaged_checkpoints(self):
        folder = self.place("damaged")
        code = TRAINING.format(every=10, epochs=4000)
        process = self.start(["-c", code], folder)
        time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        process.communicate()
        path = os.path.join(folder, "m.safetensors")
        with open(path, "rb") as file:
            good = file.read()
        for name in os.listdir(folder):
            if "previous" in name:
                os.remove(os.path.join(folder, name))
        told = 0
        for _ in range(self.count):
            bytes_ = bytearray(good)
            place = self.random.randrange(len(bytes_))
            bytes_[place] ^= 1 << self.random.randrange(8)
            with open(path, "wb") as file:
                file.write(bytes_)
            code_, text = self.run(["-c", code], folder)
            with open(path, "rb") as file:
                told += code_ == 1 and "m.safetensors" in text and file.read() == bytes_
        self.row("a checkpoint with one flipped bit is refused, named and left as it is", self.count, told)

    def damaged_stores(self):
        folder = self.place("stores")
        self.run(["-o", ".", "-c", SWEEP], folder)
        path = os.path.join(folder, "runs.sqlite")
        with open(path, "rb") as file:
            good = file.read()
        _, text = self.run(["runs", "export", "--store", path], folder)
        rows = set(text.split("\n"))
        sound, note = 0, ""
        tries = 5 * self.count
        for number in range(tries):
            bytes_ = bytearray(good)
            for _ in range(1 + self.random.randrange(4)):
                bytes_[self.random.randrange(len(bytes_))] = self.random.randrange(256)
            other = os.path.join(folder, "other.sqlite")
            for ending in ["", "-wal", "-shm"]:
                with contextlib.suppress(FileNotFoundError):
                    os.remove(other + ending)
            with open(other, "wb") as file:
                file.write(bytes_)
            process = self.start(["runs", "export", "--store", other], folder, stderr=subprocess.DEVNULL)
            text, _ = process.communicate()
            # Without the line of names, which has only those of the rows that are left.
            found = set(text.decode(errors="replace").split("\n")[1:])
            is_sound = process.returncode in (0, 1, 6) and found <= rows
            sound += is_sound
            if not is_sound and not note:
                note = f"code {process.returncode}"
                shutil.copy(other, os.path.join(tempfile.gettempdir(), "broken.sqlite"))
        self.row("a store with changed bytes: right rows, or rows named as damaged, or refused", tries, sound, note)

    def altered_stores(self):
        folder = self.place("altered")
        self.run(["-o", ".", "-c", SWEEP], folder)
        path = os.path.join(folder, "runs.sqlite")
        shutil.copy(path, path + ".good")
        bad = ["NULL", "x'00ff'", "''", "'x'", "1e300", "-1", "9223372036854775807", "1.5", "'[[['"]
        database = sqlite3.connect(path)
        columns = [(table, row[1]) for table in ("run", "axis", "metric") for row in
                   database.execute(f"PRAGMA table_info({table})") if row[1] not in ("id", "runId")]
        database.close()
        tried, told, note = 0, 0, ""
        for table, column in columns:
            for value in bad:
                shutil.copy(path + ".good", path)
                database = sqlite3.connect(path)
                try:
                    before = database.execute(f"SELECT {column} FROM {table} WHERE rowid = 1").fetchone()
                    database.execute("PRAGMA ignore_check_constraints = ON")
                    database.execute(f"UPDATE {table} SET {column} = {value} WHERE rowid = 1")
                    database.commit()
                    after = database.execute(f"SELECT {column} FROM {table} WHERE rowid = 1").fetchone()
                except sqlite3.Error:
                    continue
                finally:
                    database.close()
                if before == after:
                    continue
                tried += 1
                code, text = self.run(["runs", "list", "--store", path], folder)
                is_told = code == 6 and text.count("is damaged and is left out") == 1
                told += is_told
                if not is_told and not note:
                    note = f"{table}.{column} = {value}: code {code}"
        self.row("a row with an altered field is named and left out, the others are listed", tried, told, note)

    # Full disks

    def full_disks(self):
        folder = self.place("full")
        probe = subprocess.run(["bash", "-c", f"mount -t tmpfs -o size=64k tmpfs {folder} && umount {folder}"],
                               capture_output=True)
        if probe.returncode != 0:
            return print("skipped           full disks: this user cannot mount a tmpfs", flush=True)
        told, tries, note = 0, 0, ""
        for size in (16, 24, 32, 40, 48, 64, 96):
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", folder], check=True)
            try:
                code, text = self.run(["-c", TRAINING.format(every=0, epochs=3)], folder)
                files = [name for name in os.listdir(folder) if name.endswith(".part")]
                tries += 1
                # Everything was written, or the code and a line say what was not.
                is_told = not files and (code == 0 or (code in (1, 6) and "No space left" in text))
                told += is_told
                if not is_told and not note:
                    note = f"{size}k: code {code}, {files} {text[-200:]}"
            finally:
                subprocess.run(["umount", folder], check=True)
        self.row("a full disk is told, by a line and by the exit code; nothing half written stays", tries, told, note)

    # Two at once

    def two_at_once(self):
        folder = self.place("two")
        with open(os.path.join(folder, "n.mimnb"), "w") as file:
            file.write(NOTEBOOK)
        kept, note = 0, ""
        tries = max(2, self.count // 4)
        for _ in range(tries):
            shutil.rmtree(os.path.join(folder, "out"), ignore_errors=True)
            both = [self.start(["run", "n.mimnb", "--fresh"], folder) for _ in range(2)]
            codes = []
            for process in both:
                process.communicate()
                codes.append(process.returncode)
            # One whole run, and one that was refused or came after it.
            is_kept = sorted(codes) in ([0, 2], [0, 0])
            kept += is_kept
            note = note or ("" if is_kept else f"codes {codes}")
        self.row("two runs into one folder: one is whole, the other is refused or comes later", tries, kept, note)

    def closed_streams(self):
        folder = self.place("closed")
        kept, tries = 0, 0
        for closing in ("<&-", ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"):
            tries += 1
            process = subprocess.run(
                ["bash", "-c", f'"$0" -c "$1" {closing}', self.binary, "save [1, 2] \"x.csv\" force=true\n1 + 1"],
                cwd=folder, env=self.environment, capture_output=True, timeout=60)
            kept += process.returncode == 0 and os.path.exists(os.path.join(folder, "x.csv"))
        self.row("closed standard streams harm nothing", tries, kept)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=14)
    options = parser.parse_args()
    harness = Harness(os.path.abspath(options.binary), options.count, options.seed)
    try:
        harness.killed("a training that is killed and run again has the bytes of an undisturbed one",
                       ["-c", TRAINING.format(every=0, epochs=20)], "final.safetensors")
        harness.killed("the same with a checkpoint now and then",
                       ["-c", TRAINING.format(every=0.005, epochs=400)], "final.safetensors")
        harness.killed("a sweep that is killed and run again has the table of an undisturbed one",
                       ["-o", ".", "-c", SWEEP], "r.csv")
        harness.damaged_checkpoints()
        harness.damaged_stores()
        harness.altered_stores()
        harness.full_disks()
        harness.two_at_once()
        harness.closed_streams()
    finally:
        shutil.rmtree(harness.folder, ignore_errors=True)
    print(f"{len(harness.rows)} promises, {harness.failures} broken")
    sys.exit(1 if harness.failures else 0)


if __name__ == "__main__":
    main()
