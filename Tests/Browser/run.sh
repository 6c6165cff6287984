#!/usr/bin/env bash
# Opens reports in headless Chromium, as a reader would, and checks what the browser made of them.
# usage: run.sh MIM_REPL_BINARY
set -euo pipefail

binary=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A cache of its own: nothing passes because of what an earlier run kept.
export XDG_CACHE_HOME=$work/cache
passed=0
failed=0

# The browser's view of a page: its DOM after a script of ours has measured it. Reports forbid scripts, so that
# ours needs a page without that rule, unless the rule is what is looked at.
look() { # report width [keep]
  local policy='s#<meta http-equiv="Content-Security-Policy"[^>]*>##'
  if [ "${3:-}" = keep ]; then policy=''; fi
  sed -e "$policy" -e 's#</body>#<script src="measure.js"></script></body>#' "$1" >"$work/page.html"
  cp "$here/measure.js" "$work/measure.js"
  chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
    --user-data-dir="$work/profile" --window-size="$2,900" --virtual-time-budget=5000 \
    --dump-dom "file://$work/page.html" 2>/dev/null |
    grep -o 'measured:[^<]*' | tail -n 1
}

expect() { # what view pattern
  if [[ "$2" =~ $3 ]]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED: %s: wanted %s in: %s\n' "$1" "$3" "$2" >&2
  fi
}

cat >"$work/good.mimnb" <<'EOF'
---
title: A report to look at
seed: 1
---
# First heading

Text with a *word* and an inline value: `{mim} a`.

```mim
#| label: numbers
a = 40 + 2
a
```

```mim
#| label: picture
#| caption: Points of the toy.
toy = load toy "4" n=200
plot toy
```
EOF
cp "$work/good.mimnb" "$work/bad.mimnb"
printf '\n```mim\n#| label: wrong\ntake(toy.test, 5000)\n```\n\n```mim\n#| label: later\n1\n```\n' >>"$work/bad.mimnb"

"$binary" run --quiet -o "$work/good" "$work/good.mimnb" >/dev/null
for width in 1200 400; do
  view=$(look "$work/good/report.html" "$width")
  expect "good report at $width: title" "$view" 'title=A report to look at'
  expect "good report at $width: images are drawn" "$view" 'images=1 broken=0'
  expect "good report at $width: nothing sticks out sideways" "$view" 'overflow=0'
  expect "good report at $width: no banner" "$view" 'banner=0'
done

"$binary" run --quiet -o "$work/bad" "$work/bad.mimnb" >/dev/null 2>&1 && {
  echo "FAILED: the failing notebook ended with 0" >&2
  failed=$((failed + 1))
}
view=$(look "$work/bad/report.html" 1200)
expect "failing report: a banner that leads to the cell" "$view" 'banner=1 target=1'
expect "failing report: the rest is marked as not run" "$view" 'notrun=1'

view=$(look "$work/good/report.html" 1200 keep || true)
expect "a report's policy: no script runs" "nothing$view" '^nothing$'

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
