print("mim-bench")
