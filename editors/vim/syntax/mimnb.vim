" Notebooks of mim-repl: Markdown with cells.
if exists("b:current_syntax")
  finish
endif

runtime! syntax/markdown.vim
unlet! b:current_syntax
syntax include @mimCode syntax/mim.vim
unlet! b:current_syntax

syntax region mimnbCell matchgroup=mimnbFence
      \ start=/^\s*\%([-*+]\s\+\|\d\+[.)]\s\+\)\?\z(`\{3,}\)\s*mim\s*$/ end=/^\s*\z1`*\s*$/
      \ contains=@mimCode keepend
syntax region mimnbCell matchgroup=mimnbFence
      \ start=/^\s*\%([-*+]\s\+\|\d\+[.)]\s\+\)\?\z(\~\{3,}\)\s*mim\s*$/ end=/^\s*\z1\~*\s*$/
      \ contains=@mimCode keepend
syntax match mimnbValue /`{mim}[^`]*`/ containedin=ALLBUT,mimnbCell,@mimCode
syntax region mimnbFrontMatter start=/\%1l^---\s*$/ end=/^\%(---\|\.\.\.\)\s*$/ keepend

highlight default link mimnbFence PreProc
highlight default link mimnbValue Special
highlight default link mimnbFrontMatter PreProc

let b:current_syntax = "mimnb"
