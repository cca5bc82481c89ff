"""The file: from bytes to a syntax tree that is checked, and the function to read in it."""
