print("bookend")
