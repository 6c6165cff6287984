#!/usr/bin/env bash
# The engine's tests on the instruction sets that this processor has beside its widest, on which `make test` runs.
# usage: test-sets.sh PATH OF mim-repl
set -euo pipefail
cd "$(dirname "$0")/.."

binary=$1
# The program names what the processor has, narrowest first, as it refuses a set that doesn't exist.
available=$({ "$binary" --isa=none -c 1 2>&1 || true; } | sed -nE 's/.*this processor has (.*)$/\1/p' | tr -d ,.)
if [ -z "$available" ]; then
  echo "test-sets: $binary doesn't say which instruction sets there are" >&2
  exit 1
fi
read -ra sets <<<"$available"

for set in "${sets[@]:0:${#sets[@]}-1}"; do
  echo "== $set"
  "$binary" verify Tests/Fixtures/oracle --isa="$set" | tail -n 1
  if [ -d ../shared/oracle ]; then
    "$binary" verify ../shared/oracle --isa="$set" | tail -n 1
  fi
  MIM_ISA=$set swift test -c release --disable-testable-imports --filter 'MIMTensorTests|MIMCPUTests|MIMModelsTests|MIMAnalysisTests|NumericsTests'
done
