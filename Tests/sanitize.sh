#!/usr/bin/env bash
# Runs the suite under a sanitizer, one test target after the other, in a build of its own.
# usage: sanitize.sh address|thread [TEST TARGET…]
#
# `address` also checks the C sources for undefined behaviour; Swift has no such sanitizer, as it traps on what it would find. Tests that
# start mim-repl as a program of its own (EndToEndTests) are left out.
set -uo pipefail
cd "$(dirname "$0")/.."

kind=$1
shift
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  targets=(MIMFormatsTests MIMScriptTests MIMTensorTests MIMCPUTests MIMAnalysisTests MIMFiguresTests
    MIMLanguageServerTests MIMWatchTests MIMModelsTests MIMSessionTests)
fi
build=(--scratch-path ".build-$kind" --sanitize="$kind")
if [ "$kind" = address ]; then
  build+=(-Xcc -fsanitize=undefined -Xcc -fno-sanitize-recover=undefined)
fi
# Leaks are told at the end of a program, which tests never come to in order; memory's origin is not worth its time.
export ASAN_OPTIONS=detect_leaks=0:malloc_context_size=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=suppressions=$PWD/Tests/Fixtures/thread-sanitizer.txt:die_after_fork=0

swift build --build-tests "${build[@]}" || exit 1
failed=0
for target in "${targets[@]}"; do
  log=".build-$kind/$target.log"
  swift test --skip-build "${build[@]}" --filter "$target" >"$log" 2>&1
  code=$?
  found=$(grep -caE 'ERROR: AddressSanitizer|WARNING: ThreadSanitizer|runtime error:' "$log")
  echo "$target: exit code $code, $found findings, $(grep -aE 'Test run with' "$log" | tail -n 1) ($log)"
  if [ $code -ne 0 ] || [ "$found" -ne 0 ]; then failed=1; fi
done
exit $failed
