#!/usr/bin/env bash
# Tries the language server and the files of editors/ in the programs they are for.
# usage: run.sh MIM_REPL_BINARY
set -euo pipefail

binary=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A cache of its own: nothing passes because of what an earlier run kept.
export XDG_CACHE_HOME=$work/cache XDG_STATE_HOME=$work/state XDG_DATA_HOME=$work/data
mkdir "$work/project" "$work/bin"

echo 'neovim as a client of mim-repl lsp:'
export PATH=$work/bin:$PATH
ln -s "$binary" "$work/bin/mim-repl"
MIM_EDITOR_TEST=$work/project MIM_EDITOR_FILES=$root/editors/vim MIM_EDITOR_PAGE=$root/docs/editors.md \
  timeout 300 nvim --headless -u NONE -i NONE -n -c "luafile $here/neovim.lua" -c 'cquit!'

echo 'gq with mim-repl format:'
printf 'x=1\ny   = [ x,2 ]\n' >"$work/f.mim"
MIM_EDITOR_FILES=$root/editors/vim timeout 60 nvim --headless -u NONE -i NONE -n \
  --cmd 'let &runtimepath .= "," . $MIM_EDITOR_FILES' --cmd 'filetype plugin on' "$work/f.mim" \
  -c 'normal! gggqG' -c 'wq'
printf 'x = 1\ny = [x, 2]\n' | cmp - "$work/f.mim"

echo 'Pygments on every script and cell:'
/usr/bin/python3 "$here/pygments_check.py" "$root"
