print("robbieblocks")
