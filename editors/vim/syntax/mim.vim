" MIMScript, the language of mim-repl.
if exists("b:current_syntax")
  finish
endif

syntax case match
syntax sync minlines=50

" Words that an option or a field is called too (`by=kind`, `x.time`) are matches, so that the place counts.
syntax match mimControl /\%(\w\|\.\)\@1<!\%(by\|else\|figure\|for\|if\|in\|param\|sweep\|time\)\>\%(=[^=]\)\@!/
syntax match mimLogic /\%(\w\|\.\)\@1<!\%(and\|not\|or\)\>\%(=[^=]\)\@!/
syntax match mimConstant /\%(\w\|\.\)\@1<!\%(false\|none\|true\)\>\%(=[^=]\)\@!/
syntax match mimVerb /\%(\w\|[.=]\)\@1<!\%(cmi\|compare\|decode\|distill\|edit\|encode\|evaluate\|help\|history\|include\|interaction\|interpolate\|latent\|load\|mi\|mi_table\|model\|neighbors\|pca\|plot\|probe\|pseudoinputs\|quit\|reconstruct\|recover\|runs\|sample\|save\|session\|set\|show\|table\|take\|total_correlation\|train\|transform\|tsne\|umap\|who\)\>\%(\s*=[^=]\)\@!/
syntax match mimFunction /\%(\w\|\.\)\@1<!\%(abs\|cor\|exp\|log\|max\|mean\|median\|min\|round\|sd\|sqrt\|sum\)(\@=/
syntax match mimOption /\%(\w\|\.\)\@1<!\a\w*\%(=[^=]\)\@=/
syntax match mimNumber /\%(\w\|\w\.\)\@2<!\%(\d[0-9_]*\%(\.\d[0-9_]*\)\?\|\.\d[0-9_]*\)\%([eE][-+]\?\d\+\)\?\w\@!/
syntax match mimOperator /\.\.\|[=!<>]=\|[-+*\/^<>=]/

syntax match mimEscape /\\\%(["'\\nt]\|u{\x\{1,6}}\)/ contained
syntax region mimString start=/"/ skip=/\\./ end=/"/ oneline contains=mimEscape
syntax region mimString start=/'/ skip=/\\./ end=/'/ oneline contains=mimEscape
syntax match mimComment /#.*/ contains=mimTodo,@Spell
syntax keyword mimTodo TODO FIXME NOTE contained
syntax match mimCellOption /^\s*#|\s*[a-z-]\+:.*/ contains=mimCellKey
syntax match mimCellKey /#|\s*\zs[a-z-]\+\ze:/ contained

highlight default link mimControl Statement
highlight default link mimLogic Operator
highlight default link mimConstant Constant
highlight default link mimVerb Function
highlight default link mimFunction Function
highlight default link mimOption Identifier
highlight default link mimNumber Number
highlight default link mimOperator Operator
highlight default link mimString String
highlight default link mimEscape SpecialChar
highlight default link mimComment Comment
highlight default link mimTodo Todo
highlight default link mimCellOption SpecialComment
highlight default link mimCellKey Type

let b:current_syntax = "mim"
