"""From the bytes of a file to a checked syntax tree, and the function in it that is read."""
