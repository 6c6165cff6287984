#!/usr/bin/env bash
# What a program that extends mim-repl from outside must have: help, checks, training, a model file, all as for a built-in.
# usage: examples.sh PATH OF own-mim-repl
set -euo pipefail
cd "$(dirname "$0")/.."

own=$PWD/$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# A cache of its own: nothing passes because of what an earlier run kept.
export XDG_CACHE_HOME=$folder/cache

# expect WORDS FILE: the file has them.
expect() {
  if ! grep -qF -- "$1" "$2"; then
    echo "examples: \`$1\` is missing:" >&2
    cat "$2" >&2
    exit 1
  fi
}

"$own" run Examples/OwnObjective/own.mimnb -o "$folder/run" >"$folder/run.txt" 2>&1 || {
  cat "$folder/run.txt" >&2
  exit 1
}
expect 'capacity' "$folder/run/report.md"
expect 'laplace' "$folder/run/report.md"

"$own" -c 'help model' >"$folder/help.txt"
expect 'capacity' "$folder/help.txt"
expect 'laplace' "$folder/help.txt"
"$own" -c 'help objectives' >"$folder/objectives.txt"
expect 'β |log q(z|x) − log p(z) − 5.0|' "$folder/objectives.txt"
"$own" -c 'help norm' >"$folder/norm.txt"
expect 'mean Euclidean norm of codes' "$folder/norm.txt"
"$own" reference >"$folder/reference.md"
expect 'norm' "$folder/reference.md"

cat >"$folder/wrong.mim" <<'MIM'
toy = load toy "4" n=256
m0 = model capacity(-3) toy
MIM
if "$own" check "$folder/wrong.mim" >"$folder/wrong.txt" 2>&1; then
  echo 'examples: capacity(-3) passed the checks' >&2
  exit 1
fi
expect 'E202' "$folder/wrong.txt"

cat >"$folder/files.mim" <<MIM
toy = load toy "4" n=256
m0 = model capacity(C=2) toy posterior=laplace
a = train m0 toy epochs=1 batch=64 checkpoint="$folder/c"
save a "$folder/a.safetensors"
b = load "$folder/a.safetensors"
b
MIM
"$own" run "$folder/files.mim" -o "$folder/files" --allow-write "$folder" >"$folder/files.txt" 2>&1 || {
  cat "$folder/files.txt" >&2
  exit 1
}
expect 'capacity' "$folder/files.txt"
# Without the components the file says what is missing.
if .build/release/mim-repl -c "b = load \"$folder/a.safetensors\"" >"$folder/other.txt" 2>&1; then
  echo 'examples: mim-repl read a model of components that it does not have' >&2
  exit 1
fi
expect 'capacity' "$folder/other.txt"
echo 'examples: a program of its own has help, checks, training and files for what it adds'
