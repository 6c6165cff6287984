print("mim-repl")
