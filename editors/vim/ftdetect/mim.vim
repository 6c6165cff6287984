autocmd BufNewFile,BufRead *.mim setfiletype mim
autocmd BufNewFile,BufRead *.mimnb,*.mimnb.md set filetype=mimnb
