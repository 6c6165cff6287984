#!/usr/bin/env bash
# Runs paper notebooks and puts what is committed of them in its place: figures/NAME/* and
# notebooks/NAME.report.md, whose pictures are those.
# usage: .ci/figures.sh PATH-OF-mim-repl NAME …
set -euo pipefail
cd "$(dirname "$0")/.."

binary=$1
shift
for name in "$@"; do
  notebook=notebooks/$name.mimnb
  [ -f "$notebook" ] || { echo "figures: there is no $notebook" >&2; exit 2; }
  out=out/$name
  # Nothing of an older version of the notebook stays behind; its run store and checkpoints do.
  rm -rf "$out/figures"
  "$binary" run --fresh "$notebook" -o "$out"
  rm -rf "figures/$name"
  mkdir -p "figures/$name"
  cp "$out"/figures/* "figures/$name/"
  sed -e "s|](figures/|](../figures/$name/|g" -e "s|$PWD/||g" \
    -e "s|${MIM_DATA:-$PWD}/|\$MIM_DATA/|g" "$out/report.md" \
    >"notebooks/$name.report.md"
  echo "figures: figures/$name/ and notebooks/$name.report.md are those of this run"
done
