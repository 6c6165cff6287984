#!/usr/bin/env bash
# Runs the suite under a sanitizer, in a build of its own, one suite of tests after the other: a finding ends only its own suite.
# usage: sanitize.sh address|address-release|thread [TEST TARGET or TARGET.SUITE…]
#
# Without targets, `address` takes those that a debug build is quick enough for, with all of Swift's own checks; `address-release` those that
# compute much. Both also check the C sources for undefined behaviour; Swift has no such sanitizer, as it traps on what it would find. Tests
# that start mim-repl as a program of its own (EndToEndTests) are left out.
set -uo pipefail
cd "$(dirname "$0")/.."

kind=${1:-}
quick=(MIMFormatsTests MIMScriptTests MIMTensorTests MIMLanguageServerTests MIMWatchTests)
heavy=(MIMCPUTests MIMAnalysisTests MIMFiguresTests MIMModelsTests MIMSessionTests)
build=(--scratch-path ".build-$kind" --sanitize="${kind%-release}")
testing=()
case $kind in
  address) targets=("${quick[@]}") ;;
  address-release)
    targets=("${heavy[@]}")
    build+=(-c release)
    testing+=(--disable-testable-imports)
    ;;
  thread) targets=("${quick[@]}" "${heavy[@]}") ;;
  *)
    echo "usage: Tests/sanitize.sh address|address-release|thread [TEST TARGET or TARGET.SUITE…]" >&2
    exit 64
    ;;
esac
shift
if [ $# -gt 0 ]; then targets=("$@"); fi
if [ "$kind" != thread ]; then
  build+=(-Xcc -fsanitize=undefined -Xcc -fno-sanitize-recover=undefined)
fi
# Leaks are told at the end of a program, which tests never come to in order; memory's origin is not worth its time.
export ASAN_OPTIONS=detect_leaks=0:malloc_context_size=1
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=suppressions=$PWD/Tests/Fixtures/thread-sanitizer.txt:die_after_fork=0

swift build --build-tests "${build[@]}" || exit 1
all=$(swift test list --skip-build "${build[@]}" "${testing[@]}" 2>".build-$kind/list.log" | grep '/' | sed 's|/.*||' | sort -u)
failed=0
for target in "${targets[@]}"; do
  suites=$(grep -E "^${target//./\\.}(\.|$)" <<<"$all")
  if [ -z "$suites" ]; then
    echo "$target: there are no such tests (.build-$kind/list.log)"
    failed=1
  fi
  for suite in $suites; do
    log=".build-$kind/$suite.log"
    start=$SECONDS
    swift test --skip-build "${build[@]}" "${testing[@]}" --filter "^${suite//./\\.}/" >"$log" 2>&1
    code=$?
    found=$(grep -caE 'ERROR: AddressSanitizer|WARNING: ThreadSanitizer|runtime error:' "$log")
    echo "$suite: exit code $code, $found findings, $((SECONDS - start)) s, $(grep -aE 'Test run with' "$log" | tail -n 1) ($log)"
    if [ $code -ne 0 ] || [ "$found" -ne 0 ]; then failed=1; fi
  done
done
exit $failed
