#!/usr/bin/env bash
# Runs the MPI build as several ranks on this machine, over loopback and shared memory only, and compares
# with one process.
# usage: run.sh MIM_REPL_BINARY [MIM_BENCH_BINARY]
set -uo pipefail

binary=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A cache of its own: nothing passes because of what an earlier run kept.
export XDG_CACHE_HOME=$work/cache
cd "$work" || exit 2
passed=0
failed=0

check() { # what command …
  local what=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED: %s (%s)\n' "$what" "$*" >&2
    for log in "$work"/*.err; do [ -s "$log" ] && tail -n 5 "$log" >&2; done
  fi
}

# A job that hangs fails by the time limit: exit code 124, or 137 where it had to be killed.
ranks() { # count command …
  local count=$1
  shift
  timeout --kill-after=20 "${limit:-60}" mpirun -n "$count" --allow-run-as-root --oversubscribe \
    --bind-to none --mca btl self,vader --mca odls_base_sigkill_timeout "${grace:-1}" "$@"
}

is() { [ "$1" = "$2" ]; }
differs() { [ "$1" != "$2" ]; }
has() { grep -qF -- "$2" "$1"; }
lacks() { ! grep -qF -- "$2" "$1"; }
# Everything but clock times.
untimed() { sed '/"timing": {/,/^  }/d' "$1"; }
same_record() { diff <(untimed "$1") <(untimed "$2") >&2; }
# The same once more, with the files of rows that were kept among those of this run: nothing wrote them again.
all_files() {
  python3 - "$1" <<'END'
import json, sys
record = json.load(open(sys.argv[1]))
record.pop("timing", None)
record["files"] = sorted(record["files"] + [file["path"] for file in record.pop("earlier")])
print(json.dumps(record, indent=1, sort_keys=True))
END
}
same_but_kept() { diff <(all_files "$1") <(all_files "$2") >&2; }
same_tree() { diff <(cd "$1" && find . -type f | sort) <(cd "$2" && find . -type f | sort) >&2; }

# Numbers of two CSV files agree within 1e-5, of the larger of 1 and the number.
close() {
  paste -d, "$1" "$2" | awk -F, -v half=0 '
    { half = NF / 2
      for (i = 1; i <= half; i++) {
        a = $i; b = $(i + half)
        if (a == b) continue
        if (a !~ /^-?[0-9.]/ || b !~ /^-?[0-9.]/) { print a, b > "/dev/stderr"; bad = 1; continue }
        d = a - b; if (d < 0) d = -d
        s = b < 0 ? -b : b; if (s < 1) s = 1
        if (d > 1e-5 * s) { print a, b > "/dev/stderr"; bad = 1 }
        n++
      } }
    END { exit bad || NR < 2 }'
}

# ---- a sweep: the same table and record as without MPI

cat >sweep.mimnb <<'EOF'
---
title: Rows on ranks
seed: 3
---
```mim
#| label: data
toy = load toy "4" n=1280
```
```mim
#| label: sweep
r = sweep kind=["mim", "vae"] seed=1..4 {
  m = train(model(kind, toy, hidden=[8]), toy, epochs=3, warmup=1, seed=seed)
  evaluate m toy nll rmse knn(5)
}
table r by=kind value=[nll, rmse]
plot r x=seed y=nll color=kind
```
```mim
#| label: files
s = sweep file=["codes/a.csv", "codes/b.csv", "codes/c.csv"] {
  m = train(model(vae, toy, hidden=[4]), toy, epochs=1)
  save encode(m, toy.test) file
  evaluate m toy rmse
}
s
```
```mim
#| label: one
m0 = model mim toy hidden=[8]
m = train m0 toy epochs=3 checkpoint="kept"
evaluate m toy nll rmse
save m "one.safetensors"
```
EOF
"$binary" run sweep.mimnb -o alone --threads 1 >alone.out 2>alone.err
check "the sweep runs alone" is $? 0
ranks 2 "$binary" run sweep.mimnb -o shared --threads 1 --jobs 1 >shared.out 2>shared.err
check "the sweep runs on two ranks" is $? 0
check "the record is the same" same_record alone/run.json shared/run.json
check "the same files are written" same_tree alone shared
words() { sed 's/alone\|shared/FOLDER/g; / at a time/d; / in [0-9.e-]* s/d' "$1"; }
check "the report is the same" diff <(words alone/report.md) <(words shared/report.md)
check "results are shown once" is "$(grep -c 'n = ' alone.out)" "$(grep -c 'n = ' shared.out)"
check "a model of rank 0 is the same" cmp alone/one.safetensors shared/one.safetensors
"$binary" runs export --store alone/runs.sqlite >alone.csv
"$binary" runs export --store shared/runs.sqlite >shared.csv
check "the store holds all rows" is "$(wc -l <shared.csv)" "$(wc -l <alone.csv)"
check "all of them" test "$(wc -l <shared.csv)" -ge 12
ranks 3 "$binary" run sweep.mimnb -o shared --threads 1 --jobs 1 >again.out 2>again.err
check "finished rows aren't run again" has again.err "(8 already finished)"
check "and the record is still the same" same_but_kept alone/run.json shared/run.json

# ---- a row that fails

cat >failing.mim <<'EOF'
toy = load toy "4" n=256
r = sweep lr=[1e-3, 900, 1e-4] {
  evaluate(train(model("vae", toy, hidden=[4]), toy, epochs=2, lr=lr), toy, nll)
}
r
EOF
ranks 2 "$binary" --jobs 1 -o rows failing.mim >rows.out 2>rows.err
check "a failed row makes the exit code 1" is $? 1
check "it is in the table" has rows.out E410
check "the sweep goes on" has rows.err "the sweep continues"
check "the others are there" is "$(grep -c '^ *0.0' rows.out)" 2
sed 's/sweep /sweep(fail_fast=true) /' failing.mim >fast.mim
ranks 2 "$binary" --jobs 1 -o fast fast.mim >fast.out 2>fast.err
check "fail_fast stops with exit code 1" is $? 1
check "and says why" has fast.err "the sweep stops here because of fail_fast=true"

# ---- training on the joined batch

cat >train.mim <<'EOF'
param kind = "mim"
param optimizer = "adam"
param batch = 64
toy = load toy "4" n=1024
m0 = model kind toy hidden=[16] seed=1
m = train m0 toy epochs=4 batch=batch warmup=2 optimizer=optimizer parallel=data seed=2
save m.history "history.csv" force=true
save encode(m, toy.test, codes=mean) "codes.csv" force=true
EOF
train() { # name kind optimizer batch
  sed "s/\"mim\"/\"$2\"/; s/\"adam\"/\"$3\"/; s/batch = 64/batch = $4/" train.mim >"$1.mim"
  "$binary" -o "$1-1" "$1.mim" >/dev/null 2>"$1-1.err"
  check "$1 alone" is $? 0
  ranks 2 "$binary" -o "$1-2" "$1.mim" >/dev/null 2>"$1-2.err"
  check "$1 on two ranks" is $? 0
  check "$1: losses of 2 ranks are those of 1" close "$1-1/history.csv" "$1-2/history.csv"
  check "$1: codes of 2 ranks are those of 1" close "$1-1/codes.csv" "$1-2/codes.csv"
  check "$1 says how it is shared" has "$1-2.err" "2 ranks, $(($4 / 2)) items each"
}
train mim mim adam 64
train vae vae adam_norm_grad 64
train odd mim adam 50

ranks 3 "$binary" -o third train.mim >/dev/null 2>third.err
check "a batch that doesn't divide fails" is $? 1
check "with a way out" has third.err "batch=63 or batch=66"
ranks 2 "$binary" -o nan -c 'toy = load toy "4" n=256
m = train(model(vae, toy), toy, lr=900, batch=64, parallel=data)' >/dev/null 2>nan.err
check "NaN ends all ranks with exit code 1" is $? 1
check "and one error" is "$(grep -c 'E410' nan.err)" 1

# ---- ranks that fail, or are stopped

cat >one.mim <<'EOF'
x = load "points.csv" split=[1, 0, 0]
x
EOF
printf '1,2\n3,4\n5,6\n7,8\n' >points.csv
mkdir -p empty
# Rank 1 stands in a folder without the file.
ranks 1 "$binary" one.mim : -n 1 --wdir "$work/empty" "$binary" "$work/one.mim" >lost.out 2>lost.err
check "ranks with other arguments are refused" differs $? 0
cp one.mim empty/
ranks 1 "$binary" one.mim : -n 1 --wdir "$work/empty" "$binary" one.mim >lost.out 2>lost.err
check "a file that one rank lacks ends the job" differs $? 0
check "with that rank's error" has lost.err "points.csv"
check "and its number" has lost.err "on rank 1"

# Rank 0 alone writes, and fails, in a loop whose next statement all ranks would train together.
cat >loop.mim <<'EOF'
toy = load toy "4" n=256
for seed in 1..3 {
  save toy.train "points.csv"
  m = train(model(vae, toy, seed=seed), toy, epochs=1, batch=64, parallel=data)
}
EOF
ranks 2 "$binary" loop.mim >loop.out 2>loop.err
check "a rank that fails before a shared training ends the job" is $? 1
check "with its error" has loop.err E502

cat >long.mim <<'EOF'
toy = load toy "4"
r = sweep seed=1..400 {
  evaluate(train(model("mim", toy, hidden=[50]), toy, epochs=40, warmup=3, patience=1000, seed=seed), toy, nll)
}
r
EOF
stop() { # signal target-pattern
  rm -rf stopped
  ranks 2 "$binary" --jobs 1 -o stopped long.mim >stopped.out 2>stopped.err &
  local job=$!
  local rows=0
  for _ in $(seq 150); do
    rows=$("$binary" runs export --store stopped/runs.sqlite 2>/dev/null | wc -l)
    [ "$rows" -ge 4 ] && break
    sleep 0.2
  done
  local mpirun rank
  mpirun=$(pgrep -P "$job" -x mpirun || pgrep -P "$(pgrep -P "$job" timeout || echo 0)" -x mpirun)
  rank=$(pgrep -P "$mpirun" -x mim-repl | tail -n 1)
  if [ "$2" = rank ]; then kill "-$1" "$rank"; else kill "-$1" "$mpirun"; fi
  wait "$job"
  code=$?
  check "SIG$1 to $2: rows were kept before" test "$rows" -ge 4
  check "SIG$1 to $2: the job ends, not well" differs "$code" 0
  check "SIG$1 to $2: it doesn't hang" differs "$code" 124
  # 128 + 9 is also the code for a rank that was killed.
  [ "$1" = KILL ] || check "SIG$1 to $2: nor has to be killed" differs "$code" 137
  local after
  after=$("$binary" runs export --store stopped/runs.sqlite | wc -l)
  check "SIG$1 to $2: finished rows stay" test "$after" -ge "$rows"
}
limit=90 grace=10 stop INT mpirun
limit=90 stop INT rank
check "the table of finished rows is said to be partial" has stopped.err "stopped"
limit=90 stop KILL rank

# ---- standard input, other commands

printf '1 + 1\n' | ranks 2 "$binary" >stdin.out 2>stdin.err
check "code on standard input runs on all ranks" is "$(cat stdin.out)" 2
ranks 2 "$binary" --version >version.out 2>version.err
check "other commands answer once" is "$(wc -l <version.out)" 1

# ---- instruction sets: one for all ranks

ranks 2 "$binary" --isa=none -c '1' >isa.out 2>isa.err
check "a set that nobody has is refused" differs $? 0
check "it is said once" is "$(grep -c 'is not an instruction set' isa.err)" 1
if "$binary" --isa=avx2 -c 1 >/dev/null 2>&1; then
  # shellcheck disable=SC2016
  ranks 2 bash -c 'MIM_ISA=$([ "$OMPI_COMM_WORLD_RANK" = 0 ] && echo avx2 || echo baseline) exec "$0" -c 1' \
    "$binary" >isa2.out 2>isa2.err
  check "ranks with different sets are refused" differs $? 0
  check "they are told the set that all have" has isa2.err "--isa=baseline"
fi

printf '%s of %s cluster checks passed\n' "$passed" "$((passed + failed))"
[ "$failed" -eq 0 ]
