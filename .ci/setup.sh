#!/usr/bin/env bash
# Installs what the build needs and the machine lacks; says what; does nothing when all is there.
# usage: .ci/setup.sh base|browser|editors|bench|mpi
set -euo pipefail

readonly SWIFT_WANTED=6.3

case "${1:-base}" in
  base)
    # Engine and figures, prompt, reports, fonts, the demo's data, and the terminal tests' tmux.
    packages=(pkg-config libdnnl-dev libfftw3-dev libpng-dev libcairo2-dev libedit-dev zlib1g-dev
      libzip-dev libssl-dev libmatio-dev libsqlite3-dev
      libcmark-gfm-dev libcmark-gfm-extensions-dev fonts-dejavu-core dataset-fashion-mnist
      tmux curl ca-certificates
      # What the Swift toolchain itself needs on a bare system.
      git g++ binutils libxml2 libcurl4 libncurses6 libsqlite3-0 tzdata) ;;
  browser) packages=(chromium python3 python3-venv) ;;
  editors) packages=(neovim python3 python3-pygments) ;;
  mpi) packages=(libopenmpi-dev openmpi-bin procps) ;;
  bench) packages=(python3 python3-venv stress-ng util-linux) ;;
  *)
    echo "setup: unknown set '$1' (base, browser, editors, bench, mpi)" >&2
    exit 2
    ;;
esac

missing=()
if command -v dpkg-query >/dev/null; then
  for package in "${packages[@]}"; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing+=("$package")
  done
else
  echo "setup: not a Debian system; please see that these are there: ${packages[*]}" >&2
fi

if [ ${#missing[@]} -gt 0 ]; then
  run=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "setup: as root, please run:  apt-get install ${missing[*]}" >&2
      exit 1
    fi
    run=(sudo)
  fi
  echo "setup: installing ${missing[*]}"
  "${run[@]}" apt-get update -qq
  "${run[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if ! command -v swift >/dev/null; then
  cat >&2 <<EOF
setup: no Swift toolchain found; mim-repl is built with Swift $SWIFT_WANTED or newer. To get it on Debian 12:
  curl -O https://download.swift.org/swiftly/linux/swiftly-\$(uname -m).tar.gz
  tar zxf swiftly-\$(uname -m).tar.gz && ./swiftly init
or unpack an archive from https://www.swift.org/install/linux/ and put its usr/bin on PATH.
EOF
  exit 1
fi

version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+\.[0-9]+).*/\1/p' | head -n 1)
if [ "$(printf '%s\n%s\n' "$SWIFT_WANTED" "$version" | sort -V | head -n 1)" != "$SWIFT_WANTED" ]; then
  echo "setup: Swift $version found, $SWIFT_WANTED or newer needed (https://www.swift.org/install/linux/)" >&2
  exit 1
fi
